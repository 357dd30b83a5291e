/** Arithmetic on Grad-CAM maps. */
import type { AttentionMap } from './look';

/** The map at size x size places, [size, size], bilinear between the middles of its cells; 1 at the peak. All zeros if nothing speaks for the class. */
export function enlarged({ values, height, width }: AttentionMap, size: number): Float32Array {
  const peak = peakOf(values);
  const large = new Float32Array(size * size);
  if (peak === 0) return large;
  const cell = (row: number, column: number) =>
    values[clamp(row, height - 1) * width + clamp(column, width - 1)]!;
  for (let y = 0; y < size; y++) {
    const v = ((y + 0.5) * height) / size - 0.5;
    const row = Math.floor(v);
    for (let x = 0; x < size; x++) {
      const u = ((x + 0.5) * width) / size - 0.5;
      const column = Math.floor(u);
      const upper = mix(cell(row, column), cell(row, column + 1), u - column);
      const lower = mix(cell(row + 1, column), cell(row + 1, column + 1), u - column);
      large[y * size + x] = mix(upper, lower, v - row) / peak;
    }
  }
  return large;
}

export function peakOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Pearson's correlation of two maps, 1 for the same pattern; undefined where one of them is flat or their sizes differ. */
export function likeness(one: AttentionMap, other: AttentionMap): number | undefined {
  if (one.values.length !== other.values.length || one.width !== other.width) return undefined;
  const a = centred(one.values);
  const b = centred(other.values);
  const norm = Math.sqrt(product(a, a) * product(b, b));
  return norm > 0 ? product(a, b) / norm : undefined;
}

function centred(values: Float32Array): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Array.from(values, (value) => value - mean);
}

function product(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

function clamp(index: number, last: number): number {
  return Math.min(last, Math.max(0, index));
}

function mix(from: number, to: number, part: number): number {
  return from + part * (to - from);
}
