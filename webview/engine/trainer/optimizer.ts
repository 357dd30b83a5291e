import type * as tf from '@tensorflow/tfjs-core';
import type { TrainingSpec } from '../../../src/core/model/modelSpec';

/** A tensor the optimizer carries from step to step; part of a checkpoint. */
export interface OptimizerSlot {
  /** `<parameter name>/<slot>`, e.g. `conv1.weight/velocity`. */
  name: string;
  variable: tf.Variable;
}

/** Changes the trainable parameters by their gradients. Weight decay applies to the parameters whose info says `decay`. */
export interface Optimizer {
  readonly slots: readonly OptimizerSlot[];
  /**
   * One update, in place.
   *
   * @param gradients by variable name, as `tf.variableGrads` gives them; the caller disposes them
   * @param step steps of the whole job done before this one
   */
  update(gradients: tf.NamedTensorMap, learningRate: number, step: number): void;
  dispose(): void;
}

/** Settings of both optimizers. */
export type OptimizerRecipe = Pick<TrainingSpec, 'optimizer' | 'momentum' | 'weightDecay'>;
