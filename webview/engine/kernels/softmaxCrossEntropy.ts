import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from './hasKernel';

/**
 * inputs: logits [N, K], labels [N] int32. attributes: CrossEntropyAttributes.
 * outputs: the mean loss, a scalar, and its gradient (softmax(logits) - target) / N, [N, K].
 */
export const CROSS_ENTROPY = 'SeCrossEntropy';

export interface CrossEntropyAttributes {
  labelSmoothing: number;
}

/**
 * Mean softmax cross-entropy of a batch, with label smoothing s: target = (1 - s) one-hot + s / K.
 *
 * The gradient is analytic, (softmax(logits) - target) / N. One kernel where the backend has it.
 *
 * @param logits [N, K]
 * @param labels [N] int32 class indices in [0, K)
 * @returns scalar loss, in nats
 */
export function softmaxCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  labelSmoothing: number,
): tf.Scalar {
  const forward = hasKernel(CROSS_ENTROPY) ? fused : composed;
  const loss = tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
    const { value, gradient } = forward(input, labels, labelSmoothing);
    save([gradient]);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, dy) };
  });
  return loss(logits) as tf.Scalar;
}

interface LossAndGradient {
  value: tf.Scalar;
  gradient: tf.Tensor;
}

function fused(logits: tf.Tensor2D, labels: tf.Tensor1D, labelSmoothing: number): LossAndGradient {
  const outputs = tf.engine().runKernel(CROSS_ENTROPY, { logits, labels }, { labelSmoothing });
  const [value, gradient] = outputs as [tf.Scalar, tf.Tensor];
  return { value, gradient };
}

function composed(logits: tf.Tensor2D, labels: tf.Tensor1D, labelSmoothing: number): LossAndGradient {
  const [batch, classes] = logits.shape;
  const oneHot = tf.cast(tf.oneHot(labels, classes), 'float32');
  const target = tf.add(tf.mul(oneHot, 1 - labelSmoothing), labelSmoothing / classes);
  // log softmax = (z - max) - log sum exp(z - max): exact for large logits too.
  const shifted = tf.sub(logits, tf.max(logits, -1, true));
  const logProbabilities = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
  return {
    value: tf.neg(tf.div(tf.sum(tf.mul(target, logProbabilities)), batch)) as tf.Scalar,
    gradient: tf.div(tf.sub(tf.exp(logProbabilities), target), batch),
  };
}
