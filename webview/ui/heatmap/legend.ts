import { element, setText } from '../dom/element';
import { decimal, signed } from '../format/numbers';
import type { ColourScale } from '../../../src/core/excitation/colourScale';
import type { Quantity } from './heatmapScene';

const STEPS = 24;

const NAME: Readonly<Record<Quantity, string>> = {
  gate: 'Mean gate',
  difference: 'Gate minus all classes',
  spread: 'Spread between classes',
};

export interface Legend {
  readonly element: HTMLElement;
  show(scale: ColourScale, quantity: Quantity): void;
}

/** The colour bar with its ends and middle in numbers. */
export function legend(): Legend {
  const bar = element('div', { class: 'legend-bar', 'aria-hidden': 'true' });
  const low = element('span', {});
  const middle = element('span', {});
  const high = element('span', {});
  const name = element('span', { class: 'legend-name' });
  return {
    element: element(
      'div',
      { class: 'heat-legend' },
      name,
      element(
        'div',
        { class: 'legend-scale' },
        bar,
        element('div', { class: 'legend-ticks' }, low, middle, high),
      ),
    ),
    show: (scale, quantity) => {
      const at = (part: number) => scale.low + part * (scale.high - scale.low);
      const stops = Array.from({ length: STEPS + 1 }, (_, step) => scale.colour(at(step / STEPS)));
      bar.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
      const text = (value: number) =>
        quantity === 'difference' ? signed(value, 3) : decimal(value, quantity === 'gate' ? 2 : 3);
      setText(name, NAME[quantity]);
      setText(low, text(scale.low));
      setText(middle, text(at(0.5)));
      setText(high, text(scale.high));
    },
  };
}
