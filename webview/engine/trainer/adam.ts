import * as tf from '@tensorflow/tfjs-core';
import type { NetworkParameter } from '../network/buildNetwork';
import type { Optimizer, OptimizerSlot } from './optimizer';
import { decayedGradient, zeroSlots } from './parameterSlots';

const BETA_2 = 0.999;
const EPSILON = 1e-8;

/**
 * Adam (D. Kingma, J. Ba, arXiv 1412.6980, algorithm 1). Weight decay is an L2 penalty inside the gradient, as for SGD, not AdamW's
 * decoupled one, so that `weightDecay` means the same for both.
 */
export class Adam implements Optimizer {
  readonly slots: readonly OptimizerSlot[];
  private readonly means: readonly OptimizerSlot[];
  private readonly squares: readonly OptimizerSlot[];

  constructor(
    private readonly parameters: readonly NetworkParameter[],
    private readonly beta1: number,
    private readonly weightDecay: number,
  ) {
    this.means = zeroSlots(parameters, 'mean');
    this.squares = zeroSlots(parameters, 'square');
    this.slots = [...this.means, ...this.squares];
  }

  update(gradients: tf.NamedTensorMap, learningRate: number, step: number): void {
    const meanCorrection = 1 - this.beta1 ** (step + 1);
    const squareCorrection = 1 - BETA_2 ** (step + 1);
    tf.tidy(() => {
      this.parameters.forEach((parameter, index) => {
        const mean = this.means[index]!.variable;
        const square = this.squares[index]!.variable;
        const gradient = decayedGradient(parameter, gradients, this.weightDecay);
        mean.assign(tf.add(tf.mul(mean, this.beta1), tf.mul(gradient, 1 - this.beta1)));
        square.assign(tf.add(tf.mul(square, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2)));
        const deviation = tf.add(tf.sqrt(tf.div(square, squareCorrection)), EPSILON);
        const { variable } = parameter;
        variable.assign(tf.sub(variable, tf.div(tf.mul(mean, learningRate / meanCorrection), deviation)));
      });
    });
  }

  dispose(): void {
    for (const { variable } of this.slots) variable.dispose();
  }
}
