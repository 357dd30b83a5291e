import { isCancelled, PlaygroundError } from '../../../src/core/errors';
import type { FailureInfo, RunFact, RunStatus } from '../../../src/core/training/runEvents';
import { jobId, type JobKey, type RunControl, type RunPlan } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';
import type { JobOrder } from '../../../src/protocol/uiWorkerContract';
import type { DataLoader, Lane } from './lane';
import { divideLanes } from './laneDivision';
import { LiveJob } from './liveJob';

/** What a run needs from the rest of the page. */
export interface RunSurroundings {
  /** @param jobs jobs that will train at the same time, if there are lanes enough */
  acquireLanes(plan: RunPlan, jobs: number): Promise<Lane[]>;
  loadData: DataLoader;
  report(body: RunFact): void;
  saveCheckpoint(job: JobKey, epoch: number, data: Uint8Array<ArrayBuffer>): Promise<void>;
  loadCheckpoint(job: JobKey): Promise<{ epoch: number; data: Uint8Array<ArrayBuffer> } | null>;
  /** A checkpoint could not be stored: training goes on, but the user should know. */
  warn(problem: PlaygroundError): void;
  /** Milliseconds that only grow. */
  now(): number;
}

const PROGRESS_INTERVAL_MS = 500;

/** Trains a plan on lanes and reports every fact. One object a launch; `train` settles when the run has ended in any way. */
export class LiveRun {
  private readonly jobs = new Set<LiveJob>();
  private readonly heldBack = new Set<() => void>();
  private readonly abort = new AbortController();
  private readonly finishedEpochs = new Map<string, number>();
  private status: RunStatus = 'idle';
  private training = false;
  private stopping = false;
  private pausing = false;

  constructor(
    private readonly plan: RunPlan,
    /** Where a resumed run stands; null for a new one. */
    private readonly before: RunState | null,
    private readonly around: RunSurroundings,
  ) {
    for (const key of this.unfinished()) {
      this.finishedEpochs.set(jobId(key), before?.jobs[jobId(key)]?.checkpointEpoch ?? 0);
    }
  }

  /** Never rejects: failures end up as the run's status. */
  async train(): Promise<void> {
    this.enter('starting');
    try {
      this.enter((await this.trainAll()) ? 'completed' : 'stopped');
    } catch (thrown) {
      if (this.stopping && isCancelled(thrown)) return this.enter('stopped');
      const { code, message } = PlaygroundError.from(thrown, 'engine/failed');
      this.enter('failed', { code, message });
    }
  }

  /** Wishes that are granted already are ignored, and so is everything after a stop. */
  async control(action: RunControl): Promise<void> {
    if (this.stopping || (action !== 'stop' && this.pausing === (action === 'pause'))) return;
    this.pausing = action === 'pause';
    if (action === 'stop') {
      this.stopping = true;
      this.enter('stopping');
      if (!this.training) this.abort.abort();
    } else if (action === 'resume' && this.training) {
      this.enter('running');
    }
    if (!this.pausing) for (const letGo of this.heldBack) letGo();
    await Promise.all(
      [...this.jobs].map((job) =>
        job.control(action).catch((problem: unknown) => {
          // A job that has ended meanwhile has nothing left to control.
          if (this.jobs.has(job)) throw problem;
        }),
      ),
    );
  }

  private async trainAll(): Promise<boolean> {
    const { plan, around } = this;
    const lanes = await orAborted(around.acquireLanes(plan, this.jobsAtOnce()), this.abort.signal);
    const [first] = lanes;
    if (!first) throw new PlaygroundError('engine/no-worker', 'No training worker could be started.');
    around.report({ kind: 'backend', report: { ...first.backend, workers: lanes.length } });
    const { signal } = this.abort;
    const loading = lanes.map((lane) => lane.loadData(plan.dataset, around.loadData, signal));
    await orAborted(Promise.all(loading), signal);
    this.training = true;
    this.enter('running');
    for (const seed of plan.seeds) {
      await this.trainSeed(lanes, seed);
      if (this.stopping) break;
    }
    return [...this.finishedEpochs.values()].every((epochs) => epochs >= plan.epochs);
  }

  private async trainSeed(lanes: readonly Lane[], seed: number): Promise<void> {
    const keys = this.unfinished().filter((key) => key.seed === seed);
    const groups = divideLanes(lanes, keys.length, this.recipe());
    // Group i takes jobs i, i + groups, ...: side by side where there are lanes enough, in turn where there is one.
    await Promise.all(
      groups.map(async ([leader, ...others], index) => {
        for (const [position, key] of keys.entries()) {
          if (!leader || position % groups.length !== index) continue;
          await this.passGate();
          if (!this.stopping) await this.trainJob([leader, ...others], key);
        }
      }),
    );
  }

