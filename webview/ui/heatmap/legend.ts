import { element, setText } from '../dom/element';
import { decimal, signed } from '../format/numbers';
import type { ColourScale } from '../../../src/core/excitation/colourScale';

const STEPS = 24;

/** What cells stand for: the gate, how far the classes spread, or a difference. */
export type QuantityKind = 'gate' | 'spread' | 'difference';

const NAME: Readonly<Record<QuantityKind, string>> = {
  gate: 'Mean gate',
  difference: 'Gate minus all classes',
  spread: 'Spread between classes',
};

export interface Legend {
  readonly element: HTMLElement;
  /** @param name where the usual one does not say it */
  show(scale: ColourScale, kind: QuantityKind, name?: string): void;
}

/** The colour bar with its ends and middle in numbers. */
export function legend(): Legend {
  const bar = element('div', { class: 'legend-bar', 'aria-hidden': 'true' });
  const low = element('span', {});
  const middle = element('span', {});
  const high = element('span', {});
  const title = element('span', { class: 'legend-name' });
  let drawn = '';
  return {
    element: element(
      'div',
      { class: 'heat-legend' },
      title,
      element(
        'div',
        { class: 'legend-scale' },
        bar,
        element('div', { class: 'legend-ticks' }, low, middle, high),
      ),
    ),
    show: (scale, kind, name = NAME[kind]) => {
      setText(title, name);
      const looks = [kind, scale.low, scale.high, scale.colour(0)].join(' ');
      if (drawn === looks) return;
      drawn = looks;
      const at = (part: number) => scale.low + part * (scale.high - scale.low);
      const stops = Array.from({ length: STEPS + 1 }, (_, step) => scale.colour(at(step / STEPS)));
      bar.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
      setText(low, tickText(scale.low, kind));
      setText(middle, tickText(at(0.5), kind));
      setText(high, tickText(scale.high, kind));
    },
  };
}

/** A number of a scale, to the decimals it can be told apart by. */
export function tickText(value: number, kind: QuantityKind): string {
  return kind === 'difference' ? signed(value, 3) : decimal(value, kind === 'gate' ? 2 : 3);
}
