import { createRandom } from '../../../src/core/data/random';

/** `length` seeded normals, rounded to float32 so that the float64 reference and the backend start from the same numbers. */
export function randomArray(length: number, seed: number, label: string): Float64Array {
  const { normal } = createRandom(seed, label);
  return Float64Array.from({ length }, () => Math.fround(normal()));
}
