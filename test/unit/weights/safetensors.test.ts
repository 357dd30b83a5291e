import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import { decodeSafetensors, encodeSafetensors } from '../../../src/core/weights/safetensors';

const tensors = [
  { name: 'conv1.weight', shape: [1, 2, 3], values: Float32Array.of(1, -2.5, 3e-20, 1e20, 0, -0) },
  { name: 'empty', shape: [0, 4], values: new Float32Array() },
  { name: 'scalar', shape: [], values: Float32Array.of(7) },
];
const file = encodeSafetensors(tensors, { definition: 'Größe "ä" ☃', seed: '1' });
const refused = expect.objectContaining({ code: 'data/safetensors' }) as Error;

/** A file with that header, whatever it says, before `dataBytes` zeros. */
function withHeader(header: string, dataBytes = 4): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const entry = (begin = 0, end = 4, shape: unknown = [1], dtype: unknown = 'F32') =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

/** Decodes; true if refused. Anything but a PlaygroundError is a fault, and so is a prototype with a new member. */
function isRefused(bytes: Uint8Array): boolean {
  try {
    decodeSafetensors(bytes);
    return false;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(PlaygroundError);
    return true;
  } finally {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Object.keys(Array.prototype)).toEqual([]);
  }
}

describe('safetensors', () => {
  it('gives back names, shapes, values and metadata', () => {
    const { tensors: read, metadata } = decodeSafetensors(file);
    expect(read).toEqual(tensors);
    expect(Object.fromEntries(metadata)).toEqual({ definition: 'Größe "ä" ☃', seed: '1' });
  });

  it('is laid out as the format says', () => {
    const view = new DataView(file.buffer);
    const headerBytes = Number(view.getBigUint64(0, true));
    expect(headerBytes % 8).toBe(0);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + headerBytes));
    const header = JSON.parse(text) as Record<string, unknown>;
    expect(text.trimEnd().endsWith('}')).toBe(true);
    expect(header['conv1.weight']).toEqual({ dtype: 'F32', shape: [1, 2, 3], data_offsets: [0, 24] });
    expect(header['empty']).toEqual({ dtype: 'F32', shape: [0, 4], data_offsets: [24, 24] });
    expect(header['scalar']).toEqual({ dtype: 'F32', shape: [], data_offsets: [24, 28] });
    expect(file.length).toBe(8 + headerBytes + 28);
    expect(view.getFloat32(8 + headerBytes + 4, true)).toBe(-2.5);
  });

  it('decodes from the middle of a larger buffer, at any alignment', () => {
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(decodeSafetensors(shifted.subarray(3)).tensors).toEqual(tensors);
  });

  it('takes names that reach for prototypes as names', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const odd = names.map((name, index) => ({ name, shape: [1], values: Float32Array.of(index) }));
    expect(decodeSafetensors(encodeSafetensors(odd, {})).tensors).toEqual(odd);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is not written with two tensors of one name', () => {
    expect(() => encodeSafetensors([tensors[2]!, tensors[2]!], {})).toThrow(RangeError);
  });

  it('takes files as other writers make them: entries in any order, a header without padding', () => {
    const header = `{ "late" : ${entry(4, 8)},\n "early": ${entry(0, 4)} }`;
    expect(decodeSafetensors(withHeader(header, 8)).tensors.map(({ name }) => name)).toEqual([
      'early',
      'late',
    ]);
  });

  it.each([
    ['an overlap', `{"a":${entry(0, 4)},"b":${entry(0, 4)}}`, 4],
    ['a hole', `{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12],
    ['a hole at the start', `{"a":${entry(4, 8)}}`, 8],
    ['data that nobody owns', `{"a":${entry()}}`, 8],
    ['data past the end', `{"a":${entry(0, 8, [2])}}`, 4],
    ['offsets the wrong way round', `{"a":${entry(4, 0)}}`, 4],
    ['half an offset', `{"a":${entry(0, 3.5)}}`, 4],
    ['a negative offset', `{"a":${entry(-4, 0)}}`, 4],
    ['a shape that is too large', `{"a":${entry(0, 4, [2 ** 40, 2 ** 40])}}`, 4],
    [
      'a shape that multiplies to no number',
      `{"a":${entry(0, 4, [0, ...new Array<number>(7).fill(2 ** 53 - 1)])}}`,
      4,
    ],
    ['a negative shape', `{"a":${entry(0, 4, [-1, -1])}}`, 4],
    ['nine axes', `{"a":${entry(0, 4, [1, 1, 1, 1, 1, 1, 1, 1, 1])}}`, 4],
    ['another type', `{"a":${entry(0, 4, [2], 'F16')}}`, 4],
    ['a name twice', `{"a":${entry()},"a":${entry()}}`, 4],
    ['a type twice', `{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4],
    ['a name twice, once escaped', `{"a":${entry()},"\\u0061":${entry()}}`, 4],
    ['metadata twice', `{"__metadata__":{},"__metadata__":{},"a":${entry()}}`, 4],
    ['metadata that is no text', `{"__metadata__":{"seed":1},"a":${entry()}}`, 4],
    ['metadata that is a list', `{"__metadata__":[],"a":${entry()}}`, 4],
    ['a prototype', '{"a":{"__proto__":{"dtype":"F32"},"shape":[1],"data_offsets":[0,4]}}', 4],
    ['a list', '[]', 0],
    ['no JSON', '{', 4],
    ['nothing', '', 0],
    ['null', 'null', 0],
    ['a header that begins with a space', ` {"a":${entry()}}`, 4],
    ['deep nesting', `{"a":${'['.repeat(100_000)}`, 4],
  ])('refuses %s', (_what, header, dataBytes) => {
    expect(() => decodeSafetensors(withHeader(header, dataBytes))).toThrowError(refused);
  });

  it('refuses a header that is longer than the file, or than any header', () => {
    for (const length of [file.length, 2 ** 31, 2 ** 32 + 100]) {
      const lying = file.slice();
      new DataView(lying.buffer).setBigUint64(0, BigInt(length), true);
      expect(() => decodeSafetensors(lying)).toThrowError(refused);
    }
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < file.length; length++) {
      expect(isRefused(file.subarray(0, length))).toBe(true);
    }
  });

  it('throws nothing but its own error, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void isRefused(bytes)));
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, value) => {
        const changed = file.slice();
        changed[at] = value;
        isRefused(changed);
      }),
    );
  });

  it('throws nothing but its own error, whatever the header', () => {
    const part = fc.oneof(
      fc.constantFrom(0, 4, 8, -1, 2 ** 53, 1e308, 0.5, null, true, [], {}, 'F32', '__proto__'),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const description = fc.oneof(
      part,
      fc.record(
        { dtype: fc.oneof(fc.constant('F32'), part), shape: fc.array(part), data_offsets: fc.array(part) },
        { requiredKeys: [] },
      ),
    );
    const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', '__metadata__');
    const header = fc.array(fc.tuple(name, description)).map((members) => {
      const texts = members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
      return `{${texts.join(',')}}`;
    });
    let accepted = 0;
    fc.assert(
      fc.property(header, fc.nat(12), (text, dataBytes) => {
        if (!isRefused(withHeader(text, dataBytes))) accepted++;
      }),
      { numRuns: 1000 },
    );
    // An empty file is one.
    expect(accepted).toBeGreaterThan(0);
  });
});
