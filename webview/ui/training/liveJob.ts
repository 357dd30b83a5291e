import { PlaygroundError, type ErrorCode } from '../../../src/core/errors';
import type { JobKey, RunControl } from '../../../src/core/training/runPlan';
import type { JobOrder } from '../../../src/protocol/uiWorkerContract';
import type { EventData } from '../../../src/protocol/contract';
import type { WorkerContract } from '../../../src/protocol/uiWorkerContract';
import type { Lane } from './lane';

type WorkerEvent<K extends 'progress' | 'epoch' | 'checkpoint'> = EventData<WorkerContract, K>;

/** What a job tells its run. */
export interface JobListener {
  onProgress(progress: WorkerEvent<'progress'>): void;
  onEpoch(epoch: WorkerEvent<'epoch'>): void;
  onCheckpoint(checkpoint: WorkerEvent<'checkpoint'>): void;
  onPaused(): void;
}

/** One job on one lane, from its order to its end. */
export class LiveJob {
  paused = false;
  private started = false;
  private readonly stopBeforeStart = new AbortController();
  private wanted: RunControl | undefined;

  constructor(
    readonly key: JobKey,
    private readonly lane: Lane,
    private readonly listener: JobListener,
  ) {}

  /**
   * Trains until the worker says it is over; true if all epochs were trained, false if the job was stopped.
   * @throws PlaygroundError with the worker's code when training failed, `engine/worker-crashed` when the worker died
   */
  async train(order: JobOrder): Promise<boolean> {
    const { channel } = this.lane;
    const release: (() => void)[] = [];
    const ended = new Promise<boolean>((resolve, reject) => {
      release.push(
        channel.on('progress', (progress) => this.listener.onProgress(progress)),
        channel.on('epoch', (epoch) => this.listener.onEpoch(epoch)),
        channel.on('checkpoint', (checkpoint) => this.listener.onCheckpoint(checkpoint)),
        channel.on('paused', () => {
          this.paused = true;
          this.listener.onPaused();
        }),
        channel.on('finished', ({ completed }) => resolve(completed)),
        channel.on('failed', ({ failure }) =>
          reject(new PlaygroundError(failure.code as ErrorCode, failure.message)),
        ),
        this.lane.onDeath(reject),
      );
    });
    try {
      await Promise.race([this.start(order), ended]);
      return await ended;
    } catch (problem) {
      if (this.stopBeforeStart.signal.aborted) return false;
      throw problem;
    } finally {
      for (const stop of release) stop();
    }
  }

  /** Pauses, resumes or stops; before the first step the wish is kept until the worker can take it. */
  async control(action: RunControl): Promise<void> {
    if (action === 'resume') this.paused = false;
    if (this.started) await this.lane.channel.request('control', { action });
    else if (action === 'stop') this.stopBeforeStart.abort();
    else this.wanted = action;
  }

  private async start(order: JobOrder): Promise<void> {
    const transfer = order.checkpoint ? [order.checkpoint.buffer] : [];
    const { signal } = this.stopBeforeStart;
    await this.lane.channel.request('startJob', order, { transfer, signal });
    this.started = true;
    if (this.wanted === 'pause') await this.lane.channel.request('control', { action: 'pause' });
  }
}
