/**
 * Streaming statistics of the gates of an evaluation: sums per class and channel, and the gates of a few chosen images, whatever the number of
 * images.
 */
import { PlaygroundError } from '../errors';
import type { BlockId } from '../model/graph';
import type { BlockExcitation, ChosenImage, ExcitationSummary } from './excitationSummary';

/** A gate below the first or above the second counts as saturated. */
export const SATURATED_LOW = 0.05;
export const SATURATED_HIGH = 0.95;

/** Statistics are kept to this step: finer than any colour shows, and a third of the digits in the run's log. */
const STEPS_PER_UNIT = 1e5;

interface BlockSums {
  channels: number;
  /** Images seen per class, [classes]. */
  images: Float64Array;
  /** Running means and sums of squared deviations (Welford), row-major [classes, channels]. */
  mean: Float64Array;
  squares: Float64Array;
  /** Gates of the chosen images, row-major [images, channels]; zeros until they come. */
  imageGates: Float64Array;
  low: number;
  high: number;
}

/** What was seen of one block, not rounded. */
export interface BlockStatistics {
  block: BlockId;
  channels: number;
  /** Row-major [classes, channels]. */
  mean: Float64Array;
  /** Over the class's images, row-major [classes, channels]. */
  deviation: Float64Array;
  saturatedLow: number;
  saturatedHigh: number;
  /** Row-major [images, channels]. */
  imageGates: Float64Array;
}

export class ExcitationAccumulator {
  private readonly sums: ReadonlyMap<BlockId, BlockSums>;

  /**
   * @param blocks SE blocks in network order; a Graph's `blocks` will do
   * @param images those whose gates are kept
   */
  constructor(
    blocks: readonly { id: BlockId; channels: number }[],
    private readonly classes: number,
    private readonly images: readonly ChosenImage[] = [],
  ) {
    this.sums = new Map(blocks.map(({ id, channels }) => [id, emptySums(channels, classes, images.length)]));
  }

  /**
   * Adds one batch of one block.
   *
   * @param gates row-major [N, channels]
   * @param labels [N], class of each image
   * @param first index of the batch's first image among all that are evaluated; tells the chosen ones
   * @throws PlaygroundError `engine/non-finite` for a gate that is no number; RangeError for wrong sizes, labels or blocks
   */
  add(block: BlockId, gates: ArrayLike<number>, labels: ArrayLike<number>, first = 0): void {
    const sums = this.sumsOf(block);
    const { channels } = sums;
    if (gates.length !== labels.length * channels) {
      throw new RangeError(`${gates.length} gates are not ${labels.length} images of ${channels} channels`);
    }
    for (let image = 0; image < labels.length; image++) {
      const label = labels[image]!;
      if (!Number.isInteger(label) || label < 0 || label >= this.classes) {
        throw new RangeError(`${label} is not one of ${this.classes} classes`);
      }
      const count = ++sums.images[label]!;
      for (let channel = 0; channel < channels; channel++) {
        const gate = gates[image * channels + channel]!;
        if (!Number.isFinite(gate)) throw nonFinite(block);
        const at = label * channels + channel;
        const delta = gate - sums.mean[at]!;
        sums.mean[at]! += delta / count;
        sums.squares[at]! += delta * (gate - sums.mean[at]!);
        if (gate < SATURATED_LOW) sums.low++;
        else if (gate > SATURATED_HIGH) sums.high++;
      }
    }
    this.images.forEach(({ index }, row) => {
      if (index < first || index >= first + labels.length) return;
      for (let channel = 0; channel < channels; channel++) {
        sums.imageGates[row * channels + channel] = gates[(index - first) * channels + channel]!;
      }
    });
  }

  /** All sums so far, flat, for `merge` of an accumulator of the same blocks and classes. */
  state(): Float64Array {
    return Float64Array.from(
      [...this.sums.values()].flatMap(({ images, mean, squares, imageGates, low, high }) => [
        ...images,
        ...mean,
        ...squares,
        ...imageGates,
        low,
        high,
      ]),
    );
  }

  /**
   * Adds what another accumulator, of the same chosen images, has seen of other images (T. Chan, G. Golub, R. LeVeque, 1979).
   *
   * @param state of the other one
   * @throws RangeError if it is of other blocks or classes
   */
  merge(state: Float64Array): void {
    let start = 0;
    const take = (length: number) => state.subarray(start, (start += length));
    for (const sums of this.sums.values()) {
      const { mean, images } = sums;
      mergeMoments(sums, {
        images: take(images.length),
        mean: take(mean.length),
        squares: take(mean.length),
      });
      // Each image is seen by one of them only.
      take(sums.imageGates.length).forEach((gate, at) => (sums.imageGates[at]! += gate));
      const [low = 0, high = 0] = take(2);
      sums.low += low;
      sums.high += high;
    }
    if (start !== state.length) throw new RangeError('The sums are of other blocks');
  }

