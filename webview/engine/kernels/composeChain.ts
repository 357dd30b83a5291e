import * as tf from '@tensorflow/tfjs-core';
import {
  batchNormInference,
  batchNormTraining,
  composeFinish,
  type BatchStatistics,
  type Finish,
} from './batchNorm';
import type { ChainLink, ConvChain, GateHooks, LinkWeights, OnGates } from './chainTypes';

/** Normalises link number `link`'s images z and finishes them. */
type Normalise = (
  link: number,
  z: tf.Tensor4D,
  weights: LinkWeights,
  settings: ChainLink,
  finish: Finish,
) => tf.Tensor4D;

/** A chain of kernels that every backend has; see convChainTraining. */
export function composeTraining(
  chain: ConvChain,
  x: tf.Tensor4D,
  residual: tf.Tensor4D | undefined,
  onStatistics: (link: number, statistics: BatchStatistics) => void,
  onGates: OnGates,
): tf.Tensor4D {
  return compose(chain, x, residual, { onGates }, (link, z, { gamma, beta }, { epsilon }, finish) =>
    batchNormTraining(z, gamma, beta, epsilon, (statistics) => onStatistics(link, statistics), finish),
  );
}

/** See convChainInference. */
export function composeInference(
  chain: ConvChain,
  x: tf.Tensor4D,
  residual: tf.Tensor4D | undefined,
  statistics: readonly BatchStatistics[],
  gates: GateHooks,
): tf.Tensor4D {
  return compose(chain, x, residual, gates, (link, z, { gamma, beta }, { epsilon }, finish) =>
    composeFinish(batchNormInference(z, gamma, beta, statistics[link]!, epsilon), finish),
  );
}

function compose(
  { attributes, links, shortcut, composeExcitation }: ConvChain,
  x: tf.Tensor4D,
  residual: tf.Tensor4D | undefined,
  { onGates, clamp }: GateHooks,
  normalise: Normalise,
): tf.Tensor4D {
  const plain: Finish = { relu: false };
  let added = attributes.residual === 'input' ? x : residual;
  if (shortcut && attributes.shortcut) {
    const z = tf.conv2d(x, shortcut.filter, attributes.shortcut.strides, attributes.shortcut.pad);
    added = normalise(links.length, z, shortcut, attributes.shortcut, plain);
  }
  const after: Finish = { residual: added, relu: attributes.relu };
  // Nothing lies between the last batch norm and what follows, unless there is an excitation.
  const last = composeExcitation ? plain : after;
  const value = links.reduce((images, weights, link) => {
    const settings = attributes.links[link]!;
    const z = tf.conv2d(images, weights.filter, settings.strides, settings.pad);
    return normalise(link, z, weights, settings, link === links.length - 1 ? last : { relu: true });
  }, x);
  if (!composeExcitation) return value;
  const { output, gates } = composeExcitation(value, after, clamp);
  onGates?.(gates);
  return output;
}
