import { imageCounts } from '../model/datasetFacts';
import { mean } from './statistics';
import { jobId, type JobKey } from './runPlan';
import type { JobState, RunState } from './runState';
import { hasEnded } from './statusTransitions';
import { timeOfSeedsMs } from './timeOfSeedsMs';

export interface RunProgress {
  /** 0..1 over all jobs, counting parts of epochs. */
  fraction: number;
  finishedEpochs: number;
  totalEpochs: number;
  /** Training time left at the pace seen so far; absent before the first step reports, and for a run that has ended. */
  remainingMs?: number;
}

/** Epochs that set the pace: the last few, so that a change of load shows. */
const PACE_EPOCHS = 3;

/**
 * How far the run is. Time left takes each job's own pace, else its arm's, else any job's. The arms of a seed train side by side where there is more
 * than one worker, and the seeds follow each other.
 */
export function runProgress(state: RunState): RunProgress {
  const { plan } = state;
  const jobs = Object.values(state.jobs);
  const totalEpochs = plan.epochs * jobs.length;
  const finishedEpochs = jobs.reduce((total, job) => total + job.series.length, 0);
  const done = jobs.reduce((total, job) => total + job.series.length + partOfEpoch(job), 0);
  const progress: RunProgress = { fraction: done / totalEpochs, finishedEpochs, totalEpochs };
  const remainingMs = hasEnded(state.status) ? undefined : timeLeft(state);
  if (remainingMs !== undefined) progress.remainingMs = remainingMs;
  return progress;
}

function partOfEpoch({ progress }: JobState): number {
  return progress && progress.stepsPerEpoch > 0 ? Math.min(1, progress.step / progress.stepsPerEpoch) : 0;
}

function timeLeft(state: RunState): number | undefined {
  const { plan } = state;
  const paces = new Map<string, number>();
  const keys: JobKey[] = plan.seeds.flatMap((seed) => plan.arms.map((arm) => ({ arm: arm.id, seed })));
  for (const key of keys) {
    const pace = epochMs(state, key);
    if (pace !== undefined) paces.set(jobId(key), pace);
  }
  if (paces.size === 0) return undefined;
  const anyPace = mean([...paces.values()]);
  const leftMs = (key: JobKey): number => {
    const id = jobId(key);
    const job = state.jobs[id];
    if (!job || job.finished) return 0;
    const sameArm = plan.seeds.flatMap((seed) => paces.get(jobId({ arm: key.arm, seed })) ?? []);
    const pace = paces.get(id) ?? (sameArm.length > 0 ? mean(sameArm) : anyPace);
    return Math.max(0, plan.epochs - job.series.length - partOfEpoch(job)) * pace;
  };
  const sideBySide = (state.backend?.workers ?? 1) > 1;
  const jobsMs = plan.seeds.map((seed) => plan.arms.map((arm) => leftMs({ arm: arm.id, seed })));
  return timeOfSeedsMs(jobsMs, sideBySide);
}

/** Milliseconds an epoch of the job takes: measured, or from the throughput of its first steps (evaluation not included). */
function epochMs(state: RunState, key: JobKey): number | undefined {
  const job = state.jobs[jobId(key)];
  const recent = job?.series.slice(-PACE_EPOCHS) ?? [];
  if (recent.length > 0) return mean(recent.map((metrics) => metrics.epochMs));
  const imagesPerSecond = job?.progress?.imagesPerSecond ?? 0;
  const training = state.plan.arms[0]?.spec.training;
  if (!training || !(imagesPerSecond > 0)) return undefined;
  return (imageCounts(training).train / imagesPerSecond) * 1000;
}
