import { describe, expect, it } from 'vitest';
import { scoreLogits } from '../../../webview/engine/trainer/scoreLogits';

describe('scoreLogits', () => {
  it('adds up cross-entropies and hits', () => {
    // Softmax by hand: e^0, e^ln2, e^ln3 over 6.
    const row = [0, Math.log(2), Math.log(3)];
    const score = scoreLogits([...row, ...row, 5, 5, 5], Int32Array.of(2, 0, 0), 3);
    expect(score).toMatchObject({ images: 3, correct: 2 });
    expect(score.loss).toBeCloseTo(Math.log(2) + Math.log(6) + Math.log(3), 12);
  });

  it('does not overflow', () => {
    expect(scoreLogits([1e30, -1e30], Int32Array.of(0), 2).loss).toBe(0);
    expect(scoreLogits([1000, 0], Int32Array.of(1), 2).loss).toBe(1000);
  });

  it.each([NaN, Infinity])('gives no finite loss for a logit of %d', (bad) => {
    expect(Number.isFinite(scoreLogits([0, bad, 1], Int32Array.of(0), 3).loss)).toBe(false);
    expect(Number.isFinite(scoreLogits([bad, 0, 1], Int32Array.of(2), 3).loss)).toBe(false);
  });
});
