import { escaped } from '../figures/mark';

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

const STYLE = [
  'text{font:12px system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:#222}',
  '.title{font-size:14px;font-weight:600}',
  '.tick,.quiet{font-size:11px;fill:#555}',
  '.grid-line{stroke:#ddd;fill:none}',
  '.fig-line{fill:none;stroke-width:1.75;stroke-linejoin:round}',
  '.fig-band{opacity:.18}',
  ...LOOKS.map(
    (colour, look) =>
      `.fig-line.fig-${look}{stroke:${colour};stroke-dasharray:${DASHES[look]}}.fig-mark.fig-${look},.fig-band.fig-${look}{fill:${colour}}`,
  ),
].join('');

export function svgFile(title: string, width: number, height: number, content: readonly string[]): SvgFile {
  const markup = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...content,
    '</svg>',
  ].join('\n');
  return { markup, width, height };
}

export function svgText(text: string, x: number, y: number, look = '', anchor = 'start'): string {
  return `<text class="${look}" x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`;
}
