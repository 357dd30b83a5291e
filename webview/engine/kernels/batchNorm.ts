/**
 * Batch normalisation of NHWC images: Ioffe and Szegedy, arXiv 1502.03167.
 *
 * Deviation: the statistics handed back for the moving averages use the biased variance (as Keras does); PyTorch stores the unbiased one.
 */
import * as tf from '@tensorflow/tfjs-core';
import { channelAffine } from './channelAffine';
import { imageMeans } from './globalPool';

export interface BatchStatistics {
  /** [C] */
  mean: tf.Tensor1D;
  /** [C], biased */
  variance: tf.Tensor1D;
}

/**
 * Normalises with the batch's own statistics: gamma (x - mean) / sqrt(variance + epsilon) + beta, with the analytic gradient for x,
 * gamma and beta (section 3).
 *
 * @param x [N, H, W, C]
 * @param gamma [C]
 * @param beta [C]
 * @param onStatistics gets the batch's statistics, which carry no gradient and are valid during the call only
 */
export function batchNormTraining(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics: (statistics: BatchStatistics) => void,
): tf.Tensor4D {
  const normalise = tf.customGrad((...args) => {
    const [images, scale, offset, save] = args as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const mean = channelMeans(images);
    // The centred images, not x, are squared and kept: E[x^2] - E[x]^2 would lose the variance of channels far from zero.
    const centred = channelAffine(images, tf.onesLike(mean), tf.neg(mean));
    const variance = channelMeans(tf.square(centred));
    onStatistics({ mean, variance });
    const inverse = tf.rsqrt(tf.add(variance, epsilon)) as tf.Tensor1D;
    save([centred, scale, inverse]);
    return {
      value: channelAffine(centred, tf.mul(scale, inverse), offset),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => normaliseGradient(dy as tf.Tensor4D, saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D])),
    };
  });
  return normalise(x, gamma, beta) as tf.Tensor4D;
}

/** Normalises with given (moving) statistics. For inference: it has no gradient on WASM. */
export function batchNormInference(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { mean, variance }: BatchStatistics,
  epsilon: number,
): tf.Tensor4D {
  return tf.tidy(() => {
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon))) as tf.Tensor1D;
    return channelAffine(x, scale, tf.sub(beta, tf.mul(mean, scale)));
  });
}

/** Gradients for x, gamma and beta; M = N H W, a = gamma / sqrt(variance + epsilon): dx = a (dy - mean(dy) - x^ mean(dy x^)). */
function normaliseGradient(
  dy: tf.Tensor4D,
  [centred, gamma, inverse]: [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D],
): tf.Tensor[] {
  const [batch, height, width] = dy.shape;
  const count = batch * height * width;
  const meanDy = channelMeans(dy);
  const meanDyCentred = channelMeans(tf.mul(dy, centred) as tf.Tensor4D);
  const a = tf.mul(gamma, inverse) as tf.Tensor1D;
  const slope = tf.neg(tf.mul(tf.mul(a, tf.square(inverse)), meanDyCentred)) as tf.Tensor1D;
  const dx = tf.add(
    channelAffine(dy, a, tf.neg(tf.mul(a, meanDy) as tf.Tensor1D)),
    channelAffine(centred, slope, tf.zerosLike(slope)),
  );
  return [dx, tf.mul(tf.mul(meanDyCentred, inverse), count), tf.mul(meanDy, count)];
}

/** Means over batch, height and width, [N, H, W, C] -> [C]. */
function channelMeans(x: tf.Tensor4D): tf.Tensor1D {
  return tf.mean(imageMeans(x), 0) as tf.Tensor1D;
}
