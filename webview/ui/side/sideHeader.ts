import type { ColourScale } from '../../../src/core/excitation/colourScale';
import type { SideCommand, SideGates } from '../../../src/protocol/sideContract';
import { icon } from '../controls/icons';
import { element, setHidden, setText } from '../dom/element';
import { legend } from '../heatmap/legend';

export interface SideHeader {
  readonly element: HTMLElement;
  show(gates: SideGates, scale: ColourScale): void;
}

/** Which file, whose gates, what the colours mean, and why they may no longer be the code's. */
export function sideHeader(run: (command: SideCommand) => void): SideHeader {
  const file = element('h1');
  const source = element('p', { class: 'source' });
  const staleText = element('span', { class: 'banner-text' });
  const stale = element('div', { class: 'stale-banner', role: 'status' }, icon('warning'), staleText);
  const colours = legend();
  const link = (text: string, command: SideCommand) =>
    element('button', { class: 'link-button', type: 'button', on: { click: () => run(command) } }, text);
  return {
    element: element(
      'header',
      { class: 'side-header' },
      element(
        'div',
        { class: 'titles' },
        file,
        source,
        element(
          'div',
          { class: 'links' },
          link('Show in the panel', 'sePlayground.gates.show'),
          link('Choose other gates…', 'sePlayground.chooseGates'),
        ),
      ),
      colours.element,
      stale,
    ),
    show: (gates, scale) => {
      setText(file, gates.file);
      const { label, detail } = gates.source;
      setText(source, `Gates of ${label}${detail === '' ? '' : ` (${detail})`}`);
      setHidden(stale, gates.stale === undefined);
      setText(staleText, gates.stale ?? '');
      colours.show(scale, 'gate');
    },
  };
}