  private async trainJob(lanes: readonly [Lane, ...Lane[]], key: JobKey): Promise<void> {
    const { plan, around } = this;
    const recipe = this.recipe();
    const spec = plan.arms.find((arm) => arm.id === key.arm)?.spec;
    if (!spec) throw new PlaygroundError('protocol/bad-plan', `The plan has no arm ${key.arm}.`);
    const kept = this.before ? await around.loadCheckpoint(key) : null;
    const fromEpoch = kept?.epoch ?? 0;
    this.finishedEpochs.set(jobId(key), fromEpoch);
    around.report({ kind: 'jobStarted', job: key, fromEpoch });
    let saved = Promise.resolve();
    let lastProgressMs = -Infinity;
    const job = new LiveJob(key, lanes, {
      onProgress: (progress) => {
        const nowMs = around.now();
        if (nowMs - lastProgressMs < PROGRESS_INTERVAL_MS) return;
        lastProgressMs = nowMs;
        around.report({ kind: 'progress', ...progress });
      },
      onEpoch: ({ metrics, excitation }) => {
        this.finishedEpochs.set(jobId(key), metrics.epoch);
        around.report({ kind: 'epoch', metrics });
        if (excitation) {
          around.report({ kind: 'excitation', job: key, epoch: metrics.epoch, summary: excitation });
        }
      },
      onCheckpoint: ({ epoch, data }) => {
        saved = saved.then(() => this.save(key, epoch, data));
      },
      onPaused: () => this.pausedIfAllAre(),
    });
    if (fromEpoch < plan.epochs) {
      this.jobs.add(job);
      // A wish that came while the checkpoint was being read.
      if (this.stopping || this.pausing) await job.control(this.stopping ? 'stop' : 'pause');
      const order = { runId: plan.runId, job: key, spec, recipe, epochs: plan.epochs, fromEpoch };
      try {
        await job.train(kept ? { ...order, checkpoint: kept.data } : order);
      } finally {
        this.jobs.delete(job);
        await saved;
      }
    }
    if (this.finishedEpochs.get(jobId(key)) === plan.epochs) {
      around.report({ kind: 'jobFinished', job: key });
    }
    // The other arm may be paused already. If there is none, the gate before the next job decides.
    if (this.jobs.size > 0) this.pausedIfAllAre();
  }

  private async save(job: JobKey, epoch: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      const bytes = data.byteLength;
      await this.around.saveCheckpoint(job, epoch, data);
      this.around.report({ kind: 'checkpoint', job, epoch, bytes });
    } catch (thrown) {
      this.around.warn(PlaygroundError.from(thrown, 'storage/checkpoint'));
    }
  }

  /** Holds the next job back while the run is paused. */
  private async passGate(): Promise<void> {
    while (this.pausing) {
      this.pausedIfAllAre();
      await new Promise<void>((resolve) => this.heldBack.add(resolve));
    }
    this.heldBack.clear();
  }

  private pausedIfAllAre(): void {
    if (this.pausing && [...this.jobs].every((job) => job.paused)) this.enter('paused');
  }

  private enter(status: RunStatus, failure?: FailureInfo): void {
    if (status === this.status) return;
    this.status = status;
    this.around.report(failure ? { kind: 'status', status, failure } : { kind: 'status', status });
  }

  private unfinished(): JobKey[] {
    const { plan } = this;
    return plan.seeds
      .flatMap((seed) => plan.arms.map((arm) => ({ arm: arm.id, seed })))
      .filter((key) => !this.before?.jobs[jobId(key)]?.finished);
  }

  private jobsAtOnce(): number {
    const unfinished = this.unfinished();
    return Math.max(
      1,
      ...this.plan.seeds.map((seed) => unfinished.filter((key) => key.seed === seed).length),
    );
  }

  /** The first arm's, which both arms share. */
  private recipe(): JobOrder['recipe'] {
    const recipe = this.plan.arms[0]?.spec.training;
    if (!recipe) throw new PlaygroundError('protocol/bad-plan', 'The plan has no model.');
    return recipe;
  }
}

/** Settles like `work`, or rejects as cancelled once the signal is aborted. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () => reject(new PlaygroundError('cancelled', 'The run was stopped while it was starting.'));
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject);
  });
}
