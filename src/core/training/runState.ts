import type { ExcitationSummary } from '../excitation/excitationSummary';
import type { BackendReport, EpochMetrics, FailureInfo, RunStatus } from './runEvents';
import type { RunPlan } from './runPlan';

export interface JobProgress {
  epoch: number;
  step: number;
  stepsPerEpoch: number;
  loss: number;
  imagesPerSecond: number;
}

export interface JobState {
  /** One entry a finished epoch, in order; entry i is epoch i + 1. */
  series: readonly EpochMetrics[];
  /** Position inside the epoch in flight; absent between epochs. */
  progress?: JobProgress;
  /** One entry a finished evaluation, in order. Empty for a model without SE. */
  excitation: readonly { epoch: number; summary: ExcitationSummary }[];
  /** Last epoch that has a checkpoint; 0 if none. */
  checkpointEpoch: number;
  finished: boolean;
}

/** The whole truth about a run, owned by the host; the page holds a replica fed by the same events. */
export interface RunState {
  plan: RunPlan;
  status: RunStatus;
  failure?: FailureInfo;
  backend?: BackendReport;
  /** Keyed by `jobId({arm, seed})`; one entry for every arm and seed of the plan. */
  jobs: Readonly<Record<string, JobState>>;
  /** `seq` of the last event applied. */
  seq: number;
  startedAtMs: number;
  /** Set when the status became completed, stopped, failed or interrupted. */
  endedAtMs?: number;
}
