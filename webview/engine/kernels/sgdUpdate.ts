import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from './hasKernel';

/**
 * v = momentum v + (g + weightDecay w); w = w - learningRate v, IN PLACE.
 *
 * inputs: parameter, velocity and gradient, of one shape. attributes: SgdAttributes. No outputs.
 */
export const SGD_UPDATE = 'SeSgdUpdate';

export interface SgdAttributes {
  learningRate: number;
  momentum: number;
  weightDecay: number;
}

/** One update of a parameter and its velocity, in place where the backend has a kernel for that. */
export function sgdUpdate(
  parameter: tf.Variable,
  velocity: tf.Variable,
  gradient: tf.Tensor,
  attributes: SgdAttributes,
): void {
  if (hasKernel(SGD_UPDATE)) {
    // Nobody else reads these tensors: what the way back kept of the parameter is gone when the gradient is there.
    const inputs = { parameter, velocity, gradient };
    tf.engine().runKernel(SGD_UPDATE, inputs, attributes as unknown as tf.NamedAttrMap);
    return;
  }
  const { learningRate, momentum, weightDecay } = attributes;
  tf.tidy(() => {
    const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weightDecay));
    velocity.assign(tf.add(tf.mul(velocity, momentum), decayed));
    parameter.assign(tf.sub(parameter, tf.mul(velocity, learningRate)));
  });
}
