/** Orders in which the channels of a block can be laid out. */
import { allClassGates, channelSpread, classesWithImages, type BlockGates } from './gateMath';
import { clusterOrder } from './seriation';

/**
 * `number` is the order in the weights, `mean` the most open channel first, `selectivity` the one whose gate differs most between classes first, and
 * `cluster` puts channels side by side whose gates rise and fall with the same classes.
 */
export const CHANNEL_ORDERS = ['number', 'mean', 'selectivity', 'cluster'] as const;
export type ChannelOrder = (typeof CHANNEL_ORDERS)[number];

/** Channel numbers in the order of their places, [channels]; equal channels keep their numbers' order. */
export function orderChannels(
  block: BlockGates,
  imagesPerClass: readonly number[],
  order: ChannelOrder,
): Uint32Array {
  switch (order) {
    case 'number':
      return Uint32Array.from({ length: block.channels }, (_, channel) => channel);
    case 'mean':
      return highestFirst(allClassGates(block, imagesPerClass));
    case 'selectivity':
      return highestFirst(channelSpread(block, imagesPerClass));
    case 'cluster':
      return clusterOrder(classProfiles(block, imagesPerClass), block.channels);
  }
}

function highestFirst(values: Float64Array): Uint32Array {
  return Uint32Array.from(values.keys()).sort((one, other) => values[other]! - values[one]! || one - other);
}

/** Class means less the channel's mean over classes, row-major [channels, classes with images]: what a channel tells classes apart by. */
function classProfiles({ mean, channels }: BlockGates, imagesPerClass: readonly number[]): Float64Array {
  const seen = classesWithImages(imagesPerClass);
  const profiles = new Float64Array(channels * seen.length);
  for (let channel = 0; channel < channels; channel++) {
    let center = 0;
    for (const label of seen) center += (mean[label * channels + channel] ?? 0) / seen.length;
    seen.forEach((label, index) => {
      profiles[channel * seen.length + index] = (mean[label * channels + channel] ?? 0) - center;
    });
  }
  return profiles;
}
