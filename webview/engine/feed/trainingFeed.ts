import { augmentationOf, NO_AUGMENTATION, writeNormalised } from '../../../src/core/data/augmentation';
import { batchOrder, stepsPerEpoch } from '../../../src/core/data/batchOrder';
import { IMAGE_BYTES, type LabelledImages } from '../../../src/core/data/labelledImages';
import type { Batch } from './batch';

export interface TrainingFeedOptions {
  /** Images in one step. */
  batch: number;
  seed: number;
  augment: boolean;
}

/**
 * The training batches of every epoch: shuffled, augmented, normalised. A batch depends on the seed, the epoch and the step alone, so both
 * arms of a pair and a resumed job see the same ones.
 */
export class TrainingFeed {
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  private readonly images: Float32Array;
  private readonly labels: Int32Array;
  private epoch = 0;
  private order: Uint32Array = new Uint32Array();

  /** @param chosen indices into `source` of the images to train on */
  constructor(
    private readonly source: LabelledImages,
    private readonly chosen: Uint32Array,
    private readonly options: TrainingFeedOptions,
  ) {
    this.stepsPerEpoch = stepsPerEpoch(chosen.length, options.batch);
    this.batchSize = Math.min(options.batch, chosen.length);
    this.images = new Float32Array(this.batchSize * IMAGE_BYTES);
    this.labels = new Int32Array(this.batchSize);
  }

  /** @param epoch from 1 */
  startEpoch(epoch: number): void {
    this.epoch = epoch;
    this.order = batchOrder(this.chosen.length, this.options.seed, epoch);
  }

  /** @param step from 0 to `stepsPerEpoch` - 1 of the epoch started last */
  batch(step: number): Batch {
    const { seed, augment } = this.options;
    for (let slot = 0; slot < this.batchSize; slot++) {
      const image = this.chosen[this.order[step * this.batchSize + slot]!]!;
      const augmentation = augment ? augmentationOf(seed, this.epoch, image) : NO_AUGMENTATION;
      writeNormalised(this.source.images, image, augmentation, this.images, slot * IMAGE_BYTES);
      this.labels[slot] = this.source.labels[image]!;
    }
    return { images: this.images, labels: this.labels };
  }
}
