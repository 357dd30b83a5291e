import { RECORD_BYTES } from './cifarBinary';
// JSON, so that the set-up scripts, which run before any build, can read the same table.
import officialSha256 from './cifar10Sha256.json';

/** The six files of CIFAR-10, binary version (A. Krizhevsky, 2009), by which a copy from anywhere is known to be the official one. */
export const CIFAR10_TRAIN_FILES = [
  'data_batch_1.bin',
  'data_batch_2.bin',
  'data_batch_3.bin',
  'data_batch_4.bin',
  'data_batch_5.bin',
] as const;
export const CIFAR10_TEST_FILE = 'test_batch.bin';
export const CIFAR10_FILES = [...CIFAR10_TRAIN_FILES, CIFAR10_TEST_FILE] as const;
export type Cifar10File = (typeof CIFAR10_FILES)[number];

/** What six files must be; tests use small ones. */
export interface BatchSet {
  /** Images in each file. */
  images: number;
  /** Lower-case hexadecimal SHA-256 of each file. */
  sha256: Readonly<Record<Cifar10File, string>>;
}

/** The official files. */
export const CIFAR10: BatchSet = {
  images: 10_000,
  sha256: officialSha256,
};

/** Bytes of each file of the set: 30,730,000 for the official one. */
export function batchBytes(set: BatchSet): number {
  return set.images * RECORD_BYTES;
}
