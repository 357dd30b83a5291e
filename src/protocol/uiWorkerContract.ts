/** The door between the page and a training worker. Buffers are transferred, never copied. */
import * as v from 'valibot';
import { modelSpecSchema, trainingSchema } from '../core/model/modelSpec';
import { RUN_CONTROLS } from '../core/training/runPlan';
import type { Contract } from './contract';
import type { MessageLine } from './port';
import {
  backendChoice,
  backendName,
  bytes,
  count,
  datasetName,
  excitationSummary,
  failureInfo,
  identifier,
  jobKey,
  jobMetrics,
  nothing,
  text,
} from './schemas';

const progress = v.strictObject({
  job: jobKey,
  epoch: count,
  step: count,
  stepsPerEpoch: count,
  loss: v.number(),
  imagesPerSecond: v.number(),
});

/** Where a worker's images come from. `quick` carries media/quick-cifar.bin; `full` the six official binary files in order. */
export const dataSource = v.variant('kind', [
  v.strictObject({ kind: v.literal('quick'), file: bytes }),
  v.strictObject({ kind: v.literal('full'), train: v.pipe(v.array(bytes), v.length(5)), test: bytes }),
  v.strictObject({ kind: v.literal('synthetic'), seed: count }),
]);
export type DataSource = v.InferOutput<typeof dataSource>;

const messageLine = v.custom<MessageLine>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'postMessage' in value &&
    typeof value.postMessage === 'function',
  'is no message port',
);

/** A worker's place among those that train one job together, and its lines to the others in the order of their ranks. Rank 0 leads. */
export const jobGroup = v.pipe(
  v.strictObject({ rank: count, ports: v.pipe(v.array(messageLine), v.maxLength(63)) }),
  v.check(({ rank, ports }) => rank <= ports.length, 'the rank is outside the group'),
);
export type JobGroup = v.InferOutput<typeof jobGroup>;

export const jobOrder = v.strictObject({
  runId: identifier,
  job: jobKey,
  spec: modelSpecSchema,
  /** The recipe is taken from here, not from `spec`, so that both arms of a pair share it. */
  recipe: trainingSchema,
  epochs: count,
  /** Finished epochs in the checkpoint; 0 starts anew. */
  fromEpoch: count,
  checkpoint: v.exactOptional(bytes),
  /**
   * Without it the worker trains alone. With it, every worker of the group gets the same order but for this; each trains on its part of every
   * batch, only the leader obeys `control` and announces progress, epochs and checkpoints, and each announces its own end.
   */
  group: v.exactOptional(jobGroup),
});
export type JobOrder = v.InferOutput<typeof jobOrder>;

/** What the worker serves and announces. */
export const workerContract = {
  requests: {
    /** Chooses and starts a backend. `wasm` is the content of tfjs-backend-wasm-simd.wasm. */
    initialize: {
      params: v.strictObject({ backend: backendChoice, wasm: bytes }),
      result: v.strictObject({ backend: backendName, device: text, reason: text }),
    },
    /** Measures a few real steps of the model: the median, after a few that warm up. */
    estimate: {
      params: v.strictObject({ spec: modelSpecSchema, batch: count }),
      result: v.strictObject({ stepMs: v.number(), evaluationMsPerImage: v.number() }),
    },
    /** Decodes the images. Kept until the next call with another source. */
    loadData: {
      params: v.strictObject({ dataset: datasetName, source: dataSource }),
      result: v.strictObject({ train: count, test: count }),
    },
    /** Answers when the first step is about to run; everything after that is events. One job at a time. */
    startJob: { params: jobOrder, result: nothing },
    /** Takes effect between two steps. */
    control: { params: v.strictObject({ action: v.picklist(RUN_CONTROLS) }), result: nothing },
  },
  events: {
    progress,
    epoch: v.strictObject({
      metrics: jobMetrics,
      excitation: v.nullable(excitationSummary),
    }),
    checkpoint: v.strictObject({ job: jobKey, epoch: count, data: bytes }),
    paused: v.strictObject({ job: jobKey }),
    /** `completed` is false when the job was stopped. */
    finished: v.strictObject({ job: jobKey, completed: v.boolean() }),
    failed: v.strictObject({ job: jobKey, failure: failureInfo }),
  },
} as const satisfies Contract;
export type WorkerContract = typeof workerContract;

/** The page serves the worker nothing. */
export const pageForWorkerContract = { requests: {}, events: {} } as const satisfies Contract;
