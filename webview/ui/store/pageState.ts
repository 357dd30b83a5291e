import type { ExcitationTrace } from '../../../src/core/excitation/trace';
import type { DatasetName } from '../../../src/core/model/modelSpec';
import type { BackendChoice } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';
import type {
  DatasetStatus,
  ModelEntry,
  PanelState,
  RunListItem,
} from '../../../src/protocol/hostUiContract';
import type { Measurement } from '../training/epochEstimator';

/** What the user has entered for the next run. Null follows the definition. */
export interface RunForm {
  model: string;
  /** Reference of a second definition; null compares the model with and without SE. */
  compareWith: string | null;
  /** Raw text, so that a wrong entry stays on screen to be corrected. */
  epochs: string | null;
  seeds: string | null;
  dataset: DatasetName | null;
  backend: BackendChoice;
}

/** The predicted pace of the next run. */
export type Pace =
  | { kind: 'none' }
  | { kind: 'measuring' }
  | { kind: 'measured'; measurement: Measurement }
  | { kind: 'failed'; message: string };

export interface Banner {
  severity: 'error' | 'warning';
  message: string;
}

/** A recording of any model's gates, under the label that tells it from others. */
export interface RecordedTrace {
  label: string;
  trace: ExcitationTrace;
}

export type ViewName = 'train' | 'heatmap' | 'inspect';

export interface PageState {
  /** `unreachable`: the host did not answer the first request. */
  phase: 'loading' | 'ready' | 'unreachable';
  models: readonly ModelEntry[];
  runs: readonly RunListItem[];
  datasets: readonly DatasetStatus[];
  resources: PanelState['resources'];
  form: RunForm;
  pace: Pace;
  /** Replica of the run on display. */
  run: RunState | null;
  /** Recordings that were opened, the one that was opened last first. */
  traces: readonly RecordedTrace[];
  /** A run that was read to compare gates with. */
  comparedRun: RunState | null;
  /** The run that trains in this page, on display or not. */
  liveRunId: string | null;
  /** A request to start or resume has not been answered yet. */
  launching: boolean;
  banner: Banner | null;
  view: ViewName;
}

export const INITIAL_PAGE_STATE: PageState = {
  phase: 'loading',
  models: [],
  runs: [],
  datasets: [],
  resources: { worker: '', wasm: '', quick: '', full: null },
  form: { model: '', compareWith: null, epochs: null, seeds: null, dataset: null, backend: 'auto' },
  pace: { kind: 'none' },
  run: null,
  traces: [],
  comparedRun: null,
  liveRunId: null,
  launching: false,
  banner: null,
  view: 'train',
};
