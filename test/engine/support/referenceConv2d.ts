/** Convolution with "same" or "valid" padding (TensorFlow's rule), and its gradients, as plain loops in float64. */
import type { Float64Images } from './float64Image';
import { offsetOf, zeroImages } from './float64Image';

export interface Convolution {
  /** [kernel, kernel, in, out], row-major. */
  weight: Float64Array;
  kernel: number;
  filters: number;
  stride: number;
  padding: 'same' | 'valid';
}

/** Output size and zeros before the first pixel, along one axis. */
function axis(size: number, { kernel, stride, padding }: Convolution): { out: number; before: number } {
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
  const { kernel, filters, stride } = conv;
  const [top, left] = [axis(height, conv).before, axis(width, conv).before];
  for (let n = 0; n < batch; n++) {
    for (let oh = 0; oh < outHeight; oh++) {
      for (let ow = 0; ow < outWidth; ow++) {
        for (let r = 0; r < kernel; r++) {
          for (let s = 0; s < kernel; s++) {
            const h = oh * stride + r - top;
            const w = ow * stride + s - left;
            if (h < 0 || h >= height || w < 0 || w >= width) continue;
            for (let i = 0; i < channels; i++) {
              for (let o = 0; o < filters; o++) {
                const wi = ((r * kernel + s) * channels + i) * filters + o;
                visit(offsetOf(x, n, h, w, i), wi, offsetOf(y, n, oh, ow, o));
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
  const y = zeroImages([batch, axis(height, conv).out, axis(width, conv).out, conv.filters]);
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
