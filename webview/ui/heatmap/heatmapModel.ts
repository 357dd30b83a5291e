import type { ColourScale } from '../../../src/core/excitation/colourScale';

export interface HeatRow {
  key: string;
  label: string;
  /** Rows of another group than the row above get a gap before them. */
  group: number;
  values: ArrayLike<number>;
}

/** Treated as a value: the picture is painted again only for another one. */
export interface HeatmapModel {
  rows: readonly HeatRow[];
  scale: ColourScale;
}

/** Indices into the model's rows and a row's values. */
export interface Cell {
  row: number;
  column: number;
}

/** The cell if the model has it: a cursor outlives the picture it was put on. */
export function cellIn({ rows }: HeatmapModel, cell: Cell | null): Cell | null {
  return cell && cell.column < (rows[cell.row]?.values.length ?? 0) ? cell : null;
}
