/** Maximum over windows with "same" padding (TensorFlow's rule, nothing outside the image is a maximum), and its gradient, as plain loops in float64. */
import type { Float64Images } from './float64Image';
import { offsetOf, zeroImages } from './float64Image';

export interface MaxPool {
  kernel: number;
  stride: number;
}

interface MaxPooled {
  output: Float64Images;
  /** For each output, where in x's data its (first) maximum is. */
  winners: Int32Array;
  /** Smallest distance of a positive maximum to the next value in its window: nearer than float32 can tell, gradients are not comparable. */
  nearestTie: number;
}

export function referenceMaxPool(x: Float64Images, pool: MaxPool): MaxPooled {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [axis(height, pool), axis(width, pool)];
  const output = zeroImages([batch, rows.out, columns.out, channels]);
  const winners = new Int32Array(output.data.length);
  let nearestTie = Infinity;
  for (let n = 0; n < batch; n++) {
    for (let oh = 0; oh < rows.out; oh++) {
      for (let ow = 0; ow < columns.out; ow++) {
        for (let c = 0; c < channels; c++) {
          const inside: number[] = [];
          for (const h of windowOf(oh, height, rows.before, pool)) {
            for (const w of windowOf(ow, width, columns.before, pool)) inside.push(offsetOf(x, n, h, w, c));
          }
          const [first, second] = inside.sort((i, j) => x.data[j]! - x.data[i]! || i - j);
          const to = offsetOf(output, n, oh, ow, c);
          winners[to] = first!;
          output.data[to] = x.data[first!]!;
          // Zeros behind a ReLU tie all the time; their gradient ends there.
          if (second !== undefined && output.data[to] > 0) {
            nearestTie = Math.min(nearestTie, output.data[to] - x.data[second]!);
          }
        }
      }
    }
  }
  return { output, winners, nearestTie };
}

/** dx: each output's gradient goes to its maximum, the first of several. */
export function referenceMaxPoolGradient(x: Float64Images, pool: MaxPool, dy: Float64Images): Float64Images {
  const { winners } = referenceMaxPool(x, pool);
  const dx = zeroImages(x.shape);
  winners.forEach((winner, index) => (dx.data[winner]! += dy.data[index]!));
  return dx;
}

/** Output size and padding before the first pixel, along one axis. */
function axis(size: number, { kernel, stride }: MaxPool): { out: number; before: number } {
  const out = Math.ceil(size / stride);
  return { out, before: Math.floor(Math.max((out - 1) * stride + kernel - size, 0) / 2) };
}

/** Positions of output `index`'s window that are inside the image. */
function windowOf(index: number, size: number, before: number, { kernel, stride }: MaxPool): number[] {
  const all = Array.from({ length: kernel }, (_, offset) => index * stride - before + offset);
  return all.filter((position) => position >= 0 && position < size);
}
