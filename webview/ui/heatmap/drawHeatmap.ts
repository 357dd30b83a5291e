import type { Cell, HeatmapModel, HeatRow } from './heatmapModel';

const TALLEST_ROW = 26;
const SHORTEST_ROW = 12;
/** Many rows share about this height before they get a scrolling page. */
const COMFORTABLE_HEIGHT = 520;
const ROW_GAP = 2;
const GROUP_GAP = 10;
/** Cells at least this wide are set apart by a hairline. */
const HAIRLINE_FROM = 9;

/** CSS pixels. */
export interface Layout {
  width: number;
  height: number;
  rowHeight: number;
  /** Top of every row. */
  tops: readonly number[];
}

export function layOut(rows: readonly HeatRow[], width: number): Layout {
  const fair = Math.floor(COMFORTABLE_HEIGHT / Math.max(1, rows.length)) - ROW_GAP;
  const rowHeight = Math.min(TALLEST_ROW, Math.max(SHORTEST_ROW, fair));
  const tops: number[] = [];
  let top = 0;
  rows.forEach((row, index) => {
    const above = rows[index - 1];
    if (above && above.group !== row.group) top += GROUP_GAP;
    tops.push(top);
    top += rowHeight + ROW_GAP;
  });
  return { width, height: Math.max(0, top - ROW_GAP), rowHeight, tops };
}

/** Paints in device pixels, so that cell edges are sharp at every zoom. */
export function drawHeatmap(
  canvas: HTMLCanvasElement,
  model: HeatmapModel,
  cursor: Cell | null,
  { width, height, rowHeight, tops }: Layout,
): void {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context) return;
  const px = (value: number) => Math.round(value * scale);
  const edge = (column: number, columns: number) => px((column * width) / columns);
  model.rows.forEach(({ values }, index) => {
    const top = px(tops[index] ?? 0);
    const bottom = px((tops[index] ?? 0) + rowHeight);
    const hairline = width / values.length >= HAIRLINE_FROM ? 1 : 0;
    for (let column = 0; column < values.length; column++) {
      const left = edge(column, values.length);
      context.fillStyle = model.colour(values[column] ?? 0);
      context.fillRect(left, top, edge(column + 1, values.length) - left - hairline, bottom - top);
    }
  });
  const columns = cursor ? (model.rows[cursor.row]?.values.length ?? 0) : 0;
  if (!cursor || columns === 0) return;
  // Two frames, so that it stands out on dark and on light cells.
  const left = edge(cursor.column, columns);
  const right = edge(cursor.column + 1, columns);
  const top = px(tops[cursor.row] ?? 0);
  const frame = (colour: string, outset: number) => {
    context.strokeStyle = colour;
    context.lineWidth = px(2);
    context.strokeRect(left - outset, top - outset, right - left + 2 * outset, px(rowHeight) + 2 * outset);
  };
  frame('#000', px(2));
  frame('#fff', 0);
}
