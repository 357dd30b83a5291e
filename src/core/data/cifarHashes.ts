import { RECORD_BYTES } from './cifarBinary';

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
  sha256: {
    'data_batch_1.bin': 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
    'data_batch_2.bin': 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
    'data_batch_3.bin': 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
    'data_batch_4.bin': '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
    'data_batch_5.bin': '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
    'test_batch.bin': '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
  },
};

/** Bytes of each file of the set: 30,730,000 for the official one. */
export function batchBytes(set: BatchSet): number {
  return set.images * RECORD_BYTES;
}
