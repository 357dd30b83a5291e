import { COLOUR_STEPS, type ColourScale } from '../../../../src/core/excitation/colourScale';
import { layOut } from '../heatmapLayout';
import { tickText, type QuantityKind } from '../legend';
import { cellEdge } from '../paintCells';
import type { SceneModel } from '../scene/heatmapScene';
import { svgFile, svgText, type SvgFile } from './svgFile';

const WIDTH = 960;
const MARGIN = 20;
const HEAD = 84;
/** About seven pixels a character. */
const CHARACTER = 7;
const LEGEND = { width: 220, steps: 44 };

/** Rows of cells with their names and the legend. Cells of one colour are one path, and narrow ones share a pixel, so the file stays small. */
export function mapSvg(
  { rows }: SceneModel,
  scale: ColourScale,
  title: string,
  quantity: { kind: QuantityKind; name: string },
): SvgFile {
  const left = MARGIN + 12 + CHARACTER * Math.max(0, ...rows.map(({ label }) => label.length));
  const width = WIDTH - left - MARGIN;
  const { tops, height, rowHeight } = layOut(rows, width);
  const paths = new Map<number, string>();
  rows.forEach(({ values }, index) => {
    const columns = Math.min(values.length, width);
    const top = HEAD + (tops[index] ?? 0);
    for (let column = 0; column < columns; column++) {
      const value = meanBetween(
        values,
        cellEdge(column, columns, values.length),
        cellEdge(column + 1, columns, values.length),
      );
      if (Number.isNaN(value)) continue;
      const step = stepOf(value, scale);
      const from = cellEdge(column, columns, width);
      const to = cellEdge(column + 1, columns, width);
      paths.set(
        step,
        `${paths.get(step) ?? ''}M${left + from} ${top}h${to - from}v${rowHeight}h${from - to}Z`,
      );
    }
  });
  const bytes = scale.bytes();
  const cells = [...paths].map(([step, d]) => {
    const [red, green, blue] = bytes.subarray(4 * step);
    return `<path fill="rgb(${red},${green},${blue})" shape-rendering="crispEdges" d="${d}"/>`;
  });
  const labels = rows.map(({ label }, index) =>
    svgText(label, left - 10, HEAD + (tops[index] ?? 0) + rowHeight / 2 + 4, 'quiet', 'end'),
  );
  return svgFile(title, WIDTH, HEAD + height + 30, [
    svgText(title, MARGIN, 26, 'title'),
    ...legendMarkup(scale, quantity, left),
    ...cells,
    ...labels,
    svgText('channels', WIDTH - MARGIN, HEAD + height + 18, 'quiet', 'end'),
  ]);
}

function legendMarkup(
  scale: ColourScale,
  { kind, name }: { kind: QuantityKind; name: string },
  left: number,
): string[] {
  const at = (part: number) => scale.low + part * (scale.high - scale.low);
  const cell = LEGEND.width / LEGEND.steps;
  const bar = Array.from(
    { length: LEGEND.steps },
    (_, step) =>
      `<rect x="${left + step * cell}" y="40" width="${cell}" height="10" shape-rendering="crispEdges" fill="${scale.colour(at(step / (LEGEND.steps - 1)))}"/>`,
  );
  const ticks = [0, 0.5, 1].map((part) =>
    svgText(
      tickText(at(part), kind),
      left + part * LEGEND.width,
      64,
      'quiet',
      ['start', 'middle', 'end'][2 * part],
    ),
  );
  return [...bar, ...ticks, svgText(name, left + LEGEND.width + 14, 49)];
}

function stepOf(value: number, { low, high }: ColourScale): number {
  const part = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
  return Math.round(part * (COLOUR_STEPS - 1));
}

function meanBetween(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let cell = from; cell < to; cell++) sum += values[cell]!;
  return sum / (to - from);
}
