import { runProgress } from '../../core/training/runProgress';
import type { RunState } from '../../core/training/runState';

/** For instance `$(pulse) SE 43% · epoch 3 of 5`. */
export function statusText(state: RunState): string {
  const icon = state.status === 'paused' ? 'debug-pause' : 'pulse';
  return `$(${icon}) SE ${percentOf(state)}% · epoch ${epochInFlight(state)} of ${state.plan.epochs}`;
}

/** 1-based. Of models that train side by side the slower one's, as both have trained all before it. */
function epochInFlight({ jobs, plan }: RunState): number {
  const begun = Object.values(jobs).filter(({ series, progress }) => progress || series.length > 0);
  const unfinished = begun.filter(({ finished }) => !finished);
  const epochs = (unfinished.length > 0 ? unfinished : begun).map(({ series }) => series.length);
  return Math.min(plan.epochs, (epochs.length > 0 ? Math.min(...epochs) : 0) + 1);
}

/** Whole percent of all epochs of all jobs, rounded down. */
export function percentOf(state: RunState): number {
  return Math.floor(100 * runProgress(state).fraction);
}
