import type { DatasetName } from './modelSpec';

/** What a definition may rely on about a data set. */
export interface DatasetFacts {
  label: string;
  /** Images in the training and the test split; both balanced over the classes. */
  train: number;
  test: number;
  classes: number;
  height: number;
  width: number;
  channels: number;
}

const CIFAR_SHAPE = { classes: 10, height: 32, width: 32, channels: 3 } as const;

/** All three sets have CIFAR-10's classes and shape. */
export const DATASET_FACTS: Readonly<Record<DatasetName, DatasetFacts>> = {
  quick: { label: 'the quick subset of CIFAR-10', train: 5000, test: 1000, ...CIFAR_SHAPE },
  full: { label: 'CIFAR-10', train: 50000, test: 10000, ...CIFAR_SHAPE },
  synthetic: { label: 'the synthetic set', train: 2000, test: 500, ...CIFAR_SHAPE },
};

export interface ImageCounts {
  /** Images to train on. */
  train: number;
  /** Training images held out for validation; 0 validates on the test images. */
  heldOut: number;
  /** Images that validation accuracy is measured on. */
  validation: number;
}

/** Images a definition trains and validates on, after the subset and the validation split. */
export function imageCounts(training: {
  dataset: DatasetName;
  subset?: number | undefined;
  validationSplit: number;
}): ImageCounts {
  const facts = DATASET_FACTS[training.dataset];
  const available = Math.min(training.subset ?? facts.train, facts.train);
  const heldOut = Math.floor(available * training.validationSplit);
  return { train: available - heldOut, heldOut, validation: heldOut === 0 ? facts.test : heldOut };
}
