export interface HeatRow {
  key: string;
  label: string;
  /** Rows of another group than the row above get a gap before them. */
  group: number;
  values: ArrayLike<number>;
}

export interface HeatmapModel {
  rows: readonly HeatRow[];
  colour(value: number): string;
}

/** Indices into the model's rows and a row's values. */
export interface Cell {
  row: number;
  column: number;
}
