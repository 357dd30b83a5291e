/** The gates of one image beside the gates of many. */
import { allClassGates, classGates, type NetworkGates } from '../../../../src/core/excitation/gateMath';
import { divergingScale, sequentialScale } from '../../../../src/core/excitation/colourScale';
import type { BlockId, SeBlock } from '../../../../src/core/model/graph';
import type { HeatmapModel, HeatRow } from '../../heatmap/heatmapModel';

/** What the image's gates are compared with: the mean of all images, or of one class. */
export type GateReference = 'all' | number;

export interface BlockRow {
  block: BlockId;
  stage: number;
  /** Gates of the image, [C]. */
  gates: Float32Array;
  /** Mean gates of the reference, [C]; absent without one. */
  reference?: Float64Array;
}

/** One row a block, in network order. */
export function blockRows(
  gates: ReadonlyMap<BlockId, Float32Array>,
  blocks: readonly SeBlock[],
  means: NetworkGates | undefined,
  reference: GateReference,
): BlockRow[] {
  return blocks.flatMap(({ id, stage }) => {
    const own = gates.get(id);
    if (!own) return [];
    const row = { block: id, stage, gates: own };
    const known = means?.blocks.find(({ block }) => block === id);
    if (!known || !means) return [row];
    const compared =
      reference === 'all' ? allClassGates(known, means.imagesPerClass) : classGates(known, reference);
    return [{ ...row, reference: compared }];
  });
}

/** Gate of the image minus the reference's; the gate itself without a reference. */
export function distance({ gates, reference }: BlockRow, channel: number): number {
  return (gates[channel] ?? NaN) - (reference?.[channel] ?? 0);
}

/** Gates are drawn over the range they use, out to whole steps of this size, so that it seldom changes from image to image. */
const RANGE_STEP = 0.1;

/** The gates as they are. */
export function gatesModel(rows: readonly BlockRow[]): HeatmapModel {
  const all = rows.flatMap(({ gates }) => [...gates]);
  const low = RANGE_STEP * Math.floor(Math.min(...all) / RANGE_STEP);
  const high = RANGE_STEP * Math.ceil(Math.max(...all) / RANGE_STEP);
  return { rows: heatRows(rows, ({ gates }) => gates), scale: sequentialScale(low, high) };
}

/** The gates minus the reference's. */
export function distancesModel(rows: readonly BlockRow[], dark: boolean): HeatmapModel {
  const values = (row: BlockRow) => Float64Array.from(row.gates, (_, channel) => distance(row, channel));
  const reach = Math.max(0.01, ...rows.flatMap((row) => Array.from(values(row), Math.abs)));
  return { rows: heatRows(rows, values), scale: divergingScale(reach, dark) };
}

function heatRows(rows: readonly BlockRow[], values: (row: BlockRow) => ArrayLike<number>): HeatRow[] {
  return rows.map((row) => ({ key: row.block, label: row.block, group: row.stage, values: values(row) }));
}

/** The block whose gates are furthest from the reference, by root mean square, and how far; undefined without a reference. */
export function mostUnusual(rows: readonly BlockRow[]): { block: BlockId; distance: number } | undefined {
  let most: { block: BlockId; distance: number } | undefined;
  for (const row of rows) {
    if (!row.reference) continue;
    const far = rootMeanSquare(row);
    if (!most || far > most.distance) most = { block: row.block, distance: far };
  }
  return most;
}

/** Distance of a block's gates from the reference, by root mean square. */
export function rootMeanSquare(row: BlockRow): number {
  const squares = row.gates.reduce((sum, _, channel) => sum + distance(row, channel) ** 2, 0);
  return Math.sqrt(squares / row.gates.length);
}
