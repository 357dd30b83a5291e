import * as tf from '@tensorflow/tfjs-core';

/**
 * A fully connected layer, as a 1 x 1 convolution of images of one pixel: x [N, in], weight [in, out], bias? [out] -> [N, out].
 *
 * Not tf.matMul: the WASM backend's keeps a packed copy of the second matrix for as long as that tensor lives, and training changes weights in
 * place.
 */
export function dense(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D | undefined): tf.Tensor2D {
  const [inputs, outputs] = weight.shape;
  const pixels = tf.reshape(x, [-1, 1, 1, inputs]) as tf.Tensor4D;
  const filter = tf.reshape(weight, [1, 1, inputs, outputs]) as tf.Tensor4D;
  const product = tf.reshape(tf.conv2d(pixels, filter, 1, 'valid'), [-1, outputs]);
  return (bias ? tf.add(product, bias) : product) as tf.Tensor2D;
}
