import { element } from '../../dom/element';
import { signedPoints } from '../../format/numbers';

/** A table cell with a change of accuracy in percentage points, and a bar from the middle: to the left for a loss, as long as its share of `reach`. */
export function changeCell(change: number, reach: number): HTMLElement {
  const bar = element('div', { class: change < 0 ? 'change-bar loss' : 'change-bar gain' });
  const share = reach > 0 ? (50 * Math.abs(change)) / reach : 0;
  bar.hidden = change === 0;
  bar.style.width = `${share}%`;
  bar.style.left = `${change < 0 ? 50 - share : 50}%`;
  return element(
    'td',
    {},
    element(
      'div',
      { class: 'change' },
      element('div', { class: 'change-track', 'aria-hidden': 'true' }, bar),
      element('span', {}, signedPoints(change, 2)),
    ),
  );
}

/** The longest bar: the largest change there is, and no less than half a percentage point, so that noise does not look like much. */
export function barReach(changes: readonly number[]): number {
  return Math.max(0.005, ...changes.map(Math.abs));
}
