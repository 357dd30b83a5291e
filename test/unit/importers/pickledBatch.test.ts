import { describe, expect, it } from 'vitest';
import { pickledBatchToRecords } from '../../../src/core/data/importers/pickledBatch';
import { PlaygroundError } from '../../../src/core/errors';
import { ascii, pickle, python2Batch, shortString, type Batch } from './pickleBytes';

const IMAGE = 3072;
const images = 3;
const value = (image: number, index: number) => (image * 71 + index * 13 + (index >> 8)) & 255;

const rowMajor = new Uint8Array(images * IMAGE);
const columnMajor = new Uint8Array(images * IMAGE);
for (let image = 0; image < images; image++) {
  for (let index = 0; index < IMAGE; index++) {
    rowMajor[image * IMAGE + index] = value(image, index);
    columnMajor[index * images + image] = value(image, index);
  }
}
const good: Batch = { labels: [6, 0, 9], shape: [images, IMAGE], data: rowMajor };

const codeOf = (bytes: Uint8Array): string => {
  try {
    pickledBatchToRecords(bytes, 'data_batch_1', images);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof PlaygroundError)) throw error;
    return error.code;
  }
};

describe('pickledBatchToRecords', () => {
  it.each([
    ['row-major', good],
    ['column-major', { ...good, data: columnMajor, columnMajor: true }],
    ['with the dtype spelt |u1', { ...good, dtype: '|u1' }],
  ])('writes label and image of each record (%s)', (_, batch) => {
    const records = pickledBatchToRecords(python2Batch(batch), 'data_batch_1', images);
    expect(records.length).toBe(images * 3073);
    for (let image = 0; image < images; image++) {
      expect(records[image * 3073]).toBe(good.labels[image]);
      const found = records.subarray(image * 3073 + 1, (image + 1) * 3073);
      const expected = Uint8Array.from({ length: IMAGE }, (__, index) => value(image, index));
      expect(Buffer.compare(found, expected)).toBe(0);
    }
  });

  it.each<[string, Batch, string]>([
    ['too few labels', { ...good, labels: [1, 2] }, 'data/labels-invalid'],
    ['a label of 10', { ...good, labels: [1, 2, 10] }, 'data/labels-invalid'],
    ['a negative label', { ...good, labels: [1, 2, -1] }, 'data/labels-invalid'],
    ['another shape', { ...good, shape: [IMAGE, images] }, 'data/batch-shape'],
    ['another rank', { ...good, shape: [images, 3, 1024] }, 'data/batch-shape'],
    ['another type', { ...good, dtype: 'f4' }, 'data/batch-shape'],
    ['fewer bytes than its shape says', { ...good, data: rowMajor.subarray(1) }, 'data/pickle-invalid'],
    ['a negative size', { ...good, shape: [-1, IMAGE] }, 'data/pickle-invalid'],
    [
      'CIFAR-100',
      { ...good, extras: Buffer.concat([shortString('fine_labels'), ascii(']')]) },
      'data/batch-shape',
    ],
  ])('refuses %s', (_, batch, code) => {
    expect(codeOf(python2Batch(batch))).toBe(code);
  });

  it('refuses pickles that hold no batch', () => {
    expect(codeOf(pickle(ascii('N')))).toBe('data/pickle-invalid');
    expect(codeOf(pickle(ascii('}')))).toBe('data/labels-invalid');
  });
});
