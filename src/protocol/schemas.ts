/**
 * Guards for core's types, used at both doors and on files. `Guard<T>` makes the compiler hold them to the types, and lets core's readonly values
 * be sent as they are.
 */
import * as v from 'valibot';
import type { ExcitationSummary } from '../core/excitation/excitationSummary';
import { TRACE_LIMITS } from '../core/excitation/trace';
import { DATASETS, modelSpecSchema } from '../core/model/modelSpec';
import {
  RUN_STATUSES,
  type BackendReport,
  type EpochMetrics,
  type FailureInfo,
  type RunEvent,
  type RunFact,
} from '../core/training/runEvents';
import {
  ARM_IDS,
  BACKEND_CHOICES,
  BACKEND_NAMES,
  TRAINED_WITH,
  type JobKey,
  type RunPlan,
} from '../core/training/runPlan';
import type { JobState, RunState } from '../core/training/runState';
import type { Guard } from './contract';

const MAX_TEXT = 10_000;
export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
export const nothing = v.strictObject({});
export const bytes = v.instance(Uint8Array);
/** Ids become file names: letters, digits and dashes only. */
export const identifier = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/));

export const datasetName = v.picklist(DATASETS);
export const backendChoice = v.picklist(BACKEND_CHOICES);
export const backendName = v.picklist(BACKEND_NAMES);
export const jobKey = v.strictObject({ arm: v.picklist(ARM_IDS), seed: count }) satisfies Guard<JobKey>;
const seeds = v.pipe(v.array(count), v.minLength(1), v.maxLength(32));

export const runPlan: Guard<RunPlan> = v.strictObject({
  runId: identifier,
  name: text,
  createdAtMs: v.number(),
  arms: v.pipe(
    v.array(v.strictObject({ id: v.picklist(ARM_IDS), label: text, spec: modelSpecSchema })),
    v.minLength(1),
    v.maxLength(2),
  ),
  seeds,
  epochs: v.pipe(count, v.minValue(1)),
  dataset: datasetName,
  backend: backendChoice,
});

export const epochMetrics = v.strictObject({
  arm: v.picklist(ARM_IDS),
  seed: count,
  epoch: v.pipe(count, v.minValue(1)),
  trainLoss: v.number(),
  trainAccuracy: fraction,
  validationLoss: v.number(),
  validationAccuracy: fraction,
  imagesPerSecond: v.number(),
  stepMs: v.number(),
  epochMs: v.number(),
  learningRate: v.number(),
  remainingMs: v.number(),
}) satisfies Guard<EpochMetrics>;
/** What one job knows of its epoch. */
export const jobMetrics = v.omit(epochMetrics, ['remainingMs']);

const numbers = v.array(v.number());
export const excitationSummary: Guard<ExcitationSummary> = v.strictObject({
  classes: count,
  imagesPerClass: v.array(count),
  images: v.exactOptional(
    v.pipe(v.array(v.strictObject({ index: count, label: count })), v.maxLength(TRACE_LIMITS.images)),
  ),
  blocks: v.pipe(
    v.array(
      v.strictObject({
        block: text,
        channels: count,
        mean: numbers,
        deviation: numbers,
        saturatedLow: fraction,
        saturatedHigh: fraction,
        imageGates: v.exactOptional(numbers),
      }),
    ),
    v.maxLength(TRACE_LIMITS.blocks),
  ),
});

export const failureInfo = v.strictObject({ code: text, message: text }) satisfies Guard<FailureInfo>;
export const backendReport = v.strictObject({
  backend: v.picklist(TRAINED_WITH),
  device: text,
  reason: text,
  workers: count,
}) satisfies Guard<BackendReport>;

const status = v.picklist(RUN_STATUSES);
const progressFields = {
  epoch: count,
  step: count,
  stepsPerEpoch: count,
  loss: v.number(),
  imagesPerSecond: v.number(),
};

const bodies = {
  planned: { kind: v.literal('planned'), plan: runPlan },
  status: { kind: v.literal('status'), status, failure: v.exactOptional(failureInfo) },
  backend: { kind: v.literal('backend'), report: backendReport },
  jobStarted: { kind: v.literal('jobStarted'), job: jobKey, fromEpoch: count },
  progress: { kind: v.literal('progress'), job: jobKey, ...progressFields },
  epoch: { kind: v.literal('epoch'), metrics: epochMetrics },
  excitation: { kind: v.literal('excitation'), job: jobKey, epoch: count, summary: excitationSummary },
  checkpoint: { kind: v.literal('checkpoint'), job: jobKey, epoch: count, bytes: count },
  jobFinished: { kind: v.literal('jobFinished'), job: jobKey },
} as const;

/** An event as the page reports it; the host adds runId, seq, time and the time left. */
export const runFact: Guard<RunFact> = v.variant('kind', [
  v.strictObject(bodies.planned),
  v.strictObject(bodies.status),
  v.strictObject(bodies.backend),
  v.strictObject(bodies.jobStarted),
  v.strictObject(bodies.progress),
  v.strictObject({ ...bodies.epoch, metrics: jobMetrics }),
  v.strictObject(bodies.excitation),
  v.strictObject(bodies.checkpoint),
  v.strictObject(bodies.jobFinished),
]);

const stamp = { runId: identifier, seq: count, atMs: v.number() };
export const runEvent: Guard<RunEvent> = v.variant('kind', [
  v.strictObject({ ...bodies.planned, ...stamp }),
  v.strictObject({ ...bodies.status, ...stamp }),
  v.strictObject({ ...bodies.backend, ...stamp }),
  v.strictObject({ ...bodies.jobStarted, ...stamp }),
  v.strictObject({ ...bodies.progress, ...stamp }),
  v.strictObject({ ...bodies.epoch, ...stamp }),
  v.strictObject({ ...bodies.excitation, ...stamp }),
  v.strictObject({ ...bodies.checkpoint, ...stamp }),
  v.strictObject({ ...bodies.jobFinished, ...stamp }),
]);

const jobState = v.strictObject({
  series: v.array(epochMetrics),
  progress: v.exactOptional(v.strictObject(progressFields)),
  excitation: v.array(v.strictObject({ epoch: count, summary: excitationSummary })),
  checkpointEpoch: count,
  finished: v.boolean(),
}) satisfies Guard<JobState>;

export const runState: Guard<RunState> = v.strictObject({
  plan: runPlan,
  status,
  failure: v.exactOptional(failureInfo),
  backend: v.exactOptional(backendReport),
  jobs: v.record(identifier, jobState),
  seq: count,
  startedAtMs: v.number(),
  endedAtMs: v.exactOptional(v.number()),
});
