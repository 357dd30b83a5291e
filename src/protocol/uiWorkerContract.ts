/** The door between the page and a training worker. Buffers are transferred, never copied. */
import * as v from 'valibot';
import { CLAMP_TARGETS, type GateEdit } from '../core/excitation/gateEdit';
import { TRACE_LIMITS } from '../core/excitation/trace';
import { modelSpecSchema, trainingSchema } from '../core/model/modelSpec';
import { RUN_CONTROLS } from '../core/training/runPlan';
import type { Contract, Guard } from './contract';
import type { MessageLine } from './port';
import {
  backendChoice,
  backendName,
  bytes,
  count,
  datasetName,
  excitationSummary,
  failureInfo,
  fraction,
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

const MAX_CHANNELS = TRACE_LIMITS.channels;
const clampTarget = v.picklist(CLAMP_TARGETS);
/** Row-major. */
const floats = v.instance(Float32Array);

export const gateEdit: Guard<GateEdit> = v.strictObject({
  block: text,
  channels: v.nullable(v.pipe(v.array(count), v.maxLength(MAX_CHANNELS))),
  to: clampTarget,
});

/** At most so many images are looked at in one request. */
export const MAX_IMAGES_LOOKED_AT = 64;
/** Indices into the validation images of the open model. */
const imageIndices = (most: number) => v.pipe(v.array(count), v.maxLength(most));

/** Images to look at: some of the open model's validation images, or others as 8-bit RGB [n, 32, 32, 3]. */
export const imageChoice = v.variant('kind', [
  v.strictObject({ kind: v.literal('validation'), indices: imageIndices(MAX_IMAGES_LOOKED_AT) }),
  v.strictObject({ kind: v.literal('pixels'), pixels: bytes }),
]);
export type ImageChoice = v.InferOutput<typeof imageChoice>;

/** The model to look into, and what its validation images follow from. */
export const modelToOpen = v.strictObject({
  spec: modelSpecSchema,
  seed: count,
  /** The run's, as in a JobOrder. */
  recipe: trainingSchema,
  checkpoint: bytes,
});
export type ModelToOpen = v.InferOutput<typeof modelToOpen>;

const sweep = { block: text, to: clampTarget };

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

    /**
     * Opens a trained model to look into, in place of the one that is open. Needs the images of its data set (`loadData`). No job can train here
     * while a model is open, and none of the requests from here on is served while one trains (`engine/busy`).
     */
    openModel: {
      params: modelToOpen,
      /** `epoch`: finished ones. `validationImages`: how many; those that the trainer used, in its order. */
      result: v.strictObject({ epoch: count, validationImages: count, classes: count }),
    },
    validationImages: {
      params: v.strictObject({ indices: imageIndices(MAX_IMAGES_LOOKED_AT) }),
      /** `pixels`: 8-bit RGB [n, 32, 32, 3]. */
      result: v.strictObject({ pixels: bytes, labels: v.array(count) }),
    },
    /** Answers, gates and Grad-CAM (webview/engine/inspect/gradCam.ts) of a few images. */
    lookAt: {
      params: v.strictObject({
        images: imageChoice,
        /** The class to explain of each image; null for the one that the model predicts. */
        classes: v.pipe(v.array(v.nullable(count)), v.maxLength(MAX_IMAGES_LOOKED_AT)),
      }),
      result: v.strictObject({
        /** [n, classes] */
        probabilities: floats,
        /** In network order; gates [n, C]. */
        gates: v.array(v.strictObject({ block: text, gates: floats })),
        /** [n, height, width], from 0 up: how much each place speaks for the class explained. Comparable between images and models. */
        maps: floats,
        height: count,
        width: count,
        /** [n], the classes that the maps explain. */
        explained: v.array(count),
      }),
    },
    /** The validation images through the network with some gates clamped; no edits for the baseline. */
    knockOut: {
      params: v.strictObject({ edits: v.pipe(v.array(gateEdit), v.maxLength(TRACE_LIMITS.blocks)) }),
      /** `correct`: 1 for each validation image that is recognised, else 0, in their order. */
      result: v.strictObject({ accuracy: fraction, loss: v.number(), correct: bytes }),
    },
    /** Clamps one channel of the block after the other, alone; answers at once, the rest is `sweepProgress` and `sweepFinished`. One at a time. */
    startSweep: { params: v.strictObject(sweep), result: nothing },
    /** Ends the sweep after the batch it is at; without one nothing happens. */
    stopSweep: { params: nothing, result: nothing },
    /** Statistics of the gates over all validation images, and the gates of chosen ones; the parts of an ExcitationTrace. */
    recordTrace: {
      params: v.strictObject({ indices: imageIndices(TRACE_LIMITS.images) }),
      result: v.strictObject({
        blocks: v.array(
          v.strictObject({
            block: text,
            channels: count,
            /** [classes, C] */
            mean: floats,
            /** [classes, C] */
            deviation: floats,
            saturatedLow: fraction,
            saturatedHigh: fraction,
            /** [indices, C] */
            imageGates: floats,
          }),
        ),
        imagesPerClass: v.array(count),
        /** Classes of the chosen images. */
        labels: v.array(count),
      }),
    },
    /** Frees the open model, if there is one; a sweep of it ends. */
    closeModel: { params: nothing, result: nothing },
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
    /** With this channel of the block clamped alone. */
    sweepProgress: v.strictObject({ ...sweep, channel: count, accuracy: fraction, loss: v.number() }),
    /** `completed` is false when the sweep was stopped or failed. */
    sweepFinished: v.strictObject({
      ...sweep,
      completed: v.boolean(),
      failure: v.exactOptional(failureInfo),
    }),
  },
} as const satisfies Contract;
export type WorkerContract = typeof workerContract;

/** The page serves the worker nothing. */
export const pageForWorkerContract = { requests: {}, events: {} } as const satisfies Contract;
