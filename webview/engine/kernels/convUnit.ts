/**
 * The unit of residual networks: convolution, batch normalisation (arXiv 1502.03167), and where the unit has them squeeze-and-excitation
 * (arXiv 1709.01507, average squeeze), residual addition and ReLU, in that order.
 *
 * Backends with kernels for the whole unit (WASM) run these; others compose it.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Gate } from '../../../src/core/model/modelSpec';
import {
  batchNormInference,
  batchNormTraining,
  composeFinish,
  type BatchStatistics,
  type Finish,
} from './batchNorm';
import { presentWeights, type ExcitationWeights } from './squeezeExcite';

/**
 * inputs: x [N, H, W, I], filter [kh, kw, I, C], gamma [C], beta [C]; residual? [N, H', W', C]; w1? [C, hidden], b1? [hidden],
 * w2? [hidden, C], b2? [C]. attributes: ConvUnitAttributes.
 * outputs: y [N, H', W', C]; z, the convolution's output, of the same shape; mean [C], variance [C] (biased); image means [N, C] of z, less
 * `mean`; with excitation hidden [N, hidden] and gates [N, C].
 */
export const CONV_UNIT_TRAINING = 'SeConvUnitTraining';

/**
 * inputs: those of CONV_UNIT_TRAINING, with the statistics mean [C] and variance [C]. outputs: y, and with excitation gates [N, C].
 */
export const CONV_UNIT_INFERENCE = 'SeConvUnitInference';

/**
 * inputs: those of CONV_UNIT_TRAINING but the residual, its outputs by the names y (with ReLU and residual only), z, mean, variance, imageMeans,
 * hidden, gates, and dy [N, H', W', C].
 * outputs: dfilter, dgamma, dbeta; dx if `inputGradient`; the residual's gradient if there are ReLU and residual (without ReLU it is dy);
 * with excitation the gradients of the weights that exist, in the order w1, b1, w2, b2.
 */
export const CONV_UNIT_GRADIENT = 'SeConvUnitGradient';

export interface ConvUnitAttributes {
  strides: number;
  pad: 'same' | 'valid';
  epsilon: number;
  relu: boolean;
  residual: boolean;
  /** False where x is the network's input, whose gradient nobody needs. */
  inputGradient: boolean;
  /** With excitation. */
  gate?: Gate;
}

interface Excited {
  output: tf.Tensor4D;
  gates: tf.Tensor2D;
}

export interface ConvUnit {
  filter: tf.Tensor4D;
  gamma: tf.Tensor1D;
  beta: tf.Tensor1D;
  excitation: ExcitationWeights | undefined;
  attributes: ConvUnitAttributes;
  /** Excitation and what follows it, on backends without the unit's kernels: [N, H', W', C] -> the scaled images and the gates [N, C]. */
  composeExcitation: ((x: tf.Tensor4D, after: Finish) => Excited) | undefined;
}

type OnGates = ((gates: tf.Tensor2D) => void) | undefined;

/**
 * The unit with the batch's statistics; differentiable.
 *
 * @param x [N, H, W, I]
 * @param residual [N, H', W', C], present if the attributes say so
 * @param onStatistics gets the batch's statistics, valid during the call only
 * @param onGates gets the gates [N, C], valid during the call only
 */
export function convUnitTraining(
  unit: ConvUnit,
  x: tf.Tensor4D,
  residual: tf.Tensor4D | undefined,
  onStatistics: (statistics: BatchStatistics) => void,
  onGates: OnGates,
): tf.Tensor4D {
  const { attributes, filter, gamma, beta, excitation } = unit;
  if (!hasKernel(CONV_UNIT_TRAINING)) {
    const z = tf.conv2d(x, filter, attributes.strides, attributes.pad);
    const after = { residual, relu: attributes.relu };
    // Nothing lies between batch norm and what follows, unless there is an excitation.
    const { composeExcitation } = unit;
    const finish = composeExcitation ? undefined : after;
    const normalised = batchNormTraining(z, gamma, beta, attributes.epsilon, onStatistics, finish);
    return composeExcitation ? excited(composeExcitation(normalised, after), onGates) : normalised;
  }
  const inputs = {
    filter,
    gamma,
    beta,
    ...(excitation && presentWeights(excitation)),
    ...(residual && { residual }),
  };
  const names = Object.keys(inputs);
  const compute = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const tensors = args.slice(0, -1) as tf.Tensor[];
    const images = attributes.inputGradient ? tensors[0]! : x;
    const own = attributes.inputGradient ? tensors.slice(1) : tensors;
    const named = Object.fromEntries(names.map((name, index) => [name, own[index]!]));
    const outputs = runKernel(CONV_UNIT_TRAINING, { ...named, x: images }, attributes);
    const [y, z, mean, variance, imageMeans, hidden, gates] = outputs;
    onStatistics({ mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D });
    if (gates) onGates?.(gates as tf.Tensor2D);
    const { residual: added, ...weights } = named;
    const kept: tf.NamedTensorMap = { ...weights, x: images, z: z!, mean: mean!, variance: variance! };
    kept['imageMeans'] = imageMeans!;
    if (added && attributes.relu) kept['y'] = y!;
    if (hidden && gates) Object.assign(kept, { hidden, gates });
    const keptNames = Object.keys(kept);
    save(Object.values(kept));
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const read = Object.fromEntries(keptNames.map((name, index) => [name, saved[index]!]));
      const [dfilter, dgamma, dbeta, ...rest] = runKernel(CONV_UNIT_GRADIENT, { ...read, dy }, attributes);
      const dx = attributes.inputGradient ? rest.shift() : undefined;
      const dresidual = added && (attributes.relu ? rest.shift() : tf.clone(dy));
      return [dx, dfilter, dgamma, dbeta, ...rest, dresidual].filter((one) => one !== undefined);
    };
    return { value: y!, gradFunc };
  });
  const ordered = names.map((name) => (inputs as tf.NamedTensorMap)[name]!);
  return compute(...(attributes.inputGradient ? [x, ...ordered] : ordered)) as tf.Tensor4D;
}

/** The unit with given (moving) statistics; not differentiable. */
export function convUnitInference(
  unit: ConvUnit,
  x: tf.Tensor4D,
  residual: tf.Tensor4D | undefined,
  statistics: BatchStatistics,
  onGates: OnGates,
): tf.Tensor4D {
  const { attributes, filter, gamma, beta, excitation } = unit;
  if (!hasKernel(CONV_UNIT_INFERENCE)) {
    const z = tf.conv2d(x, filter, attributes.strides, attributes.pad);
    const normalised = batchNormInference(z, gamma, beta, statistics, attributes.epsilon);
    const after = { residual, relu: attributes.relu };
    const { composeExcitation } = unit;
    if (!composeExcitation) return composeFinish(normalised, after);
    return excited(composeExcitation(normalised, after), onGates);
  }
  const weights = { filter, gamma, beta, ...(excitation && presentWeights(excitation)) };
  const inputs = { x, ...weights, ...statistics, ...(residual && { residual }) };
  const [y, gates] = runKernel(CONV_UNIT_INFERENCE, inputs, attributes);
  if (gates) onGates?.(gates as tf.Tensor2D);
  return y as tf.Tensor4D;
}

function excited({ output, gates }: Excited, onGates: OnGates): tf.Tensor4D {
  onGates?.(gates);
  return output;
}

function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

function runKernel(name: string, inputs: tf.NamedTensorMap, attributes: ConvUnitAttributes): tf.Tensor[] {
  return tf.engine().runKernel(name, inputs, attributes as unknown as tf.NamedAttrMap) as tf.Tensor[];
}
