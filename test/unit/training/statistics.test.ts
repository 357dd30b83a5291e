import { describe, expect, it } from 'vitest';
import {
  answerChanges,
  mean,
  median,
  pairedInterval,
  sampleDeviation,
  studentTCdf,
  studentTQuantile,
} from '../../../src/core/training/statistics';

describe('studentTQuantile', () => {
  // Rows of the t table found in any textbook: degrees of freedom, t.95, t.975, t.995.
  it.each([
    [1, 6.314, 12.706, 63.657],
    [2, 2.92, 4.303, 9.925],
    [3, 2.353, 3.182, 5.841],
    [4, 2.132, 2.776, 4.604],
    [5, 2.015, 2.571, 4.032],
    [6, 1.943, 2.447, 3.707],
    [7, 1.895, 2.365, 3.499],
    [8, 1.86, 2.306, 3.355],
    [9, 1.833, 2.262, 3.25],
    [10, 1.812, 2.228, 3.169],
    [15, 1.753, 2.131, 2.947],
    [20, 1.725, 2.086, 2.845],
    [30, 1.697, 2.042, 2.75],
    [60, 1.671, 2.0, 2.66],
    [120, 1.658, 1.98, 2.617],
  ])('agrees with the table at %i degrees of freedom', (dof, t95, t975, t995) => {
    expect(studentTQuantile(0.95, dof)).toBeCloseTo(t95, 3);
    expect(studentTQuantile(0.975, dof)).toBeCloseTo(t975, 3);
    expect(studentTQuantile(0.995, dof)).toBeCloseTo(t995, 3);
  });

  it('has the closed forms of one and two degrees of freedom', () => {
    for (const p of [0.01, 0.3, 0.5, 0.8, 0.975, 0.9999]) {
      const alpha = 4 * p * (1 - p);
      expect(studentTQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 7);
      expect(studentTQuantile(p, 2)).toBeCloseTo(2 * (p - 0.5) * Math.sqrt(2 / alpha), 9);
    }
  });

  it('is odd about one half and inverts the distribution', () => {
    for (const dof of [1, 2, 3, 8, 31]) {
      expect(studentTQuantile(0.2, dof)).toBeCloseTo(-studentTQuantile(0.8, dof), 12);
      for (const p of [0.05, 0.4, 0.9]) expect(studentTCdf(studentTQuantile(p, dof), dof)).toBeCloseTo(p, 12);
    }
  });

  it.each([0, 1, -0.1, NaN])('refuses the probability %d', (p) => {
    expect(() => studentTQuantile(p, 3)).toThrow(RangeError);
  });

  it.each([0, -1, 2.5, NaN])('refuses %d degrees of freedom', (dof) => {
    expect(() => studentTQuantile(0.9, dof)).toThrow(RangeError);
  });
});

describe('studentTCdf', () => {
  it('agrees with the density integrated numerically', () => {
    for (const dof of [1, 2, 3, 4, 5, 6, 11, 24]) {
      const density = (x: number) => (1 + (x * x) / dof) ** (-(dof + 1) / 2);
      const integral = (to: number) => simpson(density, to);
      // Over all of R by x = tan(u), so that no gamma function is needed to normalise.
      const whole = simpson((u) => density(Math.tan(u)) / Math.cos(u) ** 2, Math.PI / 2 - 1e-6);
      for (const t of [0.3, 1, 2.5]) {
        expect(studentTCdf(t, dof)).toBeCloseTo(0.5 + integral(t) / (2 * whole), 5);
        expect(studentTCdf(-t, dof)).toBeCloseTo(0.5 - integral(t) / (2 * whole), 5);
      }
    }
  });
});

/** Integral of f from 0 to `to` by Simpson's rule. */
function simpson(f: (x: number) => number, to: number): number {
  const steps = 4000;
  const width = to / steps;
  let sum = f(0) + f(to);
  for (let step = 1; step < steps; step++) sum += (step % 2 === 1 ? 4 : 2) * f(step * width);
  return (sum * width) / 3;
}

