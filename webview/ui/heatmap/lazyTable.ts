import { element } from '../dom/element';

/** A closed disclosure whose table is built only while it is open: these tables can have thousands of cells. */
export function lazyTable(
  summary: string,
  build: () => HTMLTableElement | null,
): { readonly element: HTMLElement; refresh(): void } {
  const holder = element('div', {
    class: 'table-scroll',
    tabindex: 0,
    role: 'region',
    'aria-label': summary,
  });
  const made = element('details', { class: 'numbers-details' }, element('summary', {}, summary), holder);
  const refresh = () => {
    const table = made.open ? build() : null;
    holder.replaceChildren(...(table ? [table] : []));
  };
  made.addEventListener('toggle', refresh);
  return { element: made, refresh };
}
