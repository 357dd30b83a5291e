import type { ExcitationTrace } from '../../../src/core/excitation/trace';
import type { RecordedTrace } from './pageState';

/** Numbers of all recordings together that stay in memory: 256 MB of float32. */
const MOST_NUMBERS = 64 * 2 ** 20;
const MOST_TRACES = 256;

/** The recordings with one more in front, which takes the place of one of its label; the oldest go where they become too many. */
export function withTrace(traces: readonly RecordedTrace[], added: RecordedTrace): RecordedTrace[] {
  const wanted = [added, ...traces.filter(({ label }) => label !== added.label)].slice(0, MOST_TRACES);
  let numbers = 0;
  return wanted.filter(({ trace }, index) => {
    numbers += numbersIn(trace);
    return index === 0 || numbers <= MOST_NUMBERS;
  });
}

function numbersIn({ blocks }: ExcitationTrace): number {
  return blocks.reduce(
    (sum, { mean, deviation, imageGates }) =>
      sum + mean.length + deviation.length + (imageGates?.length ?? 0),
    0,
  );
}