describe('pairedInterval', () => {
  it('agrees with a worked example', () => {
    // Differences 1..5: mean 3, s = sqrt(2.5), t.975 with 4 degrees of freedom = 2.776.
    const interval = pairedInterval([1, 2, 3, 4, 5])!;
    const half = (2.776445 * Math.sqrt(2.5)) / Math.sqrt(5);
    expect(interval).toMatchObject({ pairs: 5, mean: 3 });
    expect(interval.low).toBeCloseTo(3 - half, 5);
    expect(interval.high).toBeCloseTo(3 + half, 5);
  });

  it('is very wide for two pairs and absent for one', () => {
    const interval = pairedInterval([0, 2])!;
    expect(interval.high - interval.mean).toBeCloseTo(12.7062, 3);
    expect(pairedInterval([1])).toBeUndefined();
    expect(pairedInterval([])).toBeUndefined();
  });

  it('covers the true mean about 95 times in 100', () => {
    // A fixed linear congruential generator; twelve uniforms make a near-normal deviate.
    let seed = 12345;
    const uniform = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    const deviate = () => Array.from({ length: 12 }, uniform).reduce((sum, x) => sum + x, -6);
    let covered = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const interval = pairedInterval(Array.from({ length: 4 }, () => 0.7 + deviate()))!;
      if (interval.low <= 0.7 && 0.7 <= interval.high) covered++;
    }
    expect(covered / 2000).toBeGreaterThan(0.93);
    expect(covered / 2000).toBeLessThan(0.97);
  });
});

describe('descriptive statistics', () => {
  it('computes mean, deviation and median', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(sampleDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(sampleDeviation([1])).toBeNaN();
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('answerChanges', () => {
  /** `wrong` images become wrong, `right` become right, and some stay as they were. */
  const pair = (wrong: number, right: number) => {
    const before = [...Array<number>(wrong).fill(1), ...Array<number>(right).fill(0), 1, 1, 0];
    const after = [...Array<number>(wrong).fill(0), ...Array<number>(right).fill(1), 1, 1, 0];
    return answerChanges(Uint8Array.from(before), Uint8Array.from(after));
  };
  /** The definition, in exact whole numbers. */
  const exact = (wrong: number, right: number) => {
    const trials = wrong + right;
    let ways = 1n;
    let total = 0n;
    for (let k = 0; k <= Math.min(wrong, right); k++) {
      total += ways;
      ways = (ways * BigInt(trials - k)) / BigInt(k + 1);
    }
    return Math.min(1, Number((2n * total * 10n ** 15n) / 2n ** BigInt(trials)) / 1e15);
  };

  it('counts both kinds of change and leaves the rest out', () => {
    expect(pair(4, 9)).toMatchObject({ becameWrong: 4, becameRight: 9 });
    expect(pair(0, 0)).toEqual({ becameWrong: 0, becameRight: 0, pValue: 1 });
  });

  it('has the p-values that follow from counting by hand', () => {
    expect(pair(5, 0).pValue).toBeCloseTo(2 / 32, 12);
    expect(pair(0, 10).pValue).toBeCloseTo(2 / 1024, 12);
    // 1 + 8 + 28 of 256, twice.
    expect(pair(2, 6).pValue).toBeCloseTo((2 * 37) / 256, 12);
    expect(pair(6, 6).pValue).toBe(1);
  });

  it.each([
    [1, 0],
    [3, 17],
    [59, 41],
    [400, 470],
    [2000, 2100],
    [4900, 5100],
  ])('agrees with the exact sum for %i and %i', (wrong, right) => {
    const { pValue } = pair(wrong, right);
    expect(pValue).toBeCloseTo(exact(wrong, right), 9);
    expect(pValue).toBe(pair(right, wrong).pValue);
  });

  it('does not fall to zero or NaN for changes by the thousand', () => {
    expect(pair(0, 1000).pValue).toBeCloseTo(2 * 2 ** -1000, 300);
    expect(pair(0, 1000).pValue).toBeGreaterThan(0);
    expect(pair(1000, 9000).pValue).toBe(0);
  });

  it('refuses answers to different numbers of images', () => {
    expect(() => answerChanges([1], [1, 0])).toThrow(RangeError);
  });
});
