/** Convolution with "same" or "valid" padding (TensorFlow's rule), and its gradients, as plain loops in float64. */
import type { Float64Images } from './float64Image';
import { offsetOf, zeroImages } from './float64Image';

export interface Convolution {
  /** [kernel, kernelWidth, in / groups, out], row-major. */
  weight: Float64Array;
  kernel: number;
  /** `kernel` if left out. */
  kernelWidth?: number;
  /** 1 if left out. */
  groups?: number;
  filters: number;
  stride: number;
  padding: 'same' | 'valid';
}

/** Output size and zeros before the first pixel, along one axis. */
function axis(
  size: number,
  { stride, padding }: Convolution,
  kernel: number,
): { out: number; before: number } {
  if (padding === 'valid') return { out: Math.floor((size - kernel) / stride) + 1, before: 0 };
  const out = Math.ceil(size / stride);
  return { out, before: Math.floor(Math.max((out - 1) * stride + kernel - size, 0) / 2) };
}

/** Visits every product x[xi] * weight[wi] that contributes to output[yi]. */
function forEachProduct(
  x: Float64Images,
  y: Float64Images,
  conv: Convolution,
  visit: (xi: number, wi: number, yi: number) => void,
): void {
  const [batch, height, width, channels] = x.shape;
  const [, outHeight, outWidth] = y.shape;
  const { kernel, kernelWidth = kernel, filters, stride, groups = 1 } = conv;
  const [top, left] = [axis(height, conv, kernel).before, axis(width, conv, kernelWidth).before];
  const perGroup = channels / groups;
  for (let n = 0; n < batch; n++) {
    for (let oh = 0; oh < outHeight; oh++) {
      for (let ow = 0; ow < outWidth; ow++) {
        for (let r = 0; r < kernel; r++) {
          for (let s = 0; s < kernelWidth; s++) {
            const h = oh * stride + r - top;
            const w = ow * stride + s - left;
            if (h < 0 || h >= height || w < 0 || w >= width) continue;
            for (let i = 0; i < perGroup; i++) {
              for (let o = 0; o < filters; o++) {
                const wi = ((r * kernelWidth + s) * perGroup + i) * filters + o;
                const channel = Math.floor((o * groups) / filters) * perGroup + i;
                visit(offsetOf(x, n, h, w, channel), wi, offsetOf(y, n, oh, ow, o));
              }
            }
          }
        }
      }
    }
  }
}

export function referenceConv2d(x: Float64Images, conv: Convolution): Float64Images {
  const [batch, height, width] = x.shape;
  const { kernel, kernelWidth = kernel } = conv;
  const [rows, columns] = [axis(height, conv, kernel).out, axis(width, conv, kernelWidth).out];
  const y = zeroImages([batch, rows, columns, conv.filters]);
  forEachProduct(x, y, conv, (xi, wi, yi) => {
    y.data[yi]! += x.data[xi]! * conv.weight[wi]!;
  });
  return y;
}

export function referenceConv2dGradients(
  x: Float64Images,
  conv: Convolution,
  dy: Float64Images,
): { dx: Float64Images; dWeight: Float64Array } {
  const dx = zeroImages(x.shape);
  const dWeight = new Float64Array(conv.weight.length);
  forEachProduct(x, dy, conv, (xi, wi, yi) => {
    dx.data[xi]! += dy.data[yi]! * conv.weight[wi]!;
    dWeight[wi]! += dy.data[yi]! * x.data[xi]!;
  });
  return { dx, dWeight };
}
