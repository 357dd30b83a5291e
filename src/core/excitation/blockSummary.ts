/** Facts about the gates of one block, for hovers, strips and the heatmap. */
import type { BlockExcitation, ExcitationSummary } from './excitationSummary';

/** A channel whose gate depends most on the class. */
export interface SelectiveChannel {
  channel: number;
  /** Highest minus lowest class mean. */
  range: number;
  highestClass: number;
  lowestClass: number;
}

export interface BlockSummary {
  /** Mean gate over all images and channels. */
  mean: number;
  /** Mean gate of each channel over all images, [channels]. */
  channelMeans: readonly number[];
  /** Standard deviation over channels of `channelMeans`: how differently channels are weighed. */
  channelSpread: number;
  /**
   * Mean over channels of the standard deviation over classes: how much the gates depend on the class. The paper (figure 6) sees
   * it grow from early blocks to later ones.
   */
  classSpread: number;
  /** A sentence if most gates are saturated or hardly any differ, else absent. */
  remark?: string;
}

/** Gates this much alike in every class and channel do no more than scale the whole branch. */
const NEARLY_CONSTANT = 0.01;
const MOST = 0.5;

/** Summarizes one block; classes weigh by their images, classes without images not at all. */
export function summarizeBlock(
  block: BlockExcitation,
  { imagesPerClass }: Pick<ExcitationSummary, 'imagesPerClass'>,
): BlockSummary {
  const { channels } = block;
  const images = imagesPerClass.reduce((total, count) => total + count, 0);
  const channelMeans = Array.from({ length: channels }, (_, channel) => {
    const weighted = imagesPerClass.reduce(
      (total, count, label) => total + count * (block.mean[label * channels + channel] ?? 0),
      0,
    );
    return images === 0 ? 0 : weighted / images;
  });
  const classDeviations = channelMeans.map((_, channel) =>
    deviationOf(classMeans(block, imagesPerClass, channel).map(({ mean }) => mean)),
  );
  const summary: BlockSummary = {
    mean: average(channelMeans),
    channelMeans,
    channelSpread: deviationOf(channelMeans),
    classSpread: average(classDeviations),
  };
  const remark = images === 0 ? undefined : remarkOn(block, summary);
  return remark === undefined ? summary : { ...summary, remark };
}

/** The `limit` channels with the widest range of class means, widest first; equal ones in channel order. */
export function selectiveChannels(
  block: BlockExcitation,
  { imagesPerClass }: Pick<ExcitationSummary, 'imagesPerClass'>,
  limit: number,
): SelectiveChannel[] {
  const ranked = Array.from({ length: block.channels }, (_, channel) => {
    const means = classMeans(block, imagesPerClass, channel);
    const sorted = [...means].sort((one, other) => one.mean - other.mean);
    const lowest = sorted[0] ?? { label: 0, mean: 0 };
    const highest = sorted.at(-1) ?? lowest;
    return {
      channel,
      range: highest.mean - lowest.mean,
      highestClass: highest.label,
      lowestClass: lowest.label,
    };
  });
  return ranked.sort((one, other) => other.range - one.range).slice(0, limit);
}

/** Means of one channel for the classes that have images. */
function classMeans(
  block: BlockExcitation,
  imagesPerClass: readonly number[],
  channel: number,
): { label: number; mean: number }[] {
  return imagesPerClass.flatMap((count, label) =>
    count > 0 ? [{ label, mean: block.mean[label * block.channels + channel] ?? 0 }] : [],
  );
}

function remarkOn(block: BlockExcitation, summary: BlockSummary): string | undefined {
  const percent = (fraction: number) => `${Math.round(fraction * 100)}%`;
  if (block.saturatedHigh > MOST) {
    return `${percent(block.saturatedHigh)} of the gates are above 0.95: the block passes nearly everything through.`;
  }
  if (block.saturatedLow > MOST) {
    return `${percent(block.saturatedLow)} of the gates are below 0.05: the block shuts most of its channels off.`;
  }
  if (summary.channelSpread < NEARLY_CONSTANT && summary.classSpread < NEARLY_CONSTANT) {
    return `The gates are nearly the same (${summary.mean.toFixed(2)}) in every channel and class: the block only scales its input.`;
  }
  return undefined;
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}

/** Population standard deviation. */
function deviationOf(values: readonly number[]): number {
  const center = average(values);
  return Math.sqrt(average(values.map((value) => (value - center) ** 2)));
}
