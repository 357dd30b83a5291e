import { PlaygroundError } from '../../../src/core/errors';
import type { RunFact } from '../../../src/core/training/runEvents';
import type { JobKey, RunControl, RunPlan } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';
import type { DataLoader } from './lane';
import type { LaneCounts } from './laneDivision';
import type { LanePool } from './lanePool';
import { LiveRun } from './liveRun';

export interface RunDriverOptions {
  pool: LanePool;
  loadData: DataLoader;
  /** How many workers a plan gets, of which so many jobs train at the same time. */
  lanesFor(plan: RunPlan, jobs: number): LaneCounts;
  report(runId: string, body: RunFact): void;
  saveCheckpoint(runId: string, job: JobKey, epoch: number, data: Uint8Array<ArrayBuffer>): Promise<void>;
  loadCheckpoint(
    runId: string,
    job: JobKey,
  ): Promise<{ epoch: number; data: Uint8Array<ArrayBuffer> } | null>;
  warn(problem: PlaygroundError): void;
  /** Told the run in training, and null when it has ended. */
  onActive(runId: string | null): void;
  now(): number;
}

/** Trains one run at a time, and gives its workers back when it has ended. */
export class RunDriver {
  private active: { runId: string; run: LiveRun } | undefined;

  constructor(private readonly options: RunDriverOptions) {}

  /**
   * Starts and returns; what happens then is reported as facts.
   * @throws PlaygroundError `engine/busy` while another run is in training
   */
  launch(plan: RunPlan, state: RunState | null): void {
    if (this.active) {
      throw new PlaygroundError(
        'engine/busy',
        'Another run is training in this panel. Stop it first, or wait until it has ended.',
      );
    }
    const { options } = this;
    const { runId } = plan;
    const run = new LiveRun(plan, state, {
      acquireLanes: (wanted, jobs) => options.pool.acquire(options.lanesFor(wanted, jobs), wanted.backend),
      loadData: options.loadData,
      report: (body) => options.report(runId, body),
      saveCheckpoint: (job, epoch, data) => options.saveCheckpoint(runId, job, epoch, data),
      loadCheckpoint: (job) => options.loadCheckpoint(runId, job),
      warn: options.warn,
      now: options.now,
    });
    this.active = { runId, run };
    options.onActive(runId);
    // `train` never rejects.
    void run.train().then(() => {
      this.active = undefined;
      options.pool.terminate();
      options.onActive(null);
    });
  }

  /** @throws PlaygroundError `protocol/no-such-run` if that run is not in training here */
  async control(runId: string, action: RunControl): Promise<void> {
    if (this.active?.runId !== runId) {
      throw new PlaygroundError('protocol/no-such-run', 'That run is not training in this panel.');
    }
    await this.active.run.control(action);
  }
}
