import type * as tf from '@tensorflow/tfjs-core';
import { sgdUpdate } from '../kernels/sgdUpdate';
import type { NetworkParameter } from '../network/buildNetwork';
import type { Optimizer, OptimizerSlot } from './optimizer';
import { zeroSlots } from './parameterSlots';

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
    this.parameters.forEach(({ info, variable }, index) => {
      const gradient = gradients[variable.name];
      if (!gradient) throw new RangeError(`${info.name} has no gradient`);
      const weightDecay = info.decay ? this.weightDecay : 0;
      const attributes = { learningRate, momentum: this.momentum, weightDecay };
      sgdUpdate(variable, this.slots[index]!.variable, gradient, attributes);
    });
  }

  dispose(): void {
    for (const { variable } of this.slots) variable.dispose();
  }
}
