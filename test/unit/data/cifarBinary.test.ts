import { describe, it, expect } from 'vitest';
import { decodeCifarBinary, encodeCifarBinary, RECORD_BYTES } from '../../../src/core/data/cifarBinary';
import { sameImages } from './sameImages';
import { smallImages } from './smallImages';

/** One record with a colour of its own in every pixel, laid out as the CIFAR-10 page says. */
function record(label: number): Uint8Array {
  const bytes = new Uint8Array(3073);
  bytes[0] = label;
  for (let pixel = 0; pixel < 1024; pixel++) {
    bytes[1 + pixel] = pixel & 0xff;
    bytes[1 + 1024 + pixel] = pixel >> 8;
    bytes[1 + 2048 + pixel] = 255 - (pixel & 0xff);
  }
  return bytes;
}

describe('CIFAR-10 binary', () => {
  it('has records of a label and 3072 bytes', () => {
    expect(RECORD_BYTES).toBe(3073);
  });

  it('turns planes into pixels, file after file', () => {
    const { images, labels } = decodeCifarBinary([record(3), Buffer.concat([record(0), record(9)])]);
    expect([...labels]).toEqual([3, 0, 9]);
    expect(images.length).toBe(3 * 3072);
    for (const image of [0, 1, 2]) {
      const at = image * 3072 + 3 * 777;
      expect([...images.subarray(at, at + 3)]).toEqual([777 & 0xff, 777 >> 8, 255 - (777 & 0xff)]);
    }
  });

  it('encodes what it decodes', () => {
    const set = smallImages(7);
    expect(sameImages(decodeCifarBinary([encodeCifarBinary(set)]), set)).toBe(true);
    expect(Buffer.compare(encodeCifarBinary(decodeCifarBinary([record(5)])), record(5))).toBe(0);
  });

  it('refuses files of a wrong length', () => {
    for (const length of [0, 1, 3072, 3074]) {
      expect(() => decodeCifarBinary([record(1), new Uint8Array(length)])).toThrowError(
        expect.objectContaining({ code: 'data/cifar-length' }),
      );
    }
  });

  it('refuses labels that are no class', () => {
    expect(() => decodeCifarBinary([Buffer.concat([record(9), record(10)])])).toThrowError(
      expect.objectContaining({ code: 'data/cifar-label' }),
    );
  });
});
