import { PlaygroundError, type ErrorCode } from '../../../../src/core/errors';
import type { ClampTarget } from '../../../../src/core/excitation/gateEdit';
import type { BlockId } from '../../../../src/core/model/graph';
import type { OpenSpecimen } from '../microscope';

export interface SweptChannel {
  channel: number;
  accuracy: number;
  loss: number;
}

/** Every channel of a block clamped alone. */
export interface Sweep {
  block: BlockId;
  to: ClampTarget;
  /** Those done so far, in channel order. */
  channels: readonly SweptChannel[];
  /** How many the block has. */
  total: number;
}

/** The channels that cost most accuracy first; with equal accuracy the higher loss first. */
export function byHarm({ channels }: Sweep): SweptChannel[] {
  return [...channels].sort((one, other) => one.accuracy - other.accuracy || other.loss - one.loss);
}

/**
 * Lets the worker clamp one channel after the other. Aborting the signal stops it after the batch it is at.
 *
 * @returns true if all channels were clamped
 * @throws PlaygroundError of the worker if a channel failed
 */
export async function runSweep(
  { channel: worker }: OpenSpecimen,
  { block, to }: Pick<Sweep, 'block' | 'to'>,
  onChannel: (channel: SweptChannel) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const releases: (() => void)[] = [];
  let gone: (reason: unknown) => void = () => undefined;
  const finished = new Promise<boolean>((resolve, reject) => {
    gone = reject;
    releases.push(
      worker.on('sweepProgress', ({ channel, accuracy, loss }) => onChannel({ channel, accuracy, loss })),
      worker.on('sweepFinished', ({ completed, failure }) => {
        if (failure) reject(new PlaygroundError(failure.code as ErrorCode, failure.message));
        else resolve(completed);
      }),
    );
  });
  const stop = () => {
    // Refused by a worker that is gone, which will not say that it has finished.
    worker.request('stopSweep', {}).catch(gone);
  };
  try {
    await worker.request('startSweep', { block, to });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    return await finished;
  } finally {
    signal.removeEventListener('abort', stop);
    for (const release of releases) release();
  }
}
