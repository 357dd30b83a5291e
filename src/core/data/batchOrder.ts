import { createRandom } from './random';

/**
 * The order in which an epoch visits its images: a permutation of 0..count-1 that depends on `count`, `seed` and `epoch` (from 1) alone,
 * so a resumed run goes on as if it had never stopped, and both arms of a pair see the same batches.
 */
export function batchOrder(count: number, seed: number, epoch: number): Uint32Array {
  const order = new Uint32Array(count).map((_, index) => index);
  const random = createRandom(seed, 'batch order', String(epoch));
  shuffle(order, random.integer);
  return order;
}

/** Fisher-Yates, in place. */
export function shuffle(values: Uint32Array, integer: (limit: number) => number): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = integer(last + 1);
    const kept = values[last]!;
    values[last] = values[other]!;
    values[other] = kept;
  }
}

/**
 * Training steps of an epoch. An incomplete last batch is left out: batch statistics of a sliver are noise, and a GPU compiles programs
 * per shape. The order changes every epoch, so no image is left out for good. Fewer images than one batch make one smaller step.
 */
export function stepsPerEpoch(count: number, batch: number): number {
  return Math.max(1, Math.floor(count / batch));
}
