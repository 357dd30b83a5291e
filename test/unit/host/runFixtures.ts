/** A small plan and the facts of training it, as a page would report them. */
import * as v from 'valibot';
import { modelSpecSchema, type ModelSpec } from '../../../src/core/model/modelSpec';
import type { EpochMetrics, RunFact } from '../../../src/core/training/runEvents';
import type { JobKey, RunPlan } from '../../../src/core/training/runPlan';

export function exampleSpec(name = 'Example'): ModelSpec {
  return v.parse(modelSpecSchema, {
    version: 1,
    name,
    backbone: { depth: 8 },
    training: { dataset: 'synthetic' },
  });
}

export function examplePlan(runId: string, epochs = 2): RunPlan {
  const spec = exampleSpec();
  return {
    runId,
    name: 'Example',
    createdAtMs: 1_700_000_000_000,
    arms: [
      { id: 'a', label: 'without SE', spec: { ...spec, se: 'none' } },
      { id: 'b', label: 'with SE', spec },
    ],
    seeds: [1],
    epochs,
    dataset: 'synthetic',
    backend: 'wasm',
  };
}

export const armA: JobKey = { arm: 'a', seed: 1 };
export const armB: JobKey = { arm: 'b', seed: 1 };

export function metrics(
  job: JobKey,
  epoch: number,
  validationAccuracy = 0.5,
): Omit<EpochMetrics, 'remainingMs'> {
  return {
    ...job,
    epoch,
    trainLoss: 1.5,
    trainAccuracy: 0.4,
    validationLoss: 1.4,
    validationAccuracy,
    imagesPerSecond: 900,
    stepMs: 70,
    epochMs: 6000,
    learningRate: 0.1,
  };
}

export const status = (value: 'starting' | 'running' | 'paused' | 'stopping' | 'stopped' | 'completed') =>
  ({ kind: 'status', status: value }) as const;

/** Both jobs from `jobStarted` to the end of epoch `epochs`. */
export function trained(epochs: number): RunFact[] {
  return [armA, armB].flatMap((job): RunFact[] => [
    { kind: 'jobStarted', job, fromEpoch: 0 },
    ...Array.from({ length: epochs }, (_, index) => index + 1).flatMap((epoch): RunFact[] => [
      { kind: 'progress', job, epoch, step: 3, stepsPerEpoch: 31, loss: 1.9, imagesPerSecond: 800 },
      { kind: 'epoch', metrics: metrics(job, epoch) },
    ]),
  ]);
}
