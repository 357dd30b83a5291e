/** Arithmetic on excitation summaries for the heatmap. Matrices are row-major [classes, channels]. */
import type { BlockExcitation, ExcitationSummary } from '../../../src/core/excitation/excitationSummary';

/** The gates of one class, [channels]. */
export function classGates(block: BlockExcitation, classIndex: number): number[] {
  return block.mean.slice(classIndex * block.channels, (classIndex + 1) * block.channels);
}

/** Mean gate over all images, [channels]: classes count by their images. */
export function allClassGates(block: BlockExcitation, imagesPerClass: readonly number[]): number[] {
  const images = imagesPerClass.reduce((sum, count) => sum + count, 0);
  return Array.from({ length: block.channels }, (_, channel) => {
    const sum = imagesPerClass.reduce(
      (total, count, classIndex) => total + count * (block.mean[classIndex * block.channels + channel] ?? 0),
      0,
    );
    return images > 0 ? sum / images : NaN;
  });
}

/** A class minus all classes, [channels]. */
export function classDifference(
  block: BlockExcitation,
  imagesPerClass: readonly number[],
  classIndex: number,
): number[] {
  const all = allClassGates(block, imagesPerClass);
  return classGates(block, classIndex).map((gate, channel) => gate - (all[channel] ?? 0));
}

/** Least and most mean gate over all blocks, classes and channels of the summaries. */
export function gateRange(summaries: readonly ExcitationSummary[]): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const { blocks } of summaries) {
    for (const { mean } of blocks) {
      for (const gate of mean) {
        low = Math.min(low, gate);
        high = Math.max(high, gate);
      }
    }
  }
  return low <= high ? { low, high } : { low: 0, high: 1 };
}

/** The largest distance of a class from all classes, over all blocks; never 0. */
export function differenceReach(summary: ExcitationSummary): number {
  let reach = 0;
  for (const block of summary.blocks) {
    const all = allClassGates(block, summary.imagesPerClass);
    block.mean.forEach((gate, index) => {
      reach = Math.max(reach, Math.abs(gate - (all[index % block.channels] ?? 0)));
    });
  }
  return reach > 0 ? reach : 0.01;
}

/** How much each channel's gate differs between classes: standard deviation of the class means, [channels]. */
export function channelSpread(
  { mean, channels }: BlockExcitation,
  imagesPerClass: readonly number[],
): number[] {
  const seen = imagesPerClass.flatMap((count, classIndex) => (count > 0 ? [classIndex] : []));
  return Array.from({ length: channels }, (_, channel) => {
    const gates = seen.map((classIndex) => mean[classIndex * channels + channel] ?? 0);
    const center = gates.reduce((sum, gate) => sum + gate, 0) / gates.length;
    return Math.sqrt(gates.reduce((sum, gate) => sum + (gate - center) ** 2, 0) / gates.length);
  });
}

/** The spread of a block: mean of its channels' spreads. */
export function classSpread(block: BlockExcitation, imagesPerClass: readonly number[]): number {
  const spreads = channelSpread(block, imagesPerClass);
  return spreads.reduce((sum, spread) => sum + spread, 0) / spreads.length;
}
