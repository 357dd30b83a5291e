import { element } from '../dom/element';

/** Tables follow a moving slider at this distance: they can have thousands of cells. */
const REBUILD_AFTER_MS = 120;

/** A closed disclosure whose table is built only while it is open. */
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rebuild = () => {
    timer = undefined;
    const table = made.open ? build() : null;
    holder.replaceChildren(...(table ? [table] : []));
  };
  made.addEventListener('toggle', rebuild);
  return {
    element: made,
    refresh: () => {
      if (made.open) timer ??= setTimeout(rebuild, REBUILD_AFTER_MS);
    },
  };
}
