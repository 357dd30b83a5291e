/** The run reducer: the only way a RunState changes, in the host and in the page's replica alike. Pure. */
import { jobId, type JobKey, type RunPlan } from './runPlan';
import type { RunEvent } from './runEvents';
import type { JobState, RunState } from './runState';
import { hasEnded, isActive, mayFollow } from './statusTransitions';

/** `rejected` says why the event left the state as it was; an event that was seen before is not a rejection. */
export interface Reduction {
  state: RunState;
  rejected?: string;
}

const EMPTY_JOB: JobState = { series: [], excitation: [], checkpointEpoch: 0, finished: false };

/** The state of a run that has been planned and not started: `idle`, one empty job for every arm and seed, `seq` 0. */
export function initialRunState(plan: RunPlan, atMs: number): RunState {
  const jobs = plan.seeds.flatMap((seed) =>
    plan.arms.map((arm) => [jobId({ arm: arm.id, seed }), EMPTY_JOB] as const),
  );
  return { plan, status: 'idle', jobs: Object.fromEntries(jobs), seq: 0, startedAtMs: atMs };
}

/** The state after `event`; the same object if the event is old or not legal now. */
export function reduceRun(state: RunState, event: RunEvent): RunState {
  return tryReduceRun(state, event).state;
}

/** Like `reduceRun`, and says why an event was refused. A refused event must not be stored. */
export function tryReduceRun(state: RunState, event: RunEvent): Reduction {
  if (event.runId !== state.plan.runId) return reject(state, `it belongs to run ${event.runId}`);
  if (event.seq <= state.seq) return { state };
  const outcome = apply(state, event);
  return typeof outcome === 'string' ? reject(state, outcome) : { state: { ...outcome, seq: event.seq } };
}

/**
 * Rebuilds a run from its stored events, first one `planned`; later `planned` events and refused ones are skipped.
 * Undefined if the log does not begin with a plan.
 */
export function replayRun(events: Iterable<RunEvent>): RunState | undefined {
  let state: RunState | undefined;
  for (const event of events) {
    if (!state) {
      if (event.kind !== 'planned') return undefined;
      state = initialRunState(event.plan, event.atMs);
    }
    state = reduceRun(state, event);
  }
  return state;
}

function reject(state: RunState, reason: string): Reduction {
  return { state, rejected: reason };
}

/** The next state, or a reason to refuse. */
function apply(state: RunState, event: RunEvent): RunState | string {
  switch (event.kind) {
    case 'planned':
      return state.status === 'idle' ? state : `the run is ${state.status} and has a plan`;
    case 'status':
      return applyStatus(state, event);
    case 'backend':
      return hasEnded(state.status) ? `the run is ${state.status}` : { ...state, backend: event.report };
    case 'epoch':
      return withJob(state, event.metrics, (job) => appendEpoch(job, event.metrics, state.plan.epochs));
    case 'jobStarted':
      return withJob(state, event.job, (job) => restartJob(job, event.fromEpoch));
    case 'progress':
      return withJob(state, event.job, (job) => {
        const { epoch, step, stepsPerEpoch, loss, imagesPerSecond } = event;
        if (job.finished || epoch !== job.series.length + 1) return `epoch ${epoch} is not in flight`;
        if (step > stepsPerEpoch) return `step ${step} is past the end of the epoch`;
        return { ...job, progress: { epoch, step, stepsPerEpoch, loss, imagesPerSecond } };
      });
    case 'excitation':
      return withJob(state, event.job, (job) => {
        const last = job.excitation.at(-1)?.epoch ?? 0;
        if (event.epoch <= last || event.epoch > job.series.length + 1) {
          return `epoch ${event.epoch} was not just evaluated`;
        }
        const entry = { epoch: event.epoch, summary: event.summary };
        return { ...job, excitation: [...job.excitation, entry] };
      });
    case 'checkpoint':
      // Accepted in every status: the write of a checkpoint may end after the run was stopped or interrupted.
      return replaceJob(state, event.job, (job) =>
        event.epoch > job.series.length
          ? `epoch ${event.epoch} has not finished`
          : { ...job, checkpointEpoch: event.epoch },
      );
    case 'jobFinished':
      return withJob(state, event.job, (job) => {
        const missing = state.plan.epochs - job.series.length;
        return missing > 0
          ? `the job still has ${missing} epochs to train`
          : withoutProgress({ ...job, finished: true });
      });
  }
}

function applyStatus(state: RunState, event: RunEvent & { kind: 'status' }): RunState | string {
  const { status } = event;
  if (!mayFollow(state.status, status)) return `a run that is ${state.status} cannot become ${status}`;
  if (status === 'completed' && !Object.values(state.jobs).every((job) => job.finished)) {
    return 'not every job has finished';
  }
  const { failure: _failure, endedAtMs: _endedAtMs, ...rest } = state;
  const next: RunState = { ...rest, status };
  if (event.failure) next.failure = event.failure;
  if (!hasEnded(status)) return next;
  const jobs = Object.entries(state.jobs).map(([id, job]) => [id, withoutProgress(job)] as const);
  return { ...next, endedAtMs: event.atMs, jobs: Object.fromEntries(jobs) };
}

function appendEpoch(job: JobState, metrics: JobState['series'][number], epochs: number): JobState | string {
  const expected = job.series.length + 1;
  if (metrics.epoch !== expected) return `epoch ${metrics.epoch} came where epoch ${expected} was due`;
  if (metrics.epoch > epochs) return `the plan has ${epochs} epochs only`;
  return withoutProgress({ ...job, series: [...job.series, metrics] });
}

/** A job that starts from a checkpoint forgets what came after it, so that no epoch appears twice. */
function restartJob(job: JobState, fromEpoch: number): JobState | string {
  if (fromEpoch > job.series.length) return `epoch ${fromEpoch} was never trained`;
  return {
    series: job.series.slice(0, fromEpoch),
    excitation: job.excitation.filter((entry) => entry.epoch <= fromEpoch),
    checkpointEpoch: Math.min(job.checkpointEpoch, fromEpoch),
    finished: false,
  };
}

function withoutProgress(job: JobState): JobState {
  const { progress: _progress, ...rest } = job;
  return rest;
}

/** Changes a job of an active run. */
function withJob(
  state: RunState,
  key: JobKey,
  change: (job: JobState) => JobState | string,
): RunState | string {
  return isActive(state.status) ? replaceJob(state, key, change) : `the run is ${state.status}`;
}

function replaceJob(
  state: RunState,
  key: JobKey,
  change: (job: JobState) => JobState | string,
): RunState | string {
  const id = jobId(key);
  const job = Object.hasOwn(state.jobs, id) ? state.jobs[id] : undefined;
  if (!job) return `the plan has no job ${id}`;
  const next = change(job);
  return typeof next === 'string' ? next : { ...state, jobs: { ...state.jobs, [id]: next } };
}
