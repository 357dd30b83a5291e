import type { Dataset, LabelledImages } from '../../../src/core/data/labelledImages';
import { splitImages } from '../../../src/core/data/split';
import { imageCounts } from '../../../src/core/model/datasetFacts';
import type { TrainingSpec } from '../../../src/core/model/modelSpec';

/** Some images of a source, in order. */
export interface ChosenImages {
  source: LabelledImages;
  /** Of the images in `source`. */
  indices: Uint32Array;
}

/** The images that a job trains on and those that it validates on: held out from the training images, or all test images. */
export function splitDataset(
  { train, test }: Dataset,
  recipe: TrainingSpec,
  seed: number,
): { training: ChosenImages; validation: ChosenImages } {
  const counts = imageCounts(recipe);
  const heldOut = Math.min(recipe.subset ?? Infinity, train.labels.length) - counts.train;
  const split = splitImages(train.labels, { train: counts.train, validation: heldOut }, seed);
  return {
    training: { source: train, indices: split.train },
    validation:
      split.validation.length > 0
        ? { source: train, indices: split.validation }
        : { source: test, indices: new Uint32Array(test.labels.length).map((_, index) => index) },
  };
}
