import { initialRunState, reduceRun } from '../../../src/core/training/reduceRun';
import type { RunEvent } from '../../../src/core/training/runEvents';
import type { RunState } from '../../../src/core/training/runState';

export interface Replica {
  run: RunState | null;
  /** An event was missed: the replica must be fetched again. */
  stale: boolean;
}

/** The run on display after an event from the host. A plan of another run puts that run on display. */
export function followRun(run: RunState | null, event: RunEvent): Replica {
  if (event.kind === 'planned' && event.runId !== run?.plan.runId) {
    return { run: reduceRun(initialRunState(event.plan, event.atMs), event), stale: false };
  }
  if (!run || event.runId !== run.plan.runId) return { run, stale: false };
  if (event.seq > run.seq + 1) return { run, stale: true };
  return { run: reduceRun(run, event), stale: false };
}
