import type { Cell, HeatRow } from './heatmapModel';

/** The cell a key goes to. Up and down keep the relative place, as rows differ in length. */
export function cellAfterKey(key: string, cell: Cell | null, rows: readonly HeatRow[]): Cell | undefined {
  const lengthOf = (row: number) => rows[row]?.values.length ?? 0;
  if (rows.length === 0) return undefined;
  const from = cell ?? { row: 0, column: -1 };
  const last = lengthOf(from.row) - 1;
  const toRow = (wanted: number): Cell => {
    const row = Math.min(rows.length - 1, Math.max(0, wanted));
    const place = Math.max(0, from.column) / Math.max(1, last + 1);
    return { row, column: Math.floor(place * lengthOf(row)) };
  };
  switch (key) {
    case 'ArrowRight':
      return { row: from.row, column: Math.min(last, from.column + 1) };
    case 'ArrowLeft':
      return { row: from.row, column: Math.max(0, from.column - 1) };
    case 'ArrowDown':
      return toRow(cell ? from.row + 1 : 0);
    case 'ArrowUp':
      return toRow(from.row - 1);
    case 'PageDown':
      return toRow(rows.length - 1);
    case 'PageUp':
      return toRow(0);
    case 'Home':
      return { row: from.row, column: 0 };
    case 'End':
      return { row: from.row, column: last };
    default:
      return undefined;
  }
}
