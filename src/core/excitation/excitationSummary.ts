import type { BlockId } from '../model/graph';

/** Gates of one SE block, reduced over the validation images of each class. */
export interface BlockExcitation {
  block: BlockId;
  channels: number;
  /** Mean gate, row-major [classes, channels]. */
  mean: readonly number[];
  /** Standard deviation over the class's images, row-major [classes, channels]. */
  deviation: readonly number[];
  /** Fraction of all (image, channel) gates below 0.05 and above 0.95. */
  saturatedLow: number;
  saturatedHigh: number;
  /** Gates of the summary's `images`, row-major [images, channels]; absent if there are none. */
  imageGates?: readonly number[];
}

/** An image whose gates are kept one by one. */
export interface ChosenImage {
  /** Of the images that were evaluated, in their order. */
  index: number;
  /** Its class. */
  label: number;
}

/** What one evaluation saw of every SE block of a model. */
export interface ExcitationSummary {
  classes: number;
  /** Images per class that were averaged, [classes]. */
  imagesPerClass: readonly number[];
  /** Images of which each block has the gates; summaries of earlier versions have none. */
  images?: readonly ChosenImage[];
  blocks: readonly BlockExcitation[];
}
