/**
 * Batch normalisation of NHWC images: Ioffe and Szegedy, arXiv 1502.03167.
 *
 * Deviation: the statistics handed back for the moving averages use the biased variance (as Keras does); PyTorch stores the unbiased one.
 */
import * as tf from '@tensorflow/tfjs-core';
import { channelAffine } from './channelAffine';
import { imageMeans } from './globalPool';
import { hasKernel } from './hasKernel';
import { BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD, type BatchNormAttributes } from './kernelNames';

export interface BatchStatistics {
  /** [C] */
  mean: tf.Tensor1D;
  /** [C], biased */
  variance: tf.Tensor1D;
}

/** What follows the normalisation, in this order. */
export interface Finish {
  /** [N, H, W, C], added. */
  residual?: tf.Tensor4D | undefined;
  relu: boolean;
}

/**
 * Normalises with the batch's own statistics: gamma (x - mean) / sqrt(variance + epsilon) + beta, with the analytic gradient for x,
 * gamma and beta (section 3); then adds the residual and applies ReLU, if there are any. One kernel each way where the backend has it.
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
  finish: Finish = { relu: false },
): tf.Tensor4D {
  if (hasKernel(BATCH_NORM_TRAINING)) {
    return fusedTraining(x, gamma, beta, epsilon, onStatistics, finish);
  }
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
  return composeFinish(normalise(x, gamma, beta) as tf.Tensor4D, finish);
}

/** Residual addition and ReLU, composed. */
export function composeFinish(x: tf.Tensor4D, { residual, relu }: Finish): tf.Tensor4D {
  const sum = residual ? tf.add(x, residual) : x;
  return (relu ? tf.relu(sum) : sum) as tf.Tensor4D;
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

function fusedTraining(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics: (statistics: BatchStatistics) => void,
  { residual, relu }: Finish,
): tf.Tensor4D {
  const settings: BatchNormAttributes = { epsilon, relu, residual: residual !== undefined };
  const attributes = { ...settings };
  const compute = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const [images, scale, offset, added] = args.slice(0, -1) as tf.Tensor[];
    const inputs = { x: images!, gamma: scale!, beta: offset!, ...(added && { residual: added }) };
    const outputs = tf.engine().runKernel(BATCH_NORM_TRAINING, inputs, attributes);
    const [y, mean, variance] = outputs as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    onStatistics({ mean, variance });
    save([y, images!, scale!, mean, variance]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [output, input, weight, centre, spread] = saved as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const read = { dy, y: output, x: input, gamma: weight, mean: centre, variance: spread };
      return tf.engine().runKernel(BATCH_NORM_TRAINING_GRAD, read, attributes) as tf.Tensor[];
    };
    return { value: y, gradFunc };
  });
  return compute(...[x, gamma, beta, ...(residual ? [residual] : [])]) as tf.Tensor4D;
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
