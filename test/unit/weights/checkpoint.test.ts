import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { crcOracle } from '../../support/crcOracle';

const checkpoint = {
  epoch: 2,
  step: 156,
  tensors: [
    { name: 'conv1.weight', shape: [1, 2, 3], values: Float32Array.of(1, -2.5, 3e-20, 1e20, 0, -0) },
    { name: 'scalar', shape: [], values: Float32Array.of(7) },
    { name: 'conv1.weight/velocity', shape: [2], values: Float32Array.of(0.1, 0.2) },
  ],
};
const file = encodeCheckpoint(checkpoint);
const refused = expect.objectContaining({ code: 'storage/checkpoint' }) as Error;

/** The file with a header of one's own, all lengths and the checksum right. */
function withHeader(header: string): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(16 + text.length + 4);
  bytes.set(file.subarray(0, 8));
  bytes.set(text, 16);
  const view = new DataView(bytes.buffer);
  view.setUint32(12, text.length, true);
  view.setUint32(8, crcOracle(bytes.subarray(12)), true);
  return bytes;
}

describe('checkpoint', () => {
  it('gives back the very values', () => {
    expect(decodeCheckpoint(file)).toEqual(checkpoint);
  });

  it('decodes from the middle of a larger buffer, at any alignment', () => {
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(decodeCheckpoint(shifted.subarray(3))).toEqual(checkpoint);
  });

  it('keeps every bit of any float32', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1 }), (values) => {
        const one = { epoch: 0, step: 0, tensors: [{ name: 'w', shape: [values.length], values }] };
        const decoded = decodeCheckpoint(encodeCheckpoint(one)).tensors[0]!.values;
        expect([...decoded].every((value, index) => Object.is(value, values[index]))).toBe(true);
      }),
    );
  });

  it('refuses to encode values that do not fill the shape', () => {
    const tensors = [{ name: 'w', shape: [2, 2], values: Float32Array.of(1) }];
    expect(() => encodeCheckpoint({ epoch: 1, step: 1, tensors })).toThrow(RangeError);
  });

  it('refuses every truncation and every changed byte', () => {
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeCheckpoint(file.subarray(0, length))).toThrowError(refused);
    }
    for (let at = 0; at < file.length; at++) {
      const changed = file.slice();
      changed[at]! ^= 1;
      expect(() => decodeCheckpoint(changed)).toThrowError(refused);
    }
  });

  it('refuses headers that lie, with a checksum that is right', () => {
    const header = (tensors: unknown, epoch: unknown = 1) => JSON.stringify({ epoch, step: 1, tensors });
    const one = [{ name: 'w', shape: [1] }];
    expect(decodeCheckpoint(withHeader(header(one))).tensors[0]!.values).toEqual(Float32Array.of(0));
    const lies = [
      header([{ name: 'w', shape: [1e8, 1e8, 1e8] }]),
      header([{ name: 'w', shape: [-1, -1] }]),
      header([{ name: 'w', shape: [0.5] }]),
      header([{ name: 7, shape: [1] }]),
      header(one, -1),
      header('w'),
      header(one).slice(1),
      'null',
      '',
    ];
    for (const lie of lies) expect(() => decodeCheckpoint(withHeader(lie))).toThrowError(refused);
  });
});
