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

/** What one row of the heatmap shows, [channels]: a class or all, as they are or minus all classes. */
export function shownGates(
  block: BlockExcitation,
  imagesPerClass: readonly number[],
  classIndex: number | null,
  difference: boolean,
): number[] {
  const all = allClassGates(block, imagesPerClass);
  if (classIndex === null) return all;
  const own = classGates(block, classIndex);
  return difference ? own.map((gate, channel) => gate - (all[channel] ?? 0)) : own;
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

/** How much the classes differ in a block: standard deviation between class means, averaged over the channels. */
export function classSpread({ mean, channels }: BlockExcitation, imagesPerClass: readonly number[]): number {
  const seen = imagesPerClass.flatMap((count, classIndex) => (count > 0 ? [classIndex] : []));
  let total = 0;
  for (let channel = 0; channel < channels; channel++) {
    const gates = seen.map((classIndex) => mean[classIndex * channels + channel] ?? 0);
    const center = gates.reduce((sum, gate) => sum + gate, 0) / gates.length;
    total += Math.sqrt(gates.reduce((sum, gate) => sum + (gate - center) ** 2, 0) / gates.length);
  }
  return channels > 0 && seen.length > 0 ? total / channels : 0;
}
