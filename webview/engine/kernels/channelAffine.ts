import * as tf from '@tensorflow/tfjs-core';

/**
 * x * scale + offset, per channel, in one pass: a 1x1 depthwise convolution with bias, which is several times faster on WASM than a
 * broadcast product and sum. Not differentiable by itself (it is meant for the inside of custom gradients and for inference).
 *
 * @param x [N, H, W, C]
 * @param scale [C]
 * @param offset [C]
 */
export function channelAffine(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D): tf.Tensor4D {
  const filter = tf.reshape(scale, [1, 1, x.shape[3], 1]) as tf.Tensor4D;
  return tf.fused.depthwiseConv2d({ x, filter, strides: 1, pad: 'valid', bias: offset });
}
