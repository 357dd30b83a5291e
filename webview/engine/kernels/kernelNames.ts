/**
 * Kernels of our own in tfjs's registry. A backend that has them registers them under these names; the ops in this folder call them by
 * name and compose stock kernels on backends that have not.
 *
 * All tensors are float32; images are [N, H, W, C]. Statistics are over N, H and W; M = N H W.
 */

/**
 * y = act(gamma (x - mean) / sqrt(variance + epsilon) + beta (+ residual)), act being ReLU or nothing.
 *
 * inputs: x [N, H, W, C], gamma [C], beta [C], residual? [N, H, W, C]. attributes: BatchNormAttributes.
 * outputs: y [N, H, W, C], mean [C], variance [C] (biased). The variance must be exact for channels far from zero.
 */
export const BATCH_NORM_TRAINING = 'SeBatchNormTraining';

/**
 * Gradient of BATCH_NORM_TRAINING. g = dy where y > 0, else 0 (with ReLU), or dy (without); a = gamma / sqrt(variance + epsilon);
 * x^ = (x - mean) / sqrt(variance + epsilon).
 *
 * inputs: dy, y (read only with ReLU), x, all [N, H, W, C]; gamma, mean, variance [C]. attributes: BatchNormAttributes.
 * outputs: dx = a (g - sum(g) / M - x^ sum(g x^) / M) [N, H, W, C], dgamma = sum(g x^) [C], dbeta = sum(g) [C], and, if `residual`,
 * dresidual = g [N, H, W, C].
 */
export const BATCH_NORM_TRAINING_GRAD = 'SeBatchNormTrainingGrad';

export interface BatchNormAttributes {
  epsilon: number;
  relu: boolean;
  /** Whether a residual is added before the activation. */
  residual: boolean;
}

/**
 * SE's scale with what follows it: y = act(x * gates (+ residual)), each channel of each image times its gate.
 *
 * inputs: x [N, H, W, C], gates [N, C], residual? [N, H, W, C]. attributes: ScaleAttributes. output: y [N, H, W, C].
 */
export const SCALE_CHANNELS = 'SeScaleChannels';

/**
 * Gradient of SCALE_CHANNELS. g = dy where y > 0, else 0 (with ReLU), or dy (without).
 *
 * inputs: dy, y (read only with ReLU), x, all [N, H, W, C]; gates [N, C]. attributes: ScaleAttributes.
 * outputs: dx = g * gates [N, H, W, C], dgates = sum over H, W of g x [N, C], and, if `residual`, dresidual = g [N, H, W, C].
 */
export const SCALE_CHANNELS_GRAD = 'SeScaleChannelsGrad';

export interface ScaleAttributes {
  relu: boolean;
  residual: boolean;
}
