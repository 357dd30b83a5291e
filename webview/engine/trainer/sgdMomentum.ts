import * as tf from '@tensorflow/tfjs-core';
import type { NetworkParameter } from '../network/buildNetwork';
import type { Optimizer, OptimizerSlot } from './optimizer';
import { decayedGradient, zeroSlots } from './parameterSlots';

/**
 * SGD with heavy-ball momentum (B. Polyak, 1964), in PyTorch's form: v = momentum * v + g; w = w - learningRate * v, where g includes the
 * weight decay. No dampening, no Nesterov.
 */
export class SgdMomentum implements Optimizer {
  readonly slots: readonly OptimizerSlot[];

  constructor(
    private readonly parameters: readonly NetworkParameter[],
    private readonly momentum: number,
    private readonly weightDecay: number,
  ) {
    this.slots = zeroSlots(parameters, 'velocity');
  }

  update(gradients: tf.NamedTensorMap, learningRate: number): void {
    tf.tidy(() => {
      this.parameters.forEach((parameter, index) => {
        const velocity = this.slots[index]!.variable;
        const gradient = decayedGradient(parameter, gradients, this.weightDecay);
        velocity.assign(tf.add(tf.mul(velocity, this.momentum), gradient));
        const { variable } = parameter;
        variable.assign(tf.sub(variable, tf.mul(velocity, learningRate)));
      });
    });
  }

  dispose(): void {
    for (const { variable } of this.slots) variable.dispose();
  }
}
