import { PlaygroundError } from '../errors';
import { DATASET_FACTS } from '../model/datasetFacts';
import { withoutSe, withSe, type DatasetName, type ModelSpec, type TrainingSpec } from '../model/modelSpec';
import { trainingObstacles } from '../model/trainingObstacle';
import type { Arm, BackendChoice, RunPlan } from './runPlan';

export const WITHOUT_SE = 'without SE';
export const WITH_SE = 'with SE';

/** What the user changes for one run without touching the definition. */
export interface PlanOverrides {
  epochs?: number;
  seeds?: readonly number[];
  dataset?: DatasetName;
  backend?: BackendChoice;
}

export interface PlanRequest {
  runId: string;
  createdAtMs: number;
  spec: ModelSpec;
  /** Second definition; absent compares `spec` without and with SE. */
  compareWith?: ModelSpec;
  overrides?: PlanOverrides;
}

/**
 * Plans a run. Arm `a` is the control ("without SE", or the first definition), `b` the treatment ("with SE", or the second
 * definition). Both arms carry the recipe of `spec.training` with the overrides, so nothing but the model differs.
 *
 * @throws PlaygroundError `spec/incomparable` if the two definitions take different images or classes, `spec/untrainable` if one cannot be
 * trained here
 */
export function planRun(request: PlanRequest): RunPlan {
  const plan = previewRun(request);
  for (const { spec } of plan.arms) {
    const obstacle = whyUntrainable(spec);
    if (obstacle !== undefined) throw new PlaygroundError('spec/untrainable', obstacle);
  }
  return plan;
}

/** Why a model cannot be trained here, for the user; undefined if it can. */
export function whyUntrainable(spec: ModelSpec): string | undefined {
  const [obstacle] = trainingObstacles(spec);
  return (
    obstacle && `${spec.name} has a cost and source code, but cannot be trained here. ${obstacle.message}`
  );
}

/**
 * The same plan, whether or not its models can be trained: to show what they cost.
 *
 * @throws PlaygroundError `spec/incomparable`
 */
export function previewRun(request: PlanRequest): RunPlan {
  const { runId, createdAtMs, spec, compareWith, overrides = {} } = request;
  const training = recipe(spec.training, overrides);
  const arms = compareWith ? definitionArms(spec, compareWith) : pairArms(spec);
  return {
    runId,
    name: compareWith ? `${spec.name} vs ${compareWith.name}` : spec.name,
    createdAtMs,
    arms: arms.map((arm) => ({ ...arm, spec: { ...arm.spec, training } })),
    seeds: training.seeds,
    epochs: training.epochs,
    dataset: training.dataset,
    backend: overrides.backend ?? 'auto',
  };
}

function pairArms(spec: ModelSpec): Arm[] {
  return [
    { id: 'a', label: WITHOUT_SE, spec: withoutSe(spec) },
    { id: 'b', label: WITH_SE, spec: withSe(spec) },
  ];
}

function definitionArms(first: ModelSpec, second: ModelSpec): Arm[] {
  const shape = ({ input, classes }: ModelSpec) =>
    `${input.height} x ${input.width} x ${input.channels} images in ${classes} classes`;
  if (shape(first) !== shape(second)) {
    throw new PlaygroundError(
      'spec/incomparable',
      `"${first.name}" takes ${shape(first)} and "${second.name}" takes ${shape(second)}. ` +
        'Give both the same input and classes to compare them.',
    );
  }
  const sameName = first.name === second.name;
  return [
    { id: 'a', label: sameName ? `${first.name} (first)` : first.name, spec: first },
    { id: 'b', label: sameName ? `${second.name} (second)` : second.name, spec: second },
  ];
}

function recipe(training: TrainingSpec, overrides: PlanOverrides): TrainingSpec {
  const dataset = overrides.dataset ?? training.dataset;
  const planned: TrainingSpec = {
    ...training,
    dataset,
    epochs: overrides.epochs ?? training.epochs,
    seeds: [...new Set(overrides.seeds ?? training.seeds)],
  };
  // A subset chosen for the full set must not ask a smaller set for images it lacks.
  if (training.subset !== undefined) {
    planned.subset = Math.min(training.subset, DATASET_FACTS[dataset].train);
  }
  return planned;
}
