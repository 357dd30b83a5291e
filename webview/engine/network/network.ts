import type * as tf from '@tensorflow/tfjs-core';
import type { BlockId, Graph, ParamInfo } from '../../../src/core/model/graph';

export interface NetworkParameter {
  readonly info: ParamInfo;
  readonly variable: tf.Variable;
}

export interface ForwardOptions {
  /** True: batch norm uses the batch's statistics and updates the moving ones. False: it uses the moving ones; no gradient then. */
  training: boolean;
  /** Called with the gates [N, C] of each squeeze-excite block; valid inside the call's tidy, not to be disposed. */
  onGates?: (block: BlockId, gates: tf.Tensor2D) => void;
}

export interface Network {
  readonly graph: Graph;
  /** All parameters in graph order, moving statistics included. */
  readonly parameters: readonly NetworkParameter[];
  /** Normalised images [N, H, W, C] float32 -> logits [N, classes]. The caller tidies. */
  forward(images: tf.Tensor4D, options: ForwardOptions): tf.Tensor2D;
  dispose(): void;
}
