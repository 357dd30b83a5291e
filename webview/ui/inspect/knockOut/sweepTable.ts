import { element } from '../../dom/element';
import { decimal, percent } from '../../format/numbers';
import type { Baseline } from '../inspection';
import { barReach, changeCell } from './changeBar';
import { byHarm, type Sweep } from './sweep';

const HEADS = ['Channel', 'Accuracy', 'Change, points', 'Loss'];

/** One row a channel, the most costly first. */
export function sweepTable(sweep: Sweep, baseline: Baseline): HTMLTableElement {
  const channels = byHarm(sweep);
  const reach = barReach(channels.map(({ accuracy }) => accuracy - baseline.accuracy));
  return element(
    'table',
    { class: 'numbers sweep-results' },
    element('caption', { class: 'visually-hidden' }, `Each channel of ${sweep.block} clamped alone`),
    element('thead', {}, element('tr', {}, ...HEADS.map((name) => element('th', { scope: 'col' }, name)))),
    element(
      'tbody',
      {},
      ...channels.map(({ channel, accuracy, loss }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, String(channel)),
          element('td', {}, percent(accuracy, 2)),
          changeCell(accuracy - baseline.accuracy, reach),
          element('td', {}, decimal(loss, 4)),
        ),
      ),
    ),
  );
}
