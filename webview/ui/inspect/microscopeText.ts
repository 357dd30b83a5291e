import type { MicroscopeState } from './microscope';

/** The state of the worker in words. */
export function microscopeText(state: MicroscopeState, training: boolean): string {
  if (training) {
    return 'A run is training and needs the processor. Looking inside goes on when it has ended.';
  }
  switch (state.kind) {
    case 'closed':
      return state.why === 'idle'
        ? 'The worker was closed after two minutes without use. It opens again when it is needed.'
        : '';
    case 'opening':
      return OPENING[state.step];
    case 'open':
      return 'The model is open in a worker of its own; it closes after two minutes without use.';
  }
}

const OPENING = {
  worker: 'Starting a worker…',
  images: 'Reading the images…',
  model: 'Opening the trained model…',
} as const;
