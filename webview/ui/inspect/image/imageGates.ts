/** The gates of one image beside the gates of many. */
import { allClassGates, classGates, type NetworkGates } from '../../../../src/core/excitation/gateMath';
import {
  divergingScale,
  sequentialScale,
  type ColourScale,
} from '../../../../src/core/excitation/colourScale';
import type { BlockId, SeBlock } from '../../../../src/core/model/graph';
import type { HeatmapModel } from '../../heatmap/heatmapModel';

/** What the image's gates are compared with: nothing, the mean of all images, or of one class. */
export type GateReference = 'none' | 'all' | number;

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
    if (!known || !means || reference === 'none') return [row];
    const compared =
      reference === 'all' ? allClassGates(known, means.imagesPerClass) : classGates(known, reference);
    return [{ ...row, reference: compared }];
  });
}

/** Gate of the image, minus the reference's where there is one. */
export function cellValue({ gates, reference }: BlockRow, channel: number): number {
  return (gates[channel] ?? NaN) - (reference?.[channel] ?? 0);
}

export interface GateScene {
  model: HeatmapModel;
  scale: ColourScale;
}

/**
 * @param bounds of the gate function; null where it has no upper end
 */
export function gateScene(
  rows: readonly BlockRow[],
  bounds: { low: number; high: number } | null,
  dark: boolean,
): GateScene {
  const values = rows.map((row) => Float64Array.from(row.gates, (_, channel) => cellValue(row, channel)));
  const all = values.flatMap((row) => [...row]);
  const compared = rows.some(({ reference }) => reference);
  const reach = Math.max(0.01, ...all.map(Math.abs));
  const { low, high } = bounds ?? { low: 0, high: Math.max(0.01, ...all) };
  const scale = compared ? divergingScale(reach, dark) : sequentialScale(low, high);
  const model = {
    rows: rows.map(({ block, stage }, index) => ({
      key: block,
      label: block,
      group: stage,
      values: values[index] ?? [],
    })),
    scale,
  };
  return { model, scale };
}

/** The block whose gates are furthest from the reference, by root mean square, and how far; undefined without a reference. */
export function mostUnusual(rows: readonly BlockRow[]): { block: BlockId; distance: number } | undefined {
  let most: { block: BlockId; distance: number } | undefined;
  for (const row of rows) {
    if (!row.reference) continue;
    const distance = rootMeanSquare(row);
    if (!most || distance > most.distance) most = { block: row.block, distance };
  }
  return most;
}

/** Distance of a block's gates from the reference, by root mean square. */
export function rootMeanSquare(row: BlockRow): number {
  const squares = row.gates.reduce((sum, _, channel) => sum + cellValue(row, channel) ** 2, 0);
  return Math.sqrt(squares / row.gates.length);
}
