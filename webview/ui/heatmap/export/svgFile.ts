import { escaped, markMarkup, type Mark } from '../figures/mark';

/** A drawing of its own, without the page's style sheets. */
export interface SvgFile {
  markup: string;
  /** Pixels. */
  width: number;
  height: number;
}

/** Files are for paper: black on white, whatever the theme. The colours of lines are those of M. Okabe and K. Ito (2008). */
const LOOKS = ['#000000', '#0072b2', '#d55e00', '#009e73', '#aa4499'];
const DASHES = ['5 3', 'none', '8 3', '2 3', '10 3 2 3'];

const FONT = {
  'font-family': 'system-ui, Segoe UI, Helvetica, Arial, sans-serif',
  'font-size': 12,
  fill: '#222',
};
const QUIET = { ...FONT, 'font-size': 11, fill: '#555' };

/** Attributes in place of style sheets by class: the page's policy refuses inline style, also inside of pictures. */
const PRESENTED: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  '': FONT,
  title: { ...FONT, 'font-size': 14, 'font-weight': 600 },
  quiet: QUIET,
  tick: QUIET,
  'grid-line': { stroke: '#ddd', fill: 'none' },
  ...Object.fromEntries(
    LOOKS.flatMap((colour, look) => [
      [
        `fig-line fig-${look}`,
        {
          fill: 'none',
          stroke: colour,
          'stroke-width': 1.75,
          'stroke-linejoin': 'round',
          'stroke-dasharray': DASHES[look] ?? 'none',
        },
      ],
      [`fig-mark fig-${look}`, { fill: colour }],
      [`fig-band fig-${look}`, { fill: colour, opacity: 0.18 }],
    ]),
  ),
};

/** The mark as it looks in a file. */
export function fileMark(mark: Mark): string {
  const { class: look = '', ...attributes } = mark.attributes;
  return markMarkup({ ...mark, attributes: { ...PRESENTED[look], ...attributes } });
}

export function svgFile(title: string, width: number, height: number, content: readonly string[]): SvgFile {
  const markup = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...content,
    '</svg>',
  ].join('\n');
  return { markup, width, height };
}

export function svgText(text: string, x: number, y: number, look = '', anchor = 'start'): string {
  return fileMark({ tag: 'text', attributes: { class: look, x, y, 'text-anchor': anchor }, text });
}
