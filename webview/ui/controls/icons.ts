import { svgElement } from '../dom/element';

/** Outlines on a 16 x 16 grid, drawn for this project. */
const OUTLINES = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M4 2.5h3v11H4zM9 2.5h3v11H9z',
  stop: 'M3 3h10v10H3z',
  report: 'M3 1.5h6.2L13 5.3v9.2H3zM4.2 2.7v10.6h7.6V6.2H8.4V2.7zM5.6 8h4.8v1.1H5.6zM5.6 10.4h4.8v1.1H5.6z',
  save: 'M2 2h9.5L14 4.5V14H2zM3.2 3.2v9.6h1.6V8.5h6.4v4.3h1.6V5l-1.8-1.8h-.5v3H5v-3zM6.2 3.2v1.8h3.1V3.2zM6 9.7v3.1h4V9.7z',
  warning: 'M8 1.2 15.4 14.4H.6zM7.3 6v4.2h1.4V6zM7.3 11.4v1.5h1.4v-1.5z',
} as const;

export type IconName = keyof typeof OUTLINES;

/** A decorative icon in the text colour; the text beside it carries the meaning. */
export function icon(name: IconName): SVGSVGElement {
  return svgElement(
    'svg',
    { class: 'icon', viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' },
    svgElement('path', { d: OUTLINES[name], fill: 'currentColor', 'fill-rule': 'evenodd' }),
  );
}
