import { describe, expect, it } from 'vitest';
import { learningRateAt } from '../../../src/core/training/learningRate';

const recipe = {
  learningRate: 0.4,
  schedule: 'constant',
  stepEpochs: 80,
  warmupEpochs: 0,
} as const;

describe('learningRateAt', () => {
  it('stays put without schedule and warm-up', () => {
    for (const step of [0, 1, 77, 499]) expect(learningRateAt(recipe, step, 100, 5)).toBe(0.4);
  });

  it('rises linearly to the peak over the warm-up', () => {
    const warm = { ...recipe, warmupEpochs: 1 };
    const rates = [0, 1, 2, 3, 4].map((step) => learningRateAt(warm, step, 4, 10));
    [0.1, 0.2, 0.3, 0.4, 0.4].forEach((rate, step) => expect(rates[step]).toBeCloseTo(rate, 12));
  });

  it('warms up over a fraction of an epoch', () => {
    // Half of 5 steps is 2.5 steps: 1/2.5, 2/2.5, and the peak from the third step on.
    const warm = { ...recipe, warmupEpochs: 0.5 };
    const rates = [0, 1, 2, 3].map((step) => learningRateAt(warm, step, 5, 10) / 0.4);
    [0.4, 0.8, 1, 1].forEach((rate, step) => expect(rates[step]).toBeCloseTo(rate, 12));
  });

  it('divides by ten every 80 of 200 epochs', () => {
    const step = { ...recipe, schedule: 'step' } as const;
    const atEpoch = (epoch: number, offset = 0) => learningRateAt(step, epoch * 79 + offset, 79, 200);
    expect(atEpoch(0)).toBe(0.4);
    expect(atEpoch(80, -1)).toBe(0.4);
    expect(atEpoch(80)).toBeCloseTo(0.04, 12);
    expect(atEpoch(160, -1)).toBeCloseTo(0.04, 12);
    expect(atEpoch(160)).toBeCloseTo(0.004, 12);
    expect(atEpoch(200, -1)).toBeCloseTo(0.004, 12);
  });

  it('falls by a half cosine from the end of the warm-up to zero', () => {
    const cosine = { ...recipe, schedule: 'cosine', warmupEpochs: 1 } as const;
    // 10 steps an epoch, 5 epochs: warm-up to step 10, then 40 steps.
    const at = (step: number) => learningRateAt(cosine, step, 10, 5);
    expect(at(9)).toBeCloseTo(0.4, 12);
    expect(at(10)).toBeCloseTo(0.4, 12);
    expect(at(20)).toBeCloseTo(0.4 * (0.5 + Math.SQRT2 / 4), 12);
    expect(at(30)).toBeCloseTo(0.2, 12);
    expect(at(40)).toBeCloseTo(0.4 * (0.5 - Math.SQRT2 / 4), 12);
    expect(at(50)).toBeCloseTo(0, 12);
    expect(at(49)).toBeGreaterThan(0);
  });

  it('never rises after the warm-up and never exceeds the peak', () => {
    for (const schedule of ['constant', 'step', 'cosine'] as const) {
      const rates = Array.from({ length: 60 }, (_, step) =>
        learningRateAt({ ...recipe, schedule, warmupEpochs: 1.3, stepEpochs: 2 }, step, 10, 6),
      );
      rates.forEach((rate, step) => {
        expect(rate).toBeLessThanOrEqual(0.4);
        expect(rate).toBeGreaterThanOrEqual(0);
        if (step > 13) expect(rate).toBeLessThanOrEqual(rates[step - 1]!);
      });
    }
  });

  it('stays finite when the warm-up is longer than the training', () => {
    const rate = learningRateAt({ ...recipe, schedule: 'cosine', warmupEpochs: 5 }, 19, 10, 2);
    expect(rate).toBeCloseTo((0.4 * 20) / 50, 12);
  });
});
