import type { TrainingSpec } from '../model/modelSpec';

export type LearningRateRecipe = Pick<
  TrainingSpec,
  'learningRate' | 'schedule' | 'stepEpochs' | 'warmupEpochs'
>;

/**
 * Learning rate of one training step.
 *
 * Warm-up: step t (from 0) of the first w = warmupEpochs * stepsPerEpoch steps gets (t + 1) / w of the rate, so it rises from zero
 * without wasting the first step on it. Then: constant; step (divided by 10 every `stepEpochs` finished epochs, counted
 * from the start of training); or cosine from the peak after warm-up to zero at the end of the last epoch.
 *
 * @param step steps done so far in the whole job, from 0
 * @param epochs length of the whole job; the plan's, which may differ from the definition's
 */
export function learningRateAt(
  recipe: LearningRateRecipe,
  step: number,
  stepsPerEpoch: number,
  epochs: number,
): number {
  const warmupSteps = recipe.warmupEpochs * stepsPerEpoch;
  const ramp = step < warmupSteps ? Math.min(1, (step + 1) / warmupSteps) : 1;
  return recipe.learningRate * ramp * decay(recipe, step, warmupSteps, stepsPerEpoch, epochs);
}

function decay(
  recipe: LearningRateRecipe,
  step: number,
  warmupSteps: number,
  stepsPerEpoch: number,
  epochs: number,
): number {
  switch (recipe.schedule) {
    case 'constant':
      return 1;
    case 'step':
      return 0.1 ** Math.floor(step / (stepsPerEpoch * recipe.stepEpochs));
    case 'cosine': {
      if (step <= warmupSteps) return 1;
      const position = (step - warmupSteps) / (epochs * stepsPerEpoch - warmupSteps);
      return 0.5 * (1 + Math.cos(Math.PI * Math.min(1, position)));
    }
  }
}
