/** Largest difference between `actual` and `expected`, relative to the largest expected magnitude. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const gap = Math.abs(Number(actual[i]) - Number(expected[i]));
    if (Number.isNaN(gap)) return Infinity;
    difference = Math.max(difference, gap);
    scale = Math.max(scale, Math.abs(Number(expected[i])));
  }
  return scale === 0 ? difference : difference / scale;
}
