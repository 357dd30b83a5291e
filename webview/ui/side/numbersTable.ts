import { element } from '../dom/element';

/** A plain table; the first cell of a row is its head. */
export function numbersTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLTableElement {
  return element(
    'table',
    { class: 'numbers' },
    element('caption', { class: 'visually-hidden' }, caption),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element(
      'tbody',
      {},
      ...rows.map(([first = '', ...rest]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, first),
          ...rest.map((value) => element('td', {}, value)),
        ),
      ),
    ),
  );
}
