import { element } from '../dom/element';
import type { Control } from './toolkit';

export interface Tab<Id extends string> {
  id: Id;
  label: string;
  /** The element the tab shows; made a tabpanel here. */
  panel: HTMLElement;
}

let nextId = 1;

/**
 * A row of tabs after the ARIA pattern: one tab stop, arrow keys, Home and End. It only reports the choice; `show` draws it, so
 * the state stays the one truth.
 */
export function tabs<Id extends string>(options: {
  label: string;
  tabs: readonly Tab<Id>[];
  onChange(id: Id): void;
}): Control<Id> {
  const prefix = `tabs${nextId++}`;
  const buttons = options.tabs.map((tab) => {
    const made = element(
      'button',
      { class: 'tab', type: 'button', role: 'tab', id: `${prefix}-${tab.id}`, 'data-tab': tab.id },
      tab.label,
    );
    made.addEventListener('click', () => options.onChange(tab.id));
    // Tabs may share one panel (a chart that changes what it draws).
    if (!tab.panel.id) tab.panel.id = `${prefix}-panel-${tab.id}`;
    tab.panel.setAttribute('role', 'tabpanel');
    made.setAttribute('aria-controls', tab.panel.id);
    return made;
  });
  const list = element('div', { class: 'tablist', role: 'tablist', 'aria-label': options.label }, ...buttons);
  list.addEventListener('keydown', (event) => {
    const current = buttons.findIndex((made) => made === document.activeElement);
    const next = nextIndex(event.key, current, buttons.length);
    if (next === undefined) return;
    event.preventDefault();
    buttons[next]?.focus();
    const tab = options.tabs[next];
    if (tab) options.onChange(tab.id);
  });
  return {
    element: list,
    show: (shown) => {
      options.tabs.forEach((tab, index) => {
        const selected = tab.id === shown;
        buttons[index]?.setAttribute('aria-selected', String(selected));
        buttons[index]?.setAttribute('tabindex', selected ? '0' : '-1');
        if (selected) tab.panel.setAttribute('aria-labelledby', `${prefix}-${tab.id}`);
      });
    },
  };
}

function nextIndex(key: string, current: number, length: number): number | undefined {
  if (current < 0) return undefined;
  if (key === 'ArrowRight') return (current + 1) % length;
  if (key === 'ArrowLeft') return (current + length - 1) % length;
  if (key === 'Home') return 0;
  return key === 'End' ? length - 1 : undefined;
}
