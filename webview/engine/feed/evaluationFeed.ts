import { NO_AUGMENTATION, writeNormalised } from '../../../src/core/data/augmentation';
import { IMAGE_BYTES } from '../../../src/core/data/labelledImages';
import { ALONE, shardOf, type GroupPlace } from '../parallel/shard';
import type { Batch } from './batch';
import type { ChosenImages } from './splitDataset';

/** Divides the sizes of all test sets, so that a GPU compiles its programs for one shape only. */
export const EVALUATION_BATCH = 100;

/** A batch of an evaluation; `first` is its first image's place among all that are evaluated. */
export interface EvaluationBatch extends Batch {
  first: number;
}

/** The images `chosen`, in their order, normalised and not augmented, in batches of which the last may be smaller. */
export class EvaluationFeed {
  readonly batches: number;
  private readonly size: number;
  private readonly images: Float32Array;
  private readonly labels: Int32Array;

  constructor(private readonly chosen: ChosenImages) {
    const { length } = chosen.indices;
    this.size = Math.min(EVALUATION_BATCH, length);
    this.batches = length === 0 ? 0 : Math.ceil(length / this.size);
    this.images = new Float32Array(this.size * IMAGE_BYTES);
    this.labels = new Int32Array(this.size);
  }

  /** @param number from 0 to `batches` - 1 */
  batch(number: number): EvaluationBatch {
    const { images } = this;
    const { source, indices } = this.chosen;
    const { first, labels } = this.labelsOf(number);
    labels.forEach((_, slot) => {
      const image = indices[first + slot]!;
      writeNormalised(source.images, image, NO_AUGMENTATION, images, slot * IMAGE_BYTES);
    });
    return { images: images.subarray(0, labels.length * IMAGE_BYTES), labels, first };
  }

  /** A batch without the work for its images. */
  labelsOf(number: number): Omit<EvaluationBatch, 'images'> {
    const { source, indices } = this.chosen;
    const first = number * this.size;
    const labels = this.labels.subarray(0, Math.min(this.size, indices.length - first));
    labels.forEach((_, slot) => (labels[slot] = source.labels[indices[first + slot]!]!));
    return { labels, first };
  }
}

/** All batches, or of a worker in a group its part: whole ones, the same that a worker on its own would get. */
export function* evaluationBatches(
  chosen: ChosenImages,
  place: GroupPlace = ALONE,
): Generator<EvaluationBatch, void> {
  const feed = new EvaluationFeed(chosen);
  const { from, to } = shardOf(feed.batches, place);
  for (let number = from; number < to; number++) yield feed.batch(number);
}
