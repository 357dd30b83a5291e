import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean softmax cross-entropy of a batch, with label smoothing s: target = (1 - s) one-hot + s / K.
 *
 * The gradient is analytic, (softmax(logits) - target) / N, so that nothing but the log-softmax is kept for the way back.
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
  const [batch, classes] = logits.shape;
  const loss = tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    // Smoothed after the cast: the WASM one-hot kernel writes integers whatever its on and off values are.
    const oneHot = tf.cast(tf.oneHot(labels, classes), 'float32');
    const target = tf.add(tf.mul(oneHot, 1 - labelSmoothing), labelSmoothing / classes);
    // log softmax = (z - max) - log sum exp(z - max): exact for large logits too.
    const shifted = tf.sub(input, tf.max(input, -1, true));
    const logProbabilities = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
    const value = tf.neg(tf.div(tf.sum(tf.mul(target, logProbabilities)), batch));
    save([logProbabilities, target]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [logProbability, wanted] = saved as [tf.Tensor, tf.Tensor];
        return tf.mul(tf.sub(tf.exp(logProbability), wanted), tf.div(dy, batch));
      },
    };
  });
  return loss(logits) as tf.Scalar;
}