  /** Mean gates of a block [channels] over all images so far; zeros if there are none. */
  meanGates(block: BlockId): Float64Array {
    const { channels, images, mean } = this.sumsOf(block);
    const total = images.reduce((sum, count) => sum + count, 0);
    return new Float64Array(channels).map((_, channel) => {
      const sum = images.reduce((sum, count, label) => sum + count * mean[label * channels + channel]!, 0);
      return total === 0 ? 0 : sum / total;
    });
  }

  /**
   * What has been added so far, by block. A class without images has zeros for means and deviations.
   *
   * @throws RangeError if the blocks have not all seen the same images
   */
  statistics(): { imagesPerClass: number[]; blocks: BlockStatistics[] } {
    const [first] = this.sums.values();
    const imagesPerClass = Array.from(first?.images ?? new Float64Array(this.classes));
    const blocks = [...this.sums].map(([block, sums]): BlockStatistics => {
      if (imagesPerClass.some((count, label) => sums.images[label] !== count)) {
        throw new RangeError(`Block ${block} has seen other images than the first block`);
      }
      return finishBlock(block, sums);
    });
    return { imagesPerClass, blocks };
  }

  /**
   * What has been added so far, to five decimals. A class without images has zeros for means and deviations; `imagesPerClass` tells it apart.
   *
   * @throws RangeError if the blocks have not all seen the same images
   */
  summary(): ExcitationSummary {
    const { imagesPerClass, blocks } = this.statistics();
    const { classes, images } = this;
    const rounded = blocks.map(({ mean, deviation, imageGates, ...block }): BlockExcitation => ({
      ...block,
      mean: Array.from(mean, roundedStatistic),
      deviation: Array.from(deviation, roundedStatistic),
      ...(images.length > 0 && { imageGates: Array.from(imageGates, roundedStatistic) }),
    }));
    return { classes, imagesPerClass, ...(images.length > 0 && { images }), blocks: rounded };
  }

  private sumsOf(block: BlockId): BlockSums {
    const sums = this.sums.get(block);
    if (!sums) throw new RangeError(`No SE block ${block} was announced`);
    return sums;
  }
}

type Moments = Pick<BlockSums, 'images' | 'mean' | 'squares'>;

function mergeMoments(into: Moments & { channels: number }, other: Moments): void {
  other.images.forEach((added, label) => {
    if (added === 0) return;
    const before = into.images[label]!;
    const count = before + added;
    into.images[label] = count;
    for (let at = label * into.channels; at < (label + 1) * into.channels; at++) {
      const delta = other.mean[at]! - into.mean[at]!;
      into.mean[at]! += (delta * added) / count;
      into.squares[at]! += other.squares[at]! + (delta * delta * before * added) / count;
    }
  });
}

function emptySums(channels: number, classes: number, images: number): BlockSums {
  return {
    channels,
    images: new Float64Array(classes),
    mean: new Float64Array(classes * channels),
    squares: new Float64Array(classes * channels),
    imageGates: new Float64Array(images * channels),
    low: 0,
    high: 0,
  };
}

function finishBlock(block: BlockId, sums: BlockSums): BlockStatistics {
  const { channels, images, imageGates, low, high } = sums;
  const gates = images.reduce((total, count) => total + count, 0) * channels;
  // The class's images are all there is to describe, so the deviation divides by n, not n - 1.
  const deviation = sums.squares.map((square, at) => {
    const count = images[Math.floor(at / channels)]!;
    return count === 0 ? 0 : Math.sqrt(square / count);
  });
  return {
    block,
    channels,
    mean: sums.mean.slice(),
    deviation,
    imageGates: imageGates.slice(),
    saturatedLow: gates === 0 ? 0 : low / gates,
    saturatedHigh: gates === 0 ? 0 : high / gates,
  };
}

/** A mean or deviation as summaries keep it: to five decimals. */
export function roundedStatistic(value: number): number {
  return Math.round(value * STEPS_PER_UNIT) / STEPS_PER_UNIT;
}

function nonFinite(block: BlockId): PlaygroundError {
  return new PlaygroundError(
    'engine/non-finite',
    `A gate of ${block} is not a number: the training has diverged. Lower the learning rate or add warm-up epochs.`,
  );
}
