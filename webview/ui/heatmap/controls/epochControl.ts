import { button, dropdown, type Control } from '../../controls/toolkit';
import { element, setHidden, setText } from '../../dom/element';
import type { SourceEpoch } from '../heatmapSource';
import { playback, prefersSteps } from './playback';

export interface EpochShown {
  epochs: readonly SourceEpoch[];
  /** Null is the latest. */
  epoch: number | null;
}

export interface EpochControl extends Control<EpochShown> {
  /** For the space key. */
  toggle(): void;
  stop(): void;
}

const SPEEDS = [1, 2, 5, 10, 20, 60];
const FIRST_SPEED = 5;

/** A slider over the epochs, a button that plays them, and how fast. Space plays and stops. */
export function epochControl(choose: (epoch: number | null) => void): EpochControl {
  let epochs: readonly SourceEpoch[] = [];
  let index = 0;
  let speed = FIRST_SPEED;
  const slider = element('input', { type: 'range', class: 'slider', min: 0, step: 1, 'aria-label': 'Epoch' });
  const text = element('span', { class: 'slider-value' });
  const goTo = (next: number) => {
    index = next;
    // The last one goes on with the training.
    choose(next === epochs.length - 1 ? null : (epochs[next]?.epoch ?? null));
  };
  const player = playback({
    speed: () => speed,
    advance: (by) => {
      const isLast = index >= epochs.length - 1;
      const next = isLast ? 0 : Math.min(epochs.length - 1, index + by);
      goTo(next);
      return next < epochs.length - 1;
    },
    isSeen: () => slider.offsetParent !== null,
    onChange: (isPlaying) => setText(play.element, isPlaying ? 'Stop' : idleText()),
  });
  const idleText = () => (prefersSteps() ? 'Step' : 'Play');
  const play = button({ text: idleText(), onClick: () => player.toggle() });
  const speedList = dropdown({ label: 'Epochs a second', onChange: (value) => (speed = Number(value)) });
  slider.addEventListener('input', () => {
    player.stop();
    goTo(Number(slider.value));
  });
  slider.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    // The view around it listens for the same key.
    event.stopPropagation();
    player.toggle();
  });
  const field = element(
    'div',
    { class: 'field epoch-field' },
    element('span', { class: 'field-label', 'aria-hidden': 'true' }, 'Epoch'),
    element('div', { class: 'slider-row' }, slider, text, play.element),
  );
  return {
    element: element('div', { class: 'epoch-control' }, field, speedList.element),
    show: (shown) => {
      epochs = shown.epochs;
      const found = shown.epoch === null ? -1 : epochs.findIndex(({ epoch }) => epoch === shown.epoch);
      index = found < 0 ? epochs.length - 1 : found;
      slider.max = String(Math.max(0, epochs.length - 1));
      slider.value = String(index);
      slider.disabled = epochs.length < 2;
      play.show({ disabled: epochs.length < 2 });
      if (!player.isPlaying) setText(play.element, idleText());
      const { epoch = null } = epochs[index] ?? {};
      const name = epoch === null ? 'not told' : String(epoch);
      setText(text, epochs.length > 1 && index === epochs.length - 1 ? `${name} (latest)` : name);
      slider.setAttribute('aria-valuetext', epoch === null ? 'Epoch not told' : `Epoch ${epoch}`);
      speedList.show({
        choices: SPEEDS.map((value) => ({ value: String(value), label: String(value) })),
        value: String(speed),
      });
      setHidden(speedList.element, epochs.length < 2 || prefersSteps());
    },
    toggle: () => {
      if (epochs.length > 1) player.toggle();
    },
    stop: () => player.stop(),
  };
}
