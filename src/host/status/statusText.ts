import { runProgress } from '../../core/training/runProgress';
import type { RunState } from '../../core/training/runState';

/** For instance `$(sync~spin) SE 43 % · epoch 3 of 5`. */
export function statusText(state: RunState): string {
  const icon = state.status === 'paused' ? 'debug-pause' : 'sync~spin';
  const epochs = Object.values(state.jobs).map((job) => job.series.length);
  // The slowest job that has begun sets the pace that a person sees.
  const epoch = Math.min(state.plan.epochs, Math.max(0, ...epochs) + 1);
  return `$(${icon}) SE ${percentOf(state)} % · epoch ${epoch} of ${state.plan.epochs}`;
}

/** Whole percent of all epochs of all jobs, rounded down. */
export function percentOf(state: RunState): number {
  return Math.floor(100 * runProgress(state).fraction);
}
