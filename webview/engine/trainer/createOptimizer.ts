import type { NetworkParameter } from '../network/buildNetwork';
import { Adam } from './adam';
import type { Optimizer, OptimizerRecipe } from './optimizer';
import { SgdMomentum } from './sgdMomentum';

/** The recipe's optimizer for the trainable ones among `parameters`. */
export function createOptimizer(recipe: OptimizerRecipe, parameters: readonly NetworkParameter[]): Optimizer {
  const trainable = parameters.filter(({ info }) => info.trainable);
  switch (recipe.optimizer) {
    case 'sgd':
      return new SgdMomentum(trainable, recipe.momentum, recipe.weightDecay);
    case 'adam':
      return new Adam(trainable, recipe.momentum, recipe.weightDecay);
  }
}
