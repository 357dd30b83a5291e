import { expect } from 'vitest';
import { elementCount, type ParamInfo } from '../../../../src/core/model/graph';
import { specNamed } from './modelCases';

/** Enough values in every kernel to tell one distribution from another. */
export const WIDE = specNamed('wide', {
  backbone: { depth: 8, width: 64 },
  input: { height: 8, width: 8 },
  classes: 100,
  se: { reduction: 1 },
});

export interface Moments {
  mean: number;
  /** Mean of the squares. */
  square: number;
  /** Largest magnitude. */
  largest: number;
}

export function momentsOf(values: ArrayLike<number>): Moments {
  const numbers = Array.from(values);
  const mean = (of: number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  return {
    mean: mean(numbers),
    square: mean(numbers.map((value) => value * value)),
    largest: numbers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
  };
}

/** Holds a parameter's initial values to what its `init` says. */
export function expectInitialValues(info: ParamInfo, { mean, square, largest }: Moments): void {
  const { name, init, shape } = info;
  const expected = secondMoment(info);
  if (init === 'zeros' || init === 'ones') {
    expect([mean, square], name).toEqual([expected, expected]);
    return;
  }
  // Of n values the mean square is off by about sqrt(2 / n): 3% here for the first convolution, less for the others.
  expect(Math.abs(square / expected - 1), name).toBeLessThan(5 * Math.sqrt(2 / elementCount(shape)));
  // A uniform distribution ends at sqrt(3) deviations; a normal one that were cut, at two.
  const deviations = largest / Math.sqrt(expected);
  if (init === 'glorotUniform') expect(deviations, name).toBeLessThanOrEqual(Math.sqrt(3) + 1e-6);
  else expect(deviations, name).toBeGreaterThan(2.5);
}

/** Mean square of a parameter's initial values, from the definitions of He et al. and of Glorot and Bengio. */
function secondMoment({ init, shape }: ParamInfo): number {
  const fanIn = elementCount(shape.slice(0, -1));
  const fanOut = elementCount(shape.slice(0, -2)) * (shape.at(-1) ?? 0);
  switch (init) {
    case 'zeros':
      return 0;
    case 'ones':
      return 1;
    case 'heNormal':
      return 2 / (shape.length === 4 ? fanOut : fanIn);
    case 'glorotUniform':
      return 2 / (fanIn + fanOut);
  }
}
