import { describe, expect, it } from 'vitest';
import {
  costSentence,
  effectiveReduction,
  extraParameters,
  hiddenUnits,
} from '../../../src/core/codegen/seOptions';

describe('cost of SE blocks', () => {
  it('SE-ResNet-50 without biases: 2,514,944 more parameters (paper, r = 16)', () => {
    const stages = [
      [256, 3],
      [512, 4],
      [1024, 6],
      [2048, 3],
    ] as const;
    const perStage = stages.map(
      ([channels, blocks]) => blocks * extraParameters(channels, hiddenUnits(channels, 16), false),
    );
    expect(perStage).toEqual([24_576, 131_072, 786_432, 1_572_864]);
    expect(perStage.reduce((sum, count) => sum + count)).toBe(2_514_944);
  });

  it('CIFAR ResNet-20 with biases: 2,373 more', () => {
    const total = [16, 32, 64].reduce(
      (sum, channels) => sum + 3 * extraParameters(channels, hiddenUnits(channels, 16), true),
      0,
    );
    expect(total).toBe(2_373);
  });

  it('says it in a sentence', () => {
    expect(costSentence(2048, 128, false)).toBe(
      'Adds 524,288 parameters per block: 2048 -> 128 -> 2048, without biases.',
    );
  });
});

describe('reduction', () => {
  it.each([
    [64, 16, 16],
    [63, 16, 8],
    [32, 16, 8],
    [24, 16, 4],
    [16, 16, 4],
    [8, 16, 2],
    [4, 16, 1],
    [3, 16, 1],
    [1, 16, 1],
    [16, 4, 4],
    [30, 10, 5],
    [128, 1, 1],
  ])('%i channels, r = %i: r = %i', (channels, wished, expected) => {
    expect(effectiveReduction(channels, wished)).toBe(expected);
  });

  it('leaves at least one hidden unit', () => {
    expect(hiddenUnits(3, 16)).toBe(1);
    expect(hiddenUnits(24, 16)).toBe(1);
    expect(hiddenUnits(40, 16)).toBe(2);
  });
});
