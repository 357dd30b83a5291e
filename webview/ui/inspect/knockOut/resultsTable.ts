import { element } from '../../dom/element';
import { percent, wholeNumber } from '../../format/numbers';
import type { Baseline } from '../inspection';
import { barReach, changeCell } from './changeBar';
import { pText } from './findings';
import { TARGET_LABEL, type KnockOutResult } from './knockOuts';

const HEADS = ['Clamped', 'To', 'Accuracy', 'Change, points', 'Became wrong', 'Became right', 'p'];

/** One row a knock-out, the model as it was trained first. */
export function resultsTable(results: readonly KnockOutResult[], baseline: Baseline): HTMLTableElement {
  const changes = results.map(({ accuracy }) => accuracy - baseline.accuracy);
  const reach = barReach(changes);
  const text = (value: string) => element('td', {}, value);
  const head = (value: string) => element('th', { scope: 'row' }, value);
  return element(
    'table',
    { class: 'numbers knock-out-results' },
    element(
      'caption',
      { class: 'visually-hidden' },
      'Accuracy on the validation images with gates clamped, against the model as it was trained',
    ),
    element('thead', {}, element('tr', {}, ...HEADS.map((name) => element('th', { scope: 'col' }, name)))),
    element(
      'tbody',
      {},
      element(
        'tr',
        {},
        head('nothing: as trained'),
        text(''),
        text(percent(baseline.accuracy, 2)),
        ...Array.from({ length: 4 }, () => text('')),
      ),
      ...results.map(({ what, to, accuracy, changes: { becameWrong, becameRight, pValue } }, index) =>
        element(
          'tr',
          {},
          head(what),
          text(TARGET_LABEL[to]),
          text(percent(accuracy, 2)),
          changeCell(changes[index] ?? 0, reach),
          text(wholeNumber(becameWrong)),
          text(wholeNumber(becameRight)),
          text(pText(pValue)),
        ),
      ),
    ),
  );
}
