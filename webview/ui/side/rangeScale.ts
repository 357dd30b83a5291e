import { sequentialScale, type ColourScale } from '../../../src/core/excitation/colourScale';

/** From the least to the most of the values. */
export function rangeScale(lists: readonly ArrayLike<number>[]): ColourScale {
  let low = Infinity;
  let high = -Infinity;
  for (const values of lists) {
    for (let index = 0; index < values.length; index++) {
      low = Math.min(low, values[index] ?? low);
      high = Math.max(high, values[index] ?? high);
    }
  }
  return low <= high ? sequentialScale(low, high) : sequentialScale(0, 1);
}
