import type { HeatRow } from './heatmapModel';

const TALLEST_ROW = 26;
const SHORTEST_ROW = 12;
/** Many rows share about this height before they get a scrolling page. */
const COMFORTABLE_HEIGHT = 520;
const ROW_GAP = 2;
const GROUP_GAP = 10;

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
