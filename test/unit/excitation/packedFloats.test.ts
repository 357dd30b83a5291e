import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packFloats, packedLength, unpackFloats } from '../../../src/core/excitation/packedFloats';

const floats = fc.float32Array({ maxLength: 40 });

describe('packedFloats', () => {
  it('is the base64 of little-endian float32, for every length', () => {
    fc.assert(
      fc.property(floats, (values) => {
        const bytes = Buffer.alloc(values.length * 4);
        values.forEach((value, at) => bytes.writeFloatLE(value, at * 4));
        const text = packFloats(values, 'float32');
        expect(text).toBe(bytes.toString('base64'));
        expect(text.length).toBe(packedLength(values.length, 'float32'));
        expect(unpackFloats(text, values.length, 'float32')).toEqual(values);
      }),
    );
  });

  it('gives back every float16, and rounds to the nearest, ties to even', () => {
    const all = Buffer.alloc(2 * 0x10000);
    for (let bits = 0; bits < 0x10000; bits++) all.writeUInt16LE(bits, bits * 2);
    const values = unpackFloats(all.toString('base64'), 0x10000, 'float16')!;
    // Known points of IEEE 754 binary16.
    const points: [number, number][] = [
      [0x0000, 0],
      [0x0001, 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3800, 0.5],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0x7bff, 65504],
      [0x7c00, Infinity],
      [0xbc00, -1],
    ];
    for (const [bits, value] of points) expect(values[bits]).toBe(value);
    const again = unpackFloats(packFloats(values, 'float16'), values.length, 'float16')!;
    const differing = values.findIndex((value, at) => !Object.is(value, again[at]));
    expect(differing).toBe(-1);
    const halves = (...given: number[]) =>
      unpackFloats(packFloats(Float32Array.from(given), 'float16'), given.length, 'float16');
    // Ties and near ties among the small ones, where the steps are all 2 ** -24.
    const small = 2 ** -24;
    expect([...halves(0.5 * small, 0.51 * small, 1.5 * small, 2.5 * small, -0.4 * small, 1e-30)!]).toEqual([
      0,
      small,
      2 * small,
      2 * small,
      -0,
      0,
    ]);
    const step = 2 ** -10;
    expect([...halves(1 + 0.5 * step, 1 + 1.5 * step, 1 + 0.6 * step, 1.9999, 65519, 65520)!]).toEqual([
      1,
      1 + 2 * step,
      1 + step,
      2,
      65504,
      Infinity,
    ]);
  });

  it('takes the nearest float16 of any number', () => {
    const all = Float32Array.from({ length: 0x7c00 }, (_, bits) => bits);
    const table = unpackFloats(
      Buffer.from(Uint16Array.from(all).buffer).toString('base64'),
      all.length,
      'float16',
    )!;
    fc.assert(
      fc.property(fc.float({ min: 0, max: 65504, noNaN: true }), (value) => {
        const [half] = unpackFloats(packFloats(Float32Array.of(value), 'float16'), 1, 'float16')!;
        const at = table.indexOf(half!);
        const error = Math.abs(half! - value);
        for (const other of [table[at - 1], table[at + 1]]) {
          if (other !== undefined) expect(error).toBeLessThanOrEqual(Math.abs(other - value));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses another length, characters that are no digits, and padding in the middle', () => {
    const text = packFloats(Float32Array.of(1, 2), 'float32');
    expect(unpackFloats(text, 2, 'float32')).toBeDefined();
    const wrong = [
      text.slice(4),
      `${text}AAAA`,
      text.replace('=', 'A'),
      `====${text.slice(4)}`,
      ` ${text.slice(1)}`,
    ];
    for (const other of wrong) expect(unpackFloats(other, 2, 'float32')).toBeUndefined();
    expect(unpackFloats(`\u0141${text.slice(1)}`, 2, 'float32')).toBeUndefined();
    // Nothing is allocated for what a file only claims.
    expect(unpackFloats(text, 2 ** 40, 'float32')).toBeUndefined();
  });
});
