/** Facts about the gates of one block, for hovers, strips and the heatmap. */
import {
  allClassGates,
  average,
  channelSpread,
  classesWithImages,
  deviationOf,
  type BlockGates,
} from './gateMath';

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

/** Gates and saturation of a block, of our runs or recorded. */
export interface SaturatingGates extends BlockGates {
  saturatedLow: number;
  saturatedHigh: number;
}

interface Images {
  /** [classes]. */
  imagesPerClass: readonly number[];
}

/** Gates this much alike in every class and channel do no more than scale the whole branch. */
const NEARLY_CONSTANT = 0.01;
const MOST = 0.5;

/** Summarizes one block; classes weigh by their images, classes without images not at all. */
export function summarizeBlock(block: SaturatingGates, { imagesPerClass }: Images): BlockSummary {
  const channelMeans = Array.from(allClassGates(block, imagesPerClass));
  const summary: BlockSummary = {
    mean: average(channelMeans),
    channelMeans,
    channelSpread: deviationOf(channelMeans),
    classSpread: average(channelSpread(block, imagesPerClass)),
  };
  const remark = classesWithImages(imagesPerClass).length === 0 ? undefined : remarkOn(block, summary);
  return remark === undefined ? summary : { ...summary, remark };
}

/** The `limit` channels with the widest range of class means, widest first; equal ones in channel order. */
export function selectiveChannels(
  block: BlockGates,
  { imagesPerClass }: Images,
  limit: number,
): SelectiveChannel[] {
  const seen = classesWithImages(imagesPerClass);
  const first = seen[0] ?? 0;
  const ranked = Array.from({ length: block.channels }, (_, channel) => {
    const gate = (label: number) => block.mean[label * block.channels + channel] ?? 0;
    let lowestClass = first;
    let highestClass = first;
    for (const label of seen) {
      if (gate(label) < gate(lowestClass)) lowestClass = label;
      if (gate(label) >= gate(highestClass)) highestClass = label;
    }
    return { channel, range: gate(highestClass) - gate(lowestClass), highestClass, lowestClass };
  });
  return ranked.sort((one, other) => other.range - one.range).slice(0, limit);
}

function remarkOn(
  { saturatedHigh, saturatedLow }: SaturatingGates,
  { mean, channelSpread, classSpread }: BlockSummary,
): string | undefined {
  const percent = (fraction: number) => `${Math.round(fraction * 100)}%`;
  if (saturatedHigh > MOST) {
    return `${percent(saturatedHigh)} of the gates are above 0.95: the block passes nearly everything through.`;
  }
  if (saturatedLow > MOST) {
    return `${percent(saturatedLow)} of the gates are below 0.05: the block shuts most of its channels off.`;
  }
  if (channelSpread < NEARLY_CONSTANT && classSpread < NEARLY_CONSTANT) {
    return `The gates are nearly the same (${mean.toFixed(2)}) in every channel and class: the block only scales its input.`;
  }
  return undefined;
}
