/** Cells as pixels: typed arrays all the way, as a canvas call for each cell would take longer than a frame. */
import { COLOUR_STEPS, type ColourScale } from '../../../src/core/excitation/colourScale';
import type { HeatRow } from './heatmapModel';

/** Device pixels. */
export interface Band {
  top: number;
  bottom: number;
}

/** Cells at least this many device pixels wide are set apart by a hairline. */
const HAIRLINE_FROM = 9;

/**
 * Paints each row into its band.
 *
 * @param pixels row-major [height, width], one pixel an element; bytes are red, green, blue, alpha whatever the machine's order
 * @param width device pixels
 */
export function paintCells(
  pixels: Uint32Array,
  width: number,
  rows: readonly HeatRow[],
  bands: readonly Band[],
  scale: ColourScale,
): void {
  const colours = new Uint32Array(Uint8Array.from(scale.bytes()).buffer);
  const line = new Uint32Array(width);
  rows.forEach(({ values }, index) => {
    const band = bands[index];
    if (!band || values.length === 0) return;
    paintLine(line, values, scale, colours);
    for (let y = band.top; y < band.bottom; y++) pixels.set(line, y * width);
  });
}

/** One row of pixels. Where a pixel holds several cells it shows their mean. */
function paintLine(
  line: Uint32Array,
  values: ArrayLike<number>,
  { low, high }: ColourScale,
  colours: Uint32Array,
): void {
  const width = line.length;
  const cells = values.length;
  const span = high > low ? high - low : 0;
  const colourOf = (value: number) => {
    const part = span === 0 ? 0.5 : (value - low) / span;
    // A value that is no number has no colour.
    if (Number.isNaN(part)) return 0;
    return colours[Math.round(Math.min(1, Math.max(0, part)) * (COLOUR_STEPS - 1))]!;
  };
  if (cells > width) {
    for (let x = 0; x < width; x++) {
      const from = Math.floor((x * cells) / width);
      const to = Math.floor(((x + 1) * cells) / width);
      let sum = 0;
      for (let cell = from; cell < to; cell++) sum += values[cell]!;
      line[x] = colourOf(sum / (to - from));
    }
    return;
  }
  const hairline = width / cells >= HAIRLINE_FROM ? 1 : 0;
  for (let cell = 0; cell < cells; cell++) {
    const left = cellEdge(cell, cells, width);
    const right = cellEdge(cell + 1, cells, width);
    line.fill(colourOf(values[cell]!), left, right - hairline);
    line.fill(0, right - hairline, right);
  }
}

/** Left edge of a cell in device pixels; that of the cell after the last is the width. */
export function cellEdge(cell: number, cells: number, width: number): number {
  return Math.round((cell * width) / cells);
}
