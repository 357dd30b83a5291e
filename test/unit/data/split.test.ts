import { describe, it, expect } from 'vitest';
import fc from 'fast-check';
import { splitImages } from '../../../src/core/data/split';

const classCounts = (labels: Uint8Array, chosen: Uint32Array) => {
  const counts = new Array<number>(10).fill(0);
  for (const image of chosen) counts[labels[image]!]!++;
  return counts;
};
const spread = (counts: number[]) => Math.max(...counts) - Math.min(...counts);

describe('splitImages', () => {
  it('gives the sizes asked for, without an image twice, balanced to one', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(99), fc.nat(), (train, validation, seed) => {
        // Classes in a lump, as a sorted file would have them.
        const labels = new Uint8Array(500).map((_, index) => Math.floor(index / 50));
        const split = splitImages(labels, { train, validation }, seed);
        expect([split.train.length, split.validation.length]).toEqual([train, validation]);
        expect(new Set([...split.train, ...split.validation]).size).toBe(train + validation);
        expect(spread(classCounts(labels, split.train))).toBeLessThanOrEqual(1);
        expect(spread(classCounts(labels, split.validation))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  it('takes what there is of a rare class', () => {
    const labels = Uint8Array.from([...Array<number>(95).fill(0), ...Array<number>(5).fill(1)]);
    const counts = classCounts(labels, splitImages(labels, { train: 40, validation: 0 }, 1).train);
    expect(counts.slice(0, 2)).toEqual([35, 5]);
  });

  it('follows the seed', () => {
    const labels = new Uint8Array(100).map((_, index) => index % 10);
    const pick = (seed: number) => splitImages(labels, { train: 20, validation: 5 }, seed);
    expect(pick(1)).toEqual(pick(1));
    expect(String(pick(1).train)).not.toBe(String(pick(2).train));
  });

  it('refuses more images than there are', () => {
    expect(() => splitImages(new Uint8Array(10), { train: 8, validation: 3 }, 1)).toThrow(RangeError);
  });
});
