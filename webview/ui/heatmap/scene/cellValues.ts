/** Rows of gates, computed once for each block at each epoch: scrubbing comes back to the same ones many times a second. */
import { orderChannels, type ChannelOrder } from '../../../../src/core/excitation/channelOrder';
import {
  allClassGates,
  channelSpread,
  classGates,
  differenceReach,
  gateRange,
} from '../../../../src/core/excitation/gateMath';
import type { BlockAtEpoch, GatesAtEpoch } from '../heatmapSource';

class Kept<Owner extends object, Value> {
  private readonly values = new WeakMap<Owner, Map<string, Value>>();

  get(owner: Owner, key: string, compute: () => Value): Value {
    let found = this.values.get(owner);
    if (!found) this.values.set(owner, (found = new Map<string, Value>()));
    let value = found.get(key);
    if (value === undefined) found.set(key, (value = compute()));
    return value;
  }
}

const rows = new Kept<BlockAtEpoch, Float64Array>();
const orders = new Kept<BlockAtEpoch, Uint32Array>();
const ranges = new Kept<GatesAtEpoch, { low: number; high: number }>();
const reaches = new Kept<GatesAtEpoch, number>();

/** Mean gates of a class, or of all images for null, [channels]. */
export function meanGates(
  block: BlockAtEpoch,
  { imagesPerClass }: GatesAtEpoch,
  classIndex: number | null,
): Float64Array {
  return rows.get(block, `mean ${classIndex}`, () =>
    classIndex === null ? allClassGates(block, imagesPerClass) : classGates(block, classIndex),
  );
}

/** Standard deviation of the class means, [channels]. */
export function spreads(block: BlockAtEpoch, { imagesPerClass }: GatesAtEpoch): Float64Array {
  return rows.get(block, 'spread', () => channelSpread(block, imagesPerClass));
}

/** Places of channels, [channels]. */
export function orderOf(
  block: BlockAtEpoch,
  { imagesPerClass }: GatesAtEpoch,
  order: ChannelOrder,
): Uint32Array {
  return orders.get(block, order, () => orderChannels(block, imagesPerClass, order));
}

export function rangeOf(gates: GatesAtEpoch): { low: number; high: number } {
  return ranges.get(gates, '', () => gateRange([gates]));
}

/** Farthest that a class is from all classes. */
export function classReach(gates: GatesAtEpoch): number {
  return reaches.get(gates, 'classes', () => differenceReach(gates));
}

/** Farthest that any class is from one class. */
export function reachFromClass(gates: GatesAtEpoch, other: number): number {
  return reaches.get(gates, `class ${other}`, () => {
    let reach = 0;
    for (const block of gates.blocks) {
      const from = meanGates(block, gates, other);
      gates.imagesPerClass.forEach((images, label) => {
        if (images > 0) reach = Math.max(reach, farthest(meanGates(block, gates, label), from));
      });
    }
    return reach;
  });
}

const pairs = new WeakMap<GatesAtEpoch, WeakMap<GatesAtEpoch, number>>();

/** Farthest that blocks which both have are apart, over all classes, or over the means of all images where classes differ. */
export function reachBetween(one: GatesAtEpoch, other: GatesAtEpoch, sameClasses: boolean): number {
  let known = pairs.get(one);
  if (!known) pairs.set(one, (known = new WeakMap<GatesAtEpoch, number>()));
  let reach = known.get(other);
  if (reach === undefined) {
    reach = 0;
    for (const block of one.blocks) {
      const match = other.blocks.find((candidate) => candidate.block === block.block);
      if (match?.channels !== block.channels) continue;
      const labels = sameClasses ? [null, ...one.imagesPerClass.keys()] : [null];
      for (const label of labels) {
        reach = Math.max(reach, farthest(meanGates(block, one, label), meanGates(match, other, label)));
      }
    }
    known.set(other, reach);
  }
  return reach;
}

function farthest(one: Float64Array, other: Float64Array): number {
  let most = 0;
  for (let at = 0; at < one.length; at++) {
    const apart = Math.abs(one[at]! - other[at]!);
    if (apart > most) most = apart;
  }
  return most;
}

/** One row less another, [channels]. */
export function difference(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((gate, channel) => gate - other[channel]!);
}
