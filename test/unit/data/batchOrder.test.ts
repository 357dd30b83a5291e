import { describe, it, expect } from 'vitest';
import { batchOrder, stepsPerEpoch } from '../../../src/core/data/batchOrder';

describe('batchOrder', () => {
  it('visits every image once', () => {
    for (const count of [1, 2, 7, 1000]) {
      expect([...batchOrder(count, 1, 1)].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
    }
  });

  it('depends on seed and epoch, and on nothing else', () => {
    expect(batchOrder(50, 1, 1)).toEqual(batchOrder(50, 1, 1));
    const orders = [batchOrder(50, 1, 1), batchOrder(50, 1, 2), batchOrder(50, 2, 1)].map(String);
    expect(new Set(orders).size).toBe(3);
  });

  it('prefers no place', () => {
    const counts = new Array<number>(5).fill(0);
    for (let seed = 0; seed < 5000; seed++) counts[batchOrder(5, seed, 1).indexOf(0)]!++;
    // 4 degrees of freedom: 18.5 at one in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(18.5);
  });
});

describe('stepsPerEpoch', () => {
  it('leaves the incomplete last batch out, but makes at least one step', () => {
    expect([stepsPerEpoch(5000, 64), stepsPerEpoch(128, 64), stepsPerEpoch(10, 64)]).toEqual([78, 2, 1]);
  });
});
