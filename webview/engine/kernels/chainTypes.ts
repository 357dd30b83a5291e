import type * as tf from '@tensorflow/tfjs-core';
import type { Gate } from '../../../src/core/model/modelSpec';
import type { Finish } from './batchNorm';
import type { ExcitationWeights } from './squeezeExcite';

export interface Excited {
  output: tf.Tensor4D;
  gates: tf.Tensor2D;
}

/** Holds gates at given values: keep * gate + value, with a 0 in `keep` [C] where `value` [C] counts. Inference only: it has no gradient. */
export interface GateClamp {
  keep: tf.Tensor1D;
  value: tf.Tensor1D;
}

export interface ChainLink {
  strides: number;
  pad: 'same' | 'valid';
  epsilon: number;
}

/** What is added behind the chain: nothing, x itself, the shortcut's normalised convolution of x, or a tensor of its own. */
export type ChainResidual = 'none' | 'input' | 'shortcut' | 'tensor';

export interface ChainAttributes {
  links: readonly ChainLink[];
  shortcut?: ChainLink;
  residual: ChainResidual;
  /** After everything; between the links there always is one. */
  relu: boolean;
  /** False where x is the network's input, whose gradient nobody needs. */
  inputGradient: boolean;
  /** With excitation. */
  gate?: Gate;
}

export interface LinkWeights {
  filter: tf.Tensor4D;
  gamma: tf.Tensor1D;
  beta: tf.Tensor1D;
}

export interface ConvChain {
  attributes: ChainAttributes;
  links: readonly LinkWeights[];
  shortcut: LinkWeights | undefined;
  excitation: ExcitationWeights | undefined;
  /** Excitation and what follows it, for backends without the chain's kernels: [N, H', W', C] -> the finished images and the gates [N, C]. */
  composeExcitation: ((x: tf.Tensor4D, after: Finish, clamp?: GateClamp) => Excited) | undefined;
}

export type OnGates = ((gates: tf.Tensor2D) => void) | undefined;

/** How the gates of an inference are watched and held. */
export interface GateHooks {
  /** Gets the gates [N, C] that are applied, valid during the call only. */
  onGates: OnGates;
  clamp?: GateClamp | undefined;
}
