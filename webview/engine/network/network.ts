import type * as tf from '@tensorflow/tfjs-core';
import type { BlockId, Graph, NodeId, ParamInfo } from '../../../src/core/model/graph';
import type { GateClamp } from '../kernels/chainTypes';
import type { Step } from './planSteps';

export interface NetworkParameter {
  readonly info: ParamInfo;
  readonly variable: tf.Variable;
}

export interface ForwardOptions {
  /** True: batch norm uses the batch's statistics and updates the moving ones. False: it uses the moving ones; no gradient then. */
  training: boolean;
  /** Called with the gates [N, C] of each squeeze-excite block; valid inside the call's tidy, not to be disposed. */
  onGates?: (block: BlockId, gates: tf.Tensor2D) => void;
  /** What holds gates of a block; asked of each in inference. */
  clampOf?: (block: BlockId) => GateClamp | undefined;
}

/** A forward pass halfway: what the steps from number `step` on still read of what the ones before made. */
export interface Midway {
  readonly step: number;
  readonly values: ReadonlyMap<NodeId, tf.Tensor>;
}

export interface Network {
  readonly graph: Graph;
  /** All parameters in graph order, moving statistics included. */
  readonly parameters: readonly NetworkParameter[];
  /** Normalised images [N, H, W, C] float32 -> logits [N, classes]. The caller tidies. */
  forward(images: tf.Tensor4D, options: ForwardOptions): tf.Tensor2D;
  dispose(): void;
}

/** A network whose forward pass can be stopped and taken up again. */
export interface SteppedNetwork extends Network {
  /** What is computed at once, in order. */
  readonly steps: readonly Step[];
  /** The start of a forward pass of normalised images [N, H, W, C] float32. */
  begin(images: tf.Tensor4D): Midway;
  /** Goes on to before step `to`, all through if that is their number; the tensors of `from` are left alone. The caller tidies. */
  advance(from: Midway, to: number, options: ForwardOptions): Midway;
}
