import type { DatasetName } from '../model/modelSpec';

const CIFAR10 = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/** Names of a data set's classes in label order, [classes]; the synthetic set has numbers. */
export function classNames(dataset: DatasetName, classes: number): string[] {
  return Array.from({ length: classes }, (_, label) =>
    dataset === 'synthetic' ? `class ${label}` : (CIFAR10[label] ?? `class ${label}`),
  );
}
