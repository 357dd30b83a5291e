import { sequentialScale, type ColourScale } from '../../../../src/core/excitation/colourScale';
import type { HeatmapChoice } from '../heatmapChoice';
import type { HeatmapModel, HeatRow } from '../heatmapModel';
import {
  sourceEpoch,
  type BlockAtEpoch,
  type BlockFacts,
  type GateSource,
  type SourceEpoch,
} from '../heatmapSource';
import { difference, meanGates, orderOf } from './cellValues';
import { resolveComparison, type Compared } from './comparison';
import { quantityOf, rowValues, scaleOf, type Quantity } from './quantity';

export interface SceneRow extends HeatRow {
  /** Channel number of each place, [channels]. */
  channels: Uint32Array;
  /** In the order of places, [channels]. */
  values: Float64Array;
}

export interface SceneModel extends HeatmapModel {
  rows: readonly SceneRow[];
}

/** Everything on screen, derived from the sources and the choice. */
export interface HeatmapScene {
  source: GateSource;
  epoch: SourceEpoch;
  compared: Compared;
  /** Of the map of all blocks. */
  quantity: Quantity;
  model: SceneModel;
  /** The block in the detail, and its rows. */
  block: BlockAtEpoch;
  facts: BlockFacts | undefined;
  detailQuantity: Quantity;
  detail: SceneModel;
}

/** The scene of a source; undefined before its first evaluation. */
export function setScene(
  choice: HeatmapChoice,
  source: GateSource,
  sources: readonly GateSource[],
  dark: boolean,
): HeatmapScene | undefined {
  const epoch = sourceEpoch(source, choice.epoch);
  const latest = source.epochs.at(-1);
  if (!epoch || !latest) return undefined;
  const compared = resolveComparison(choice, source, sources);
  const rows = epoch.gates.blocks.flatMap((block, index): SceneRow[] => {
    const values = rowValues(block, epoch, choice.classIndex, compared);
    if (!values) return [];
    const facts = source.blocks.find(({ id }) => id === block.block);
    const places = placesOf(choice, latest, index, block);
    return [
      {
        key: block.block,
        label: block.block,
        group: facts?.stage ?? 0,
        channels: places,
        values: laidOut(values, places),
      },
    ];
  });
  const block =
    epoch.gates.blocks.find((candidate) => candidate.block === choice.block) ?? epoch.gates.blocks.at(-1);
  if (!block) return undefined;
  const quantity = quantityOf(compared, choice.classIndex);
  const classScale = scaleOf(source, compared, choice.fullRange, dark);
  return {
    source,
    epoch,
    compared,
    quantity,
    model: { rows, scale: quantity.kind === 'spread' ? spreadScale(rows) : classScale },
    block,
    facts: source.blocks.find(({ id }) => id === block.block),
    // In the detail, where all classes are seen, a class less all classes is clearer than their spread.
    detailQuantity: quantityOf(compared, choice.classIndex ?? 0),
    detail: { rows: detailRows(choice, source, epoch, block, compared), scale: classScale },
  };
}

/** By the latest epoch: channels keep their places while one scrubs. */
function placesOf(
  { order }: HeatmapChoice,
  latest: SourceEpoch,
  index: number,
  block: BlockAtEpoch,
): Uint32Array {
  const deciding = latest.gates.blocks[index];
  return orderOf(deciding?.channels === block.channels ? deciding : block, latest.gates, order);
}

function laidOut(values: Float64Array, places: Uint32Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let place = 0; place < result.length; place++) result[place] = values[places[place]!]!;
  return result;
}

function spreadScale(rows: readonly SceneRow[]): ColourScale {
  const most = rows.reduce(
    (highest, { values }) => values.reduce((one, other) => Math.max(one, other), highest),
    0,
  );
  return sequentialScale(0, most);
}

function detailRows(
  choice: HeatmapChoice,
  source: GateSource,
  epoch: SourceEpoch,
  block: BlockAtEpoch,
  compared: Compared,
): SceneRow[] {
  const latest = source.epochs.at(-1) ?? epoch;
  const index = epoch.gates.blocks.indexOf(block);
  const places = placesOf(choice, latest, index, block);
  const row = (key: string, label: string, values: Float64Array | undefined): SceneRow[] =>
    values ? [{ key, label, group: 0, channels: places, values: laidOut(values, places) }] : [];
  const { imageGates, channels } = block;
  if (choice.detailRows === 'images' && imageGates) {
    return epoch.gates.images.flatMap(({ name, label }, image) => {
      const own = Float64Array.from({ length: channels }, (_, at) => imageGates[image * channels + at] ?? 0);
      const isDifference = compared.kind !== 'none' && compared.kind !== 'missing';
      return row(
        `image ${image}`,
        name,
        isDifference ? difference(own, meanGates(block, epoch.gates, label)) : own,
      );
    });
  }
  if (compared.kind === 'other' && !compared.sameClasses) {
    return row('all', 'all classes', rowValues(block, epoch, null, compared));
  }
  return source.classes.flatMap((name, label) =>
    row(String(label), name, rowValues(block, epoch, label, compared)),
  );
}

/** The colours of one of the scene's pictures on white paper. */
export function paperScale(
  { source, compared, quantity, detailQuantity, model }: HeatmapScene,
  { fullRange }: HeatmapChoice,
  picture: SceneModel,
): ColourScale {
  const { kind } = picture === model ? quantity : detailQuantity;
  return kind === 'difference' ? scaleOf(source, compared, fullRange, false) : picture.scale;
}
