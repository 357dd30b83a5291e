/** Round tick values (1, 2, 2.5 or 5 times a power of ten apart) that cover [low, high]; about `target` of them. */
export function roundTicks(low: number, high: number, target: number): number[] {
  const span = high - low;
  if (!(span > 0) || target < 1) return [low];
  const rough = span / target;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  // Multiples of an index, not sums: sums drift.
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Whole-number ticks from 1 to `last`, both included where they do not crowd; at most `most` of them. */
export function epochTicks(last: number, most: number): number[] {
  if (last <= most) return Array.from({ length: last }, (_, index) => index + 1);
  const step = [2, 5, 10, 20, 25, 50, 100, 200, 250].find((size) => last / size <= most) ?? 500;
  const ticks = [1];
  for (let tick = step; tick <= last; tick += step) ticks.push(tick);
  return ticks;
}
