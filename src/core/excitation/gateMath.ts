/**
 * Arithmetic on the gates of SE blocks, for strips, hovers and heatmaps alike. It reads summaries of our runs (numbers) and recorded traces
 * (float32) as they are. Matrices are row-major [classes, channels]; a class without images counts nowhere.
 */

/** What a BlockExcitation and a BlockTrace have in common. */
export interface BlockGates {
  block: string;
  channels: number;
  /** Mean gate, row-major [classes, channels]. */
  mean: ArrayLike<number>;
}

/** What an ExcitationSummary and an ExcitationTrace have in common. */
export interface NetworkGates {
  /** [classes]. */
  imagesPerClass: readonly number[];
  /** In network order. */
  blocks: readonly BlockGates[];
}

/** Mean gates of one class, [channels]. */
export function classGates({ mean, channels }: BlockGates, classIndex: number): Float64Array {
  const start = classIndex * channels;
  return Float64Array.from({ length: channels }, (_, channel) => mean[start + channel] ?? 0);
}

/** Mean gate over all images, [channels]: classes count by their images. Zeros if there are no images. */
export function allClassGates(
  { mean, channels }: BlockGates,
  imagesPerClass: readonly number[],
): Float64Array {
  const all = new Float64Array(channels);
  const images = imagesPerClass.reduce((sum, count) => sum + count, 0);
  imagesPerClass.forEach((count, classIndex) => {
    if (count === 0) return;
    const start = classIndex * channels;
    for (let channel = 0; channel < channels; channel++) {
      all[channel]! += count * (mean[start + channel] ?? 0);
    }
  });
  return images === 0 ? all : all.map((sum) => sum / images);
}

/** A class minus all classes, [channels]. */
export function classDifference(
  block: BlockGates,
  imagesPerClass: readonly number[],
  classIndex: number,
): Float64Array {
  const all = allClassGates(block, imagesPerClass);
  return classGates(block, classIndex).map((gate, channel) => gate - all[channel]!);
}

/** How much each channel's gate differs between classes: population standard deviation of the class means, [channels]. */
export function channelSpread(
  { mean, channels }: BlockGates,
  imagesPerClass: readonly number[],
): Float64Array {
  const seen = classesWithImages(imagesPerClass);
  return Float64Array.from({ length: channels }, (_, channel) => {
    let center = 0;
    for (const classIndex of seen) center += (mean[classIndex * channels + channel] ?? 0) / seen.length;
    let squares = 0;
    for (const classIndex of seen) squares += ((mean[classIndex * channels + channel] ?? 0) - center) ** 2;
    return seen.length === 0 ? 0 : Math.sqrt(squares / seen.length);
  });
}

/** The spread of a block: mean of its channels' spreads. */
export function classSpread(block: BlockGates, imagesPerClass: readonly number[]): number {
  return average(channelSpread(block, imagesPerClass));
}

/** Least and most mean gate over all blocks, channels, and classes that have images; 0 and 1 if there are none. */
export function gateRange(networks: readonly NetworkGates[]): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const { blocks, imagesPerClass } of networks) {
    const seen = classesWithImages(imagesPerClass);
    for (const { mean, channels } of blocks) {
      for (const classIndex of seen) {
        for (let at = classIndex * channels; at < (classIndex + 1) * channels; at++) {
          const gate = mean[at] ?? 0;
          if (gate < low) low = gate;
          if (gate > high) high = gate;
        }
      }
    }
  }
  return low <= high ? { low, high } : { low: 0, high: 1 };
}

/** The largest distance of a class from all classes, over all blocks; never 0. */
export function differenceReach({ blocks, imagesPerClass }: NetworkGates): number {
  const seen = classesWithImages(imagesPerClass);
  let reach = 0;
  for (const block of blocks) {
    const all = allClassGates(block, imagesPerClass);
    for (const classIndex of seen) {
      for (let channel = 0; channel < block.channels; channel++) {
        const gate = block.mean[classIndex * block.channels + channel] ?? 0;
        reach = Math.max(reach, Math.abs(gate - all[channel]!));
      }
    }
  }
  return reach > 0 ? reach : 0.01;
}

/** Indices of the classes whose means say something. */
export function classesWithImages(imagesPerClass: readonly number[]): number[] {
  return imagesPerClass.flatMap((count, classIndex) => (count > 0 ? [classIndex] : []));
}

/** 0 for no values. */
export function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Population standard deviation; 0 for no values. */
export function deviationOf(values: ArrayLike<number>): number {
  const center = average(values);
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (values[index]! - center) ** 2;
  return values.length === 0 ? 0 : Math.sqrt(squares / values.length);
}
