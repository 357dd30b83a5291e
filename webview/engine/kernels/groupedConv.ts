/**
 * Convolutions in groups and average pooling, composed of tfjs's own operations with gradients that every backend has: the WASM backend lacks those of
 * depthwise convolutions and of average pools. Padding is by TensorFlow's rule.
 */
import * as tf from '@tensorflow/tfjs-core';

export interface Window {
  /** Height and width. */
  kernel: readonly [number, number];
  stride: number;
  padding: 'same' | 'valid';
}

/**
 * x [N, H, W, C], filter [kh, kw, C / groups, O] -> [N, H', W', O]. The first C / groups channels make the first O / groups outputs, and so on.
 */
export function groupedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  groups: number,
  window: Window,
): tf.Tensor4D {
  const [, , , channels] = x.shape;
  const [height, width, , filters] = filter.shape;
  if (groups === channels && filters === channels) {
    return depthwise(x, tf.reshape<tf.Rank.R3>(filter, [height, width, channels]), window);
  }
  const parts = tf.split<tf.Tensor4D>(x, groups, 3);
  const weights = tf.split<tf.Tensor4D>(filter, groups, 3);
  const made = parts.map((part, group) => tf.conv2d(part, weights[group]!, window.stride, window.padding));
  return tf.concat(made, 3);
}

/** The mean of what lies inside the image; [N, H, W, C] -> [N, H', W', C]. */
export function averagePool(x: tf.Tensor4D, window: Window): tf.Tensor4D {
  const [, height, width, channels] = x.shape;
  const ones = tf.ones<tf.Rank.R3>([...window.kernel, channels]);
  const rows = insideCounts(height, window.kernel[0], window);
  const columns = insideCounts(width, window.kernel[1], window);
  const counts = tf.outerProduct(tf.tensor1d(rows), tf.tensor1d(columns));
  return tf.div(depthwise(x, ones, window), tf.reshape(counts, [1, rows.length, columns.length, 1]));
}

/** filter [kh, kw, C]; x [N, H, W, C] -> [N, H', W', C]. */
function depthwise(x: tf.Tensor4D, filter: tf.Tensor3D, window: Window): tf.Tensor4D {
  const apply = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [images, weights, save] = given as [tf.Tensor4D, tf.Tensor3D, tf.GradSaveFunc];
    save([images, weights]);
    const value = tf.depthwiseConv2d(images, withMultiplier(weights), window.stride, window.padding);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [inputs, taps] = saved as [tf.Tensor4D, tf.Tensor3D];
      return [
        inputGradient(dy as tf.Tensor4D, taps, inputs.shape, window),
        filterGradient(inputs, dy as tf.Tensor4D, window),
      ];
    };
    return { value, gradFunc };
  });
  return apply(x, filter) as tf.Tensor4D;
}

/** dy with `stride` - 1 zeros after each value, under the filter turned round. */
function inputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor3D,
  [, height, width]: readonly number[],
  { kernel, stride, padding }: Window,
): tf.Tensor4D {
  const [batch, outHeight, outWidth, channels] = dy.shape;
  let spread = dy;
  if (stride > 1) {
    const apart = tf.reshape(dy, [batch, outHeight, 1, outWidth, channels]);
    const rows = tf.pad(apart, [none, none, [0, stride - 1], none, none]);
    const wide = tf.reshape(rows, [batch, outHeight * stride, outWidth, 1, channels]);
    const both = tf.pad(wide, [none, none, none, [0, stride - 1], none]);
    spread = tf.reshape(both, [batch, outHeight * stride, outWidth * stride, channels]);
  }
  const around = (size: number, made: number, length: number): [number, number] => {
    const before = length - 1 - zerosBefore(size, length, { stride, padding });
    return [before, size + length - 1 - before - made];
  };
  const [rows, columns] = [
    around(height!, outHeight * stride, kernel[0]),
    around(width!, outWidth * stride, kernel[1]),
  ];
  const padded = padOrCut(spread, rows, columns);
  return tf.depthwiseConv2d(padded, withMultiplier(tf.reverse(filter, [0, 1])), 1, 'valid');
}

/** For each tap the products of dy and the pixels under it, summed. */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, { kernel, stride, padding }: Window): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape;
  const [, outHeight, outWidth] = dy.shape;
  const reach = (size: number, out: number, length: number): [number, number] => {
    const before = zerosBefore(size, length, { stride, padding });
    // A whole number of strides, so that every stride-th pixel is a reshape away.
    const needed = (out + Math.ceil(length / stride)) * stride;
    return [before, needed - before - size];
  };
  const padded = padOrCut(x, reach(height, outHeight, kernel[0]), reach(width, outWidth, kernel[1]));
  const taps: tf.Tensor1D[] = [];
  for (let row = 0; row < kernel[0]; row++) {
    for (let column = 0; column < kernel[1]; column++) {
      const from = [0, row, column, 0] as [number, number, number, number];
      const part = tf.slice(padded, from, [batch, outHeight * stride, outWidth * stride, channels]);
      taps.push(tf.sum(tf.mul(everyNth(part, stride), dy), [0, 1, 2]));
    }
  }
  return tf.reshape(tf.stack(taps), [...kernel, channels]);
}

/** Every `stride`-th row and column; sizes are multiples of it. */
function everyNth(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const rows = tf.slice(
    tf.reshape(x, [batch, height / stride, stride * width * channels]),
    [0, 0, 0],
    [batch, height / stride, width * channels],
  );
  const apart = tf.reshape(rows, [batch * (height / stride), width / stride, stride * channels]);
  const columns = tf.slice(apart, [0, 0, 0], [batch * (height / stride), width / stride, channels]);
  return tf.reshape(columns, [batch, height / stride, width / stride, channels]);
}

/** tfjs's form of a depthwise filter: one output for each channel. */
function withMultiplier(filter: tf.Tensor3D): tf.Tensor4D {
  return tf.expandDims<tf.Tensor4D>(filter, 3);
}

const none: [number, number] = [0, 0];

/** Zeros before and after; negative numbers cut off. */
function padOrCut(x: tf.Tensor4D, rows: [number, number], columns: [number, number]): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const cut = ([before, after]: [number, number], size: number) =>
    [Math.max(0, -before), size - Math.max(0, -before) - Math.max(0, -after)] as const;
  const [top, keptRows] = cut(rows, height);
  const [left, keptColumns] = cut(columns, width);
  const kept = tf.slice(x, [0, top, left, 0], [batch, keptRows, keptColumns, channels]);
  const added = ([before, after]: [number, number]): [number, number] => [
    Math.max(0, before),
    Math.max(0, after),
  ];
  return tf.pad(kept, [none, added(rows), added(columns), none]);
}

/** Zeros before the first pixel. */
function zerosBefore(size: number, length: number, { stride, padding }: Omit<Window, 'kernel'>): number {
  if (padding === 'valid') return 0;
  const out = Math.ceil(size / stride);
  return Math.floor(Math.max(0, (out - 1) * stride + length - size) / 2);
}

/** How many pixels of each window lie inside the image, along one axis. */
function insideCounts(size: number, length: number, { stride, padding }: Window): number[] {
  const out = padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - length) / stride) + 1;
  const before = zerosBefore(size, length, { stride, padding });
  return Array.from({ length: out }, (_, index) => {
    const first = index * stride - before;
    return Math.min(size, first + length) - Math.max(0, first);
  });
}
