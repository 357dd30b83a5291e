import { augmentationOf, NO_AUGMENTATION, writeNormalised } from '../../../src/core/data/augmentation';
import { batchOrder, stepsPerEpoch } from '../../../src/core/data/batchOrder';
import { IMAGE_BYTES, type LabelledImages } from '../../../src/core/data/labelledImages';
import { ALONE, shardOf, type GroupPlace } from '../parallel/shard';
import type { Batch } from './batch';

export interface TrainingFeedOptions {
  /** Images in one step. */
  batch: number;
  seed: number;
  augment: boolean;
  /** Gives this worker's shard of every batch only. */
  place?: GroupPlace;
}

/**
 * The training batches of every epoch: shuffled, augmented, normalised. A batch depends on the seed, the epoch and the step alone, so both
 * arms of a pair and a resumed job see the same ones. Several workers that train one job share the very batch that one worker would see.
 */
export class TrainingFeed {
  readonly stepsPerEpoch: number;
  /** Images in one step of the whole group. */
  readonly batchSize: number;
  /** Images of every step that are this worker's. */
  readonly shardSize: number;
  private readonly shardFrom: number;
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
    const { from, to } = shardOf(this.batchSize, options.place ?? ALONE);
    this.shardFrom = from;
    this.shardSize = to - from;
    this.images = new Float32Array(this.shardSize * IMAGE_BYTES);
    this.labels = new Int32Array(this.shardSize);
  }

  /** @param epoch from 1 */
  startEpoch(epoch: number): void {
    this.epoch = epoch;
    this.order = batchOrder(this.chosen.length, this.options.seed, epoch);
  }

  /** @param step from 0 to `stepsPerEpoch` - 1 of the epoch started last */
  batch(step: number): Batch {
    const { seed, augment } = this.options;
    const from = step * this.batchSize + this.shardFrom;
    for (let slot = 0; slot < this.shardSize; slot++) {
      const image = this.chosen[this.order[from + slot]!]!;
      const augmentation = augment ? augmentationOf(seed, this.epoch, image) : NO_AUGMENTATION;
      writeNormalised(this.source.images, image, augmentation, this.images, slot * IMAGE_BYTES);
      this.labels[slot] = this.source.labels[image]!;
    }
    return { images: this.images, labels: this.labels };
  }
}
