import { NO_AUGMENTATION, writeNormalised } from '../../../src/core/data/augmentation';
import { IMAGE_BYTES, type LabelledImages } from '../../../src/core/data/labelledImages';
import { ALONE, shardOf, type GroupPlace } from '../parallel/shard';
import type { Batch } from './batch';

/** Divides the sizes of all test sets, so that a GPU compiles its programs for one shape only. */
export const EVALUATION_BATCH = 100;

/**
 * The images `chosen` of `source`, in that order, normalised and not augmented; the last batch may be smaller. A worker of a group gets whole
 * batches, the same ones that a worker on its own would get.
 */
export function* evaluationBatches(
  source: LabelledImages,
  chosen: Uint32Array,
  place: GroupPlace = ALONE,
): Generator<Batch, void> {
  const size = Math.min(EVALUATION_BATCH, chosen.length);
  const images = new Float32Array(size * IMAGE_BYTES);
  const labels = new Int32Array(size);
  const { from, to } = shardOf(Math.ceil(chosen.length / size), place);
  for (let batch = from; batch < to; batch++) {
    const start = batch * size;
    const count = Math.min(size, chosen.length - start);
    for (let slot = 0; slot < count; slot++) {
      const image = chosen[start + slot]!;
      writeNormalised(source.images, image, NO_AUGMENTATION, images, slot * IMAGE_BYTES);
      labels[slot] = source.labels[image]!;
    }
    yield { images: images.subarray(0, count * IMAGE_BYTES), labels: labels.subarray(0, count) };
  }
}
