import * as tf from '@tensorflow/tfjs-core';
import type { Gate } from '../../../src/core/model/modelSpec';

/**
 * The whole block with average squeeze (Hu et al., arXiv 1709.01507, eq. 2 to 4): y = x * gate(relu(mean(x) w1 + b1) w2 + b2).
 *
 * inputs: x [N, H, W, C], w1 [C, hidden], b1? [hidden], w2 [hidden, C], b2? [C]. attributes: SqueezeExciteAttributes.
 * outputs: y [N, H, W, C], squeezed [N, C], hidden [N, hidden] after ReLU, gates [N, C].
 */
export const SQUEEZE_EXCITE = 'SeSqueezeExcite';

/**
 * inputs: those of SQUEEZE_EXCITE, its outputs squeezed, hidden and gates, and dy [N, H, W, C].
 * outputs: dx [N, H, W, C], then the gradients of the weights that exist, in the order w1, b1, w2, b2.
 */
export const SQUEEZE_EXCITE_GRADIENT = 'SeSqueezeExciteGradient';

export interface SqueezeExciteAttributes {
  gate: Gate;
}

export interface ExcitationWeights {
  w1: tf.Tensor2D;
  b1: tf.Tensor1D | undefined;
  w2: tf.Tensor2D;
  b2: tf.Tensor1D | undefined;
}

/** The weights that exist, by name, in order. */
export function presentWeights(weights: ExcitationWeights): tf.NamedTensorMap {
  const entries = Object.entries(weights) as [string, tf.Tensor | undefined][];
  return Object.fromEntries(entries.filter(([, tensor]) => tensor !== undefined)) as tf.NamedTensorMap;
}

/** The block in one kernel, differentiable; x [N, H, W, C] -> output [N, H, W, C] and gates [N, C], which carry no gradient. */
export function squeezeExcite(
  x: tf.Tensor4D,
  weights: ExcitationWeights,
  gate: Gate,
): { output: tf.Tensor4D; gates: tf.Tensor2D } {
  const attributes = { gate } as unknown as tf.NamedAttrMap;
  const inputs = { x, ...presentWeights(weights) };
  const names = Object.keys(inputs);
  let kept: tf.Tensor | undefined;
  const compute = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const named = Object.fromEntries(names.map((name, index) => [name, args[index] as tf.Tensor]));
    const outputs = tf.engine().runKernel(SQUEEZE_EXCITE, named, attributes) as tf.Tensor[];
    const [y, squeezed, hidden, gates] = outputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    // Made inside the gradient's own tidy, read outside it.
    kept = tf.keep(gates);
    const saved = { ...named, squeezed, hidden, gates };
    save(Object.values(saved));
    const gradFunc = (dy: tf.Tensor, tensors: tf.Tensor[]) => {
      const read = Object.fromEntries(Object.keys(saved).map((name, index) => [name, tensors[index]!]));
      return tf.engine().runKernel(SQUEEZE_EXCITE_GRADIENT, { ...read, dy }, attributes) as tf.Tensor[];
    };
    return { value: y, gradFunc };
  });
  const output = compute(...Object.values(inputs)) as tf.Tensor4D;
  const gates = tf.clone(kept as tf.Tensor2D);
  kept?.dispose();
  return { output, gates };
}
