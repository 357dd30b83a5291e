/**
 * What residual networks are made of: a chain of convolutions, each with batch normalisation (arXiv 1502.03167) and all but the last with ReLU; behind
 * the last one, where the chain has them, squeeze-and-excitation (arXiv 1709.01507, average squeeze), residual addition and ReLU. A whole residual
 * block is one chain, its shortcut included; the stem is a chain of one.
 *
 * Backends with kernels for the whole chain (WASM) run these; others compose it.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BatchStatistics } from './batchNorm';
import type { ChainAttributes, ConvChain, GateHooks, OnGates } from './chainTypes';
import { composeInference, composeTraining } from './composeChain';
import { hasKernel } from './hasKernel';
import { presentWeights } from './squeezeExcite';

/**
 * inputs: x [N, H, W, I]; for link i of the chain filter<i> [kh, kw, I, C], gamma<i> [C], beta<i> [C], and the same with S for the shortcut's;
 * residual? [N, H', W', C]; w1? [C, hidden], b1? [hidden], w2? [hidden, C], b2? [C]. attributes: ChainAttributes.
 * outputs: y [N, H', W', C]; for each link, the shortcut's last: z, its convolution's output, mean [C], variance [C] (biased); with excitation
 * the means [N, C] of each image's last z less `mean`, hidden [N, hidden], gates [N, C].
 */
export const CONV_CHAIN_TRAINING = 'SeConvChainTraining';

/**
 * inputs: those of CONV_CHAIN_TRAINING, mean<i>, variance<i> [C], and to hold gates (GateClamp) keep [C] and value [C]. outputs: y, and with
 * excitation the gates [N, C] that were applied.
 */
export const CONV_CHAIN_INFERENCE = 'SeConvChainInference';

/**
 * inputs: those of CONV_CHAIN_TRAINING, its outputs by the names y, z<i>, mean<i>, variance<i>, imageMeans, hidden, gates, and dy [N, H', W', C].
 * y is read only where there are ReLU and a residual.
 * outputs: for each link, the shortcut's last: dfilter, dgamma, dbeta; dx if `inputGradient`; with ReLU and a residual tensor the latter's
 * gradient (without ReLU it is dy); with excitation the gradients of the weights that exist, in the order w1, b1, w2, b2.
 */
export const CONV_CHAIN_GRADIENT = 'SeConvChainGradient';

/** The keys of a chain's links among the inputs' names. */
export function linkKeys({ links, shortcut }: Pick<ChainAttributes, 'links' | 'shortcut'>): string[] {
  return [...links.map((_, index) => String(index)), ...(shortcut ? ['S'] : [])];
}

/**
 * The chain with the batch's statistics; differentiable.
 *
 * @param x [N, H, W, I]
 * @param residual [N, H', W', C], present if the attributes say `tensor`
 * @param onStatistics gets each link's statistics, in the order of `linkKeys`, valid during the call only
 * @param onGates gets the gates [N, C], valid during the call only
 */
export function convChainTraining(
  chain: ConvChain,
  x: tf.Tensor4D,
  residual: tf.Tensor4D | undefined,
  onStatistics: (link: number, statistics: BatchStatistics) => void,
  onGates: OnGates,
): tf.Tensor4D {
  const { attributes } = chain;
  if (!hasKernel(CONV_CHAIN_TRAINING)) return composeTraining(chain, x, residual, onStatistics, onGates);
  const inputs = { ...weightsByName(chain), ...(residual && { residual }) };
  const names = Object.keys(inputs);
  const compute = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const tensors = args.slice(0, -1) as tf.Tensor[];
    const images = attributes.inputGradient ? tensors[0]! : x;
    const own = attributes.inputGradient ? tensors.slice(1) : tensors;
    const named = Object.fromEntries(names.map((name, index) => [name, own[index]!]));
    const [y, ...outputs] = runKernel(CONV_CHAIN_TRAINING, { ...named, x: images }, attributes);
    const kept: tf.NamedTensorMap = { ...named, x: images };
    linkKeys(attributes).forEach((key, link) => {
      const [z, mean, variance] = outputs.slice(3 * link) as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
      onStatistics(link, { mean, variance });
      Object.assign(kept, { [`z${key}`]: z, [`mean${key}`]: mean, [`variance${key}`]: variance });
    });
    if (attributes.gate) {
      const [imageMeans, hidden, gates] = outputs.slice(-3) as [tf.Tensor, tf.Tensor, tf.Tensor2D];
      onGates?.(gates);
      Object.assign(kept, { imageMeans, hidden, gates });
    }
    delete kept['residual'];
    if (attributes.relu && attributes.residual !== 'none') kept['y'] = y!;
    const keptNames = Object.keys(kept);
    save(Object.values(kept));
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const read = Object.fromEntries(keptNames.map((name, index) => [name, saved[index]!]));
      const outputs = runKernel(CONV_CHAIN_GRADIENT, { ...read, dy }, attributes);
      return orderGradients(outputs, chain, dy);
    };
    return { value: y!, gradFunc };
  });
  const ordered = Object.values(inputs);
  return compute(...(attributes.inputGradient ? [x, ...ordered] : ordered)) as tf.Tensor4D;
}

/** The chain with given (moving) statistics, in the order of `linkKeys`; not differentiable. */
export function convChainInference(
  chain: ConvChain,
  x: tf.Tensor4D,
  residual: tf.Tensor4D | undefined,
  statistics: readonly BatchStatistics[],
  hooks: GateHooks,
): tf.Tensor4D {
  const { attributes } = chain;
  if (!hasKernel(CONV_CHAIN_INFERENCE)) return composeInference(chain, x, residual, statistics, hooks);
  const given = linkKeys(attributes).flatMap((key, link) => [
    [`mean${key}`, statistics[link]!.mean],
    [`variance${key}`, statistics[link]!.variance],
  ]) as [string, tf.Tensor][];
  const inputs = {
    x,
    ...weightsByName(chain),
    ...Object.fromEntries(given),
    ...(residual && { residual }),
    ...hooks.clamp,
  };
  const [y, gates] = runKernel(CONV_CHAIN_INFERENCE, inputs, attributes);
  if (gates) hooks.onGates?.(gates as tf.Tensor2D);
  return y as tf.Tensor4D;
}

/** The kernel's gradients in the order of the op's inputs: x, the links' weights, the excitation's, the residual. */
function orderGradients(
  outputs: readonly tf.Tensor[],
  { attributes }: ConvChain,
  dy: tf.Tensor,
): tf.Tensor[] {
  const weights = 3 * linkKeys(attributes).length;
  const rest = outputs.slice(weights);
  const dx = attributes.inputGradient ? [rest.shift()!] : [];
  const residual = [];
  if (attributes.residual === 'tensor') residual.push(attributes.relu ? rest.shift()! : tf.clone(dy));
  return [...dx, ...outputs.slice(0, weights), ...rest, ...residual];
}

function weightsByName({ attributes, links, shortcut, excitation }: ConvChain): tf.NamedTensorMap {
  const all = [...links, ...(shortcut ? [shortcut] : [])];
  const entries = linkKeys(attributes).flatMap((key, index) =>
    Object.entries(all[index]!).map(([name, tensor]) => [`${name}${key}`, tensor] as [string, tf.Tensor]),
  );
  return { ...Object.fromEntries(entries), ...(excitation && presentWeights(excitation)) };
}

function runKernel(name: string, inputs: tf.NamedTensorMap, attributes: ChainAttributes): tf.Tensor[] {
  return tf.engine().runKernel(name, inputs, attributes as unknown as tf.NamedAttrMap) as tf.Tensor[];
}
