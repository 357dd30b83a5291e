/** The door between the extension host and the panel. Messages are copied by VS Code, so they stay small (checkpoints are the largest). */
import * as v from 'valibot';
import { modelSpecSchema } from '../core/model/modelSpec';
import { RUN_CONTROLS } from '../core/training/runPlan';
import type { Contract } from './contract';
import {
  backendChoice,
  bytes,
  count,
  datasetName,
  identifier,
  jobKey,
  nothing,
  runEvent,
  runFact,
  runPlan,
  runState,
  text,
} from './schemas';
import { excitationTrace } from './traceSchema';

/** A built-in preset (`preset:<key>`) or a definition file (`file:<uri>`). */
export const modelReference = v.pipe(v.string(), v.regex(/^(preset|file):.{1,2000}$/));

export const modelEntry = v.strictObject({
  reference: modelReference,
  label: text,
  description: text,
  /** Absent when the file has errors; then `problem` says why. */
  spec: v.exactOptional(modelSpecSchema),
  problem: v.exactOptional(text),
});
export type ModelEntry = v.InferOutput<typeof modelEntry>;

export const runListItem = v.strictObject({
  runId: identifier,
  name: text,
  status: text,
  createdAtMs: v.number(),
  summary: text,
  /** Trained elsewhere, so that it cannot be resumed here. */
  imported: v.boolean(),
});
export type RunListItem = v.InferOutput<typeof runListItem>;

export const datasetStatus = v.strictObject({
  name: datasetName,
  available: v.boolean(),
  /** A sentence: what it is, or what to do to get it. */
  detail: text,
});
export type DatasetStatus = v.InferOutput<typeof datasetStatus>;

const panelLists = v.strictObject({
  models: v.array(modelEntry),
  runs: v.array(runListItem),
  datasets: v.array(datasetStatus),
  /** Webview URIs the page fetches itself and hands to the workers; `full` appears when the data set has been downloaded. */
  resources: v.strictObject({
    worker: text,
    wasm: text,
    quick: text,
    full: v.nullable(v.strictObject({ train: v.pipe(v.array(text), v.length(5)), test: text })),
  }),
});

/** Everything the page needs to draw its first frame; fetched once with `ready`. */
export const panelState = v.strictObject({
  ...panelLists.entries,
  /** Selected in the picker. */
  selected: modelReference,
  /** Preselected second definition of a comparison; absent compares with and without SE. */
  compareWith: v.exactOptional(modelReference),
  backend: backendChoice,
  /** The run on display, if any. */
  run: v.nullable(runState),
});
export type PanelState = v.InferOutput<typeof panelState>;

export const runRequest = v.strictObject({
  model: modelReference,
  /** Compare two definitions; absent compares the model with and without SE. */
  compareWith: v.exactOptional(modelReference),
  epochs: v.exactOptional(count),
  seeds: v.exactOptional(v.pipe(v.array(count), v.minLength(1), v.maxLength(32))),
  dataset: v.exactOptional(datasetName),
  backend: v.exactOptional(backendChoice),
});
export type RunRequest = v.InferOutput<typeof runRequest>;

/** A file name, without a folder, of a kind that the page makes. */
export const exportName = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(/^[^/\\]*[^/\\.][.](png|svg|csv|json)$/),
);

/** What the host serves and announces. */
export const hostContract = {
  requests: {
    ready: { params: nothing, result: panelState },
    /** Plans the run, stores it, and then calls the page's `launch`. */
    startRun: { params: runRequest, result: v.strictObject({ runId: identifier }) },
    /** Continues an interrupted or stopped run from its checkpoints: again through `launch`. */
    resumeRun: { params: v.strictObject({ runId: identifier }), result: nothing },
    controlRun: {
      params: v.strictObject({ runId: identifier, action: v.picklist(RUN_CONTROLS) }),
      result: nothing,
    },
    openRun: { params: v.strictObject({ runId: identifier }), result: runState },
    /** A run to look at beside the one on display, which stays. */
    readRun: { params: v.strictObject({ runId: identifier }), result: runState },
    saveCheckpoint: {
      params: v.strictObject({ runId: identifier, job: jobKey, epoch: count, data: bytes }),
      result: nothing,
    },
    loadCheckpoint: {
      params: v.strictObject({ runId: identifier, job: jobKey }),
      result: v.nullable(v.strictObject({ epoch: count, data: bytes })),
    },
    /** Opens the definition of the run's model with the cursor on the SE settings that make the block. */
    revealBlock: { params: v.strictObject({ runId: identifier, block: text }), result: nothing },
    exportReport: { params: v.strictObject({ runId: identifier }), result: nothing },
    exportWeights: { params: v.strictObject({ runId: identifier }), result: nothing },
    /** Asks the user where to, and writes; `saved` is false if the user has thought better of it. */
    saveExport: {
      params: v.strictObject({ suggestedName: exportName, data: bytes }),
      result: v.strictObject({ saved: v.boolean() }),
    },
    /** Runs a command of ours on the user's behalf, e.g. download the full data set, or new definition. */
    runCommand: {
      params: v.strictObject({
        command: v.picklist([
          'sePlayground.downloadCifar10',
          'sePlayground.importCifar10',
          'sePlayground.newDefinition',
        ]),
      }),
      result: nothing,
    },
  },
  events: {
    /** Every event of the run on display, after it has been stored. */
    runEvent,
    listsChanged: panelLists,
    /** The user picked a model (or two to compare) elsewhere: tree view, editor title. */
    selectModel: v.strictObject({ model: modelReference, compareWith: v.exactOptional(modelReference) }),
    /** Another run is to be displayed. */
    showRun: v.strictObject({ run: runState }),
    /** A recording of any model's gates is to be displayed in the heatmap; one of the same label takes its place. */
    showTrace: v.strictObject({ label: text, trace: excitationTrace }),
    showView: v.strictObject({ view: v.picklist(['train', 'heatmap']) }),
  },
} as const satisfies Contract;
export type HostContract = typeof hostContract;

/** What the page serves and announces. */
export const pageContract = {
  requests: {
    /** Trains the plan; `state` carries the finished epochs of a resumed run. Answers when the workers are starting. */
    launch: { params: v.strictObject({ plan: runPlan, state: v.nullable(runState) }), result: nothing },
    control: {
      params: v.strictObject({ runId: identifier, action: v.picklist(RUN_CONTROLS) }),
      result: nothing,
    },
  },
  events: {
    /** A fact about the run; the host gives it its seq and time, stores it and echoes it as `runEvent`. */
    runFact: v.strictObject({ runId: identifier, body: runFact }),
    /** First frame drawn: milliseconds from navigation start to first contentful paint. */
    painted: v.strictObject({ firstPaintMs: v.number() }),
    /** A failure in the page that has no request to answer; goes to the log. */
    problem: v.strictObject({ code: text, message: text }),
  },
} as const satisfies Contract;
export type PageContract = typeof pageContract;
