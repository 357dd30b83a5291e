import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc } from '@tensorflow/tfjs-core';

/**
 * Input gradient of a convolution as forward convolutions: the WASM backend's own kernel is a plain loop, about ten times slower.
 *
 * Written per axis, with u = t + top the padded input row, u = stride q + phase, and taps r = phase + stride j:
 *
 *   dx[t] = sum over j of  dy[q - j] * w[phase + stride j]
 *
 * For a fixed phase this is a convolution of dy with every stride-th tap, reversed; all phases together are one convolution with
 * stride^2 times as many filters, whose channels are then dealt out to the pixels (depth to space).
 *
 * dy [N, H', W', O], filter [kernel height, kernel width, I, O] -> [N, H, W, I]
 */
export const conv2dBackpropInput: KernelFunc = ({ inputs, attrs }) => {
  const { dy, filter } = inputs as unknown as { dy: tf.Tensor4D; filter: tf.Tensor4D };
  const { strides, pad, dimRoundingMode, inputShape } = attrs as unknown as tf.Conv2DBackpropInputAttrs;
  const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode);
  const rows = axisPlan(
    info.inHeight,
    info.outHeight,
    info.filterHeight,
    info.strideHeight,
    info.padInfo.top,
  );
  const columns = axisPlan(
    info.inWidth,
    info.outWidth,
    info.filterWidth,
    info.strideWidth,
    info.padInfo.left,
  );
  return tf.tidy(() => {
    const phases = tf.conv2d(dy, phaseFilter(filter, rows, columns), 1, [
      [0, 0],
      [rows.padBefore, rows.padAfter],
      [columns.padBefore, columns.padAfter],
      [0, 0],
    ]);
    const pixels = depthToSpace(phases, rows.stride, columns.stride, info.inChannels);
    const [, height, width] = pixels.shape;
    if (rows.skip === 0 && columns.skip === 0 && height === info.inHeight && width === info.inWidth)
      return pixels;
    return tf.slice(pixels, [0, rows.skip, columns.skip, 0], info.inShape);
  });
};

interface AxisPlan {
  stride: number;
  kernel: number;
  /** Taps of each phase. */
  taps: number;
  /** Zeros around dy, so that every wanted q has its output. */
  padBefore: number;
  padAfter: number;
  /** Computed rows before the first real one; below the stride. */
  skip: number;
}

function axisPlan(size: number, outSize: number, kernel: number, stride: number, padding: number): AxisPlan {
  const taps = Math.ceil(kernel / stride);
  // From the q of the first real row (u = padding) to that of the last.
  const first = Math.min(Math.floor(padding / stride), taps - 1);
  const end = Math.max(outSize, Math.ceil((size + padding) / stride));
  return {
    stride,
    kernel,
    taps,
    padBefore: taps - 1 - first,
    padAfter: end - outSize,
    skip: padding - stride * first,
  };
}

/** [kh, kw, I, O] -> [taps, taps, O, phases * phases * I], taps reversed. */
function phaseFilter(filter: tf.Tensor4D, rows: AxisPlan, columns: AxisPlan): tf.Tensor4D {
  const [, , inChannels, outChannels] = filter.shape;
  const padded = tf.pad(filter, [
    [0, rows.taps * rows.stride - rows.kernel],
    [0, columns.taps * columns.stride - columns.kernel],
    [0, 0],
    [0, 0],
  ]);
  const split = tf.reshape(padded, [
    rows.taps,
    rows.stride,
    columns.taps,
    columns.stride,
    inChannels,
    outChannels,
  ]);
  return tf.reshape(tf.transpose(tf.reverse(split, [0, 2]), [0, 2, 5, 1, 3, 4]), [
    rows.taps,
    columns.taps,
    outChannels,
    rows.stride * columns.stride * inChannels,
  ]);
}

/** [N, Q, R, a * b * C] -> [N, a Q, b R, C]; as transposes of whole rows, faster on WASM than tf.depthToSpace. */
function depthToSpace(x: tf.Tensor4D, a: number, b: number, channels: number): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  if (a === 1 && b === 1) return x;
  const grouped = tf.reshape(x, [batch * height, width, a, b * channels]);
  return tf.reshape(tf.transpose(grouped, [0, 2, 1, 3]), [batch, a * height, b * width, channels]);
}
