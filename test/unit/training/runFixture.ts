import * as v from 'valibot';
import { modelSpecSchema, type ModelSpec } from '../../../src/core/model/modelSpec';
import type { EpochMetrics, RunEvent, RunEventBody } from '../../../src/core/training/runEvents';
import { planRun, type PlanOverrides } from '../../../src/core/training/runPlanner';
import { initialRunState, reduceRun } from '../../../src/core/training/reduceRun';
import type { ArmId, RunPlan } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';

type Definition = v.InferInput<typeof modelSpecSchema>;

export const RUN_ID = 'run-1';
export const CREATED_AT_MS = Date.UTC(2024, 4, 6, 7, 8, 9);

export function specFrom(training: Definition['training'] = {}, rest: Partial<Definition> = {}): ModelSpec {
  return v.parse(modelSpecSchema, { version: 1, name: 'Fixture', backbone: { depth: 8 }, training, ...rest });
}

export function planOf(overrides: PlanOverrides = {}, spec: ModelSpec = specFrom()): RunPlan {
  return planRun({ runId: RUN_ID, createdAtMs: CREATED_AT_MS, spec, overrides });
}

export function metricsOf(
  arm: ArmId,
  seed: number,
  epoch: number,
  rest: Partial<EpochMetrics> = {},
): EpochMetrics {
  return {
    arm,
    seed,
    epoch,
    trainLoss: 2 / epoch,
    trainAccuracy: 0.3,
    validationLoss: 2.1 / epoch,
    validationAccuracy: 0.25,
    imagesPerSecond: 500,
    stepMs: 128,
    epochMs: 10_000,
    learningRate: 0.1,
    remainingMs: 0,
    ...rest,
  };
}

/** Numbers the bodies from `firstSeq`, a second apart. */
export function eventsOf(bodies: readonly RunEventBody[], firstSeq = 1): RunEvent[] {
  return bodies.map((body, index) => ({
    ...body,
    runId: RUN_ID,
    seq: firstSeq + index,
    atMs: CREATED_AT_MS + 1000 * (firstSeq + index),
  }));
}

/** The state of a planned run after the bodies. */
export function stateAfter(plan: RunPlan, bodies: readonly RunEventBody[]): RunState {
  return eventsOf(bodies).reduce(reduceRun, initialRunState(plan, CREATED_AT_MS));
}

/** A run of which every job ends with the accuracies given, seed by seed. */
export function finishedRun(plan: RunPlan, accuracies: Record<ArmId, readonly number[]>): RunState {
  const bodies: RunEventBody[] = [
    { kind: 'status', status: 'starting' },
    { kind: 'status', status: 'running' },
  ];
  plan.seeds.forEach((seed, index) => {
    for (const arm of plan.arms) {
      const job = { arm: arm.id, seed };
      for (let epoch = 1; epoch <= plan.epochs; epoch++) {
        const validationAccuracy = epoch === plan.epochs ? accuracies[arm.id][index]! : 0.1;
        bodies.push({ kind: 'epoch', metrics: metricsOf(arm.id, seed, epoch, { validationAccuracy }) });
      }
      bodies.push({ kind: 'jobFinished', job });
    }
  });
  bodies.push({ kind: 'status', status: 'completed' });
  return stateAfter(plan, bodies);
}
