import { button } from '../../controls/toolkit';
import { element } from '../../dom/element';
import { pngOfSvg } from './pngOfSvg';
import type { SvgFile } from './svgFile';

export type SaveExport = (
  suggestedName: string,
  data: Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>,
) => void;

/** What a view can be saved as. */
export interface Exportable {
  /** File name without its ending. */
  name: string;
  svg(): SvgFile;
  csv(): string;
}

/** Buttons that save a view as a picture or as numbers. `view` answers undefined while there is nothing to save. */
export function exportBar(save: SaveExport, view: () => Exportable | undefined): HTMLElement {
  const entry = (
    text: string,
    kind: 'png' | 'svg' | 'csv',
    data: (exported: Exportable) => Parameters<SaveExport>[1],
  ) =>
    button({
      text,
      onClick: () => {
        const exported = view();
        if (exported) save(`${exported.name}.${kind}`, data(exported));
      },
    }).element;
  const text = (written: string) => new TextEncoder().encode(written);
  return element(
    'div',
    { class: 'buttons export-bar', role: 'group', 'aria-label': 'Save this view' },
    entry('Save PNG', 'png', (exported) => pngOfSvg(exported.svg())),
    entry('Save SVG', 'svg', (exported) => text(exported.svg().markup)),
    entry('Save CSV', 'csv', (exported) => text(exported.csv())),
  );
}
