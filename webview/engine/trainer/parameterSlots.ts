import * as tf from '@tensorflow/tfjs-core';
import type { NetworkParameter } from '../network/buildNetwork';
import type { OptimizerSlot } from './optimizer';

/** One zero tensor of the parameter's shape for each of `parameters`, in their order. */
export function zeroSlots(parameters: readonly NetworkParameter[], slot: string): OptimizerSlot[] {
  return parameters.map(({ info }) => {
    const zeros = tf.zeros([...info.shape]);
    const variable = tf.variable(zeros, false);
    zeros.dispose();
    return { name: `${info.name}/${slot}`, variable };
  });
}

/** The parameter's gradient, with the gradient of the L2 penalty (decay / 2) |w|^2 added where decay applies. To be called in a tidy. */
export function decayedGradient(
  { info, variable }: NetworkParameter,
  gradients: tf.NamedTensorMap,
  weightDecay: number,
): tf.Tensor {
  const gradient = gradients[variable.name];
  if (!gradient) throw new RangeError(`${info.name} has no gradient`);
  if (!info.decay || weightDecay === 0) return gradient;
  return tf.add(gradient, tf.mul(variable, weightDecay));
}
