import type { ExcitationSummary } from '../excitation/excitationSummary';
import type { JobKey, RunPlan, TrainedWith } from './runPlan';

export const RUN_STATUSES = [
  'idle',
  'starting',
  'running',
  'paused',
  'stopping',
  'completed',
  'stopped',
  'failed',
  'interrupted',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What one epoch of one job gave. Accuracies are fractions, losses natural-log cross-entropy. */
export interface EpochMetrics {
  arm: JobKey['arm'];
  seed: number;
  /** 1-based: the number of finished epochs. */
  epoch: number;
  trainLoss: number;
  trainAccuracy: number;
  validationLoss: number;
  validationAccuracy: number;
  /** Training throughput of this epoch, evaluation excluded. */
  imagesPerSecond: number;
  /** Median duration of a training step. */
  stepMs: number;
  /** Wall time of the epoch, evaluation included. */
  epochMs: number;
  /** Learning rate of the epoch's last step. */
  learningRate: number;
  /** Time until the whole run ends, as `runProgress` has it after this epoch; the host fills it in. */
  remainingMs: number;
}

export interface BackendReport {
  backend: TrainedWith;
  /** What computes, in words: the GPU's name, or the CPU. */
  device: string;
  /** Why this backend was chosen, a sentence for the user. */
  reason: string;
  /** With two or more the arms of a seed train side by side; with more than that, several share a job. */
  workers: number;
}

export interface FailureInfo {
  code: string;
  message: string;
}

/** Facts about a run, in order. The host's state changes only through `reduce(state, event)`. */
export type RunEventBody =
  | { kind: 'planned'; plan: RunPlan }
  | { kind: 'status'; status: RunStatus; failure?: FailureInfo }
  | { kind: 'backend'; report: BackendReport }
  | { kind: 'jobStarted'; job: JobKey; fromEpoch: number }
  | {
      kind: 'progress';
      job: JobKey;
      epoch: number;
      step: number;
      stepsPerEpoch: number;
      loss: number;
      imagesPerSecond: number;
    }
  | { kind: 'epoch'; metrics: EpochMetrics }
  | { kind: 'excitation'; job: JobKey; epoch: number; summary: ExcitationSummary }
  | { kind: 'checkpoint'; job: JobKey; epoch: number; bytes: number }
  | { kind: 'jobFinished'; job: JobKey };

/** A fact as the page reports it: how long the run will take is for the host to say. */
export type RunFact =
  Exclude<RunEventBody, { kind: 'epoch' }> | { kind: 'epoch'; metrics: Omit<EpochMetrics, 'remainingMs'> };

/** `seq` grows by one with every event of its run; `atMs` is Unix time. */
export type RunEvent = RunEventBody & { runId: string; seq: number; atMs: number };
