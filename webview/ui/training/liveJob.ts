import { PlaygroundError, type ErrorCode } from '../../../src/core/errors';
import type { JobKey, RunControl } from '../../../src/core/training/runPlan';
import type { JobOrder } from '../../../src/protocol/uiWorkerContract';
import type { EventData } from '../../../src/protocol/contract';
import type { WorkerContract } from '../../../src/protocol/uiWorkerContract';
import { groupPorts } from './groupPorts';
import type { Lane } from './lane';

type WorkerEvent<K extends 'progress' | 'epoch' | 'checkpoint'> = EventData<WorkerContract, K>;

/** What a job tells its run. */
export interface JobListener {
  onProgress(progress: WorkerEvent<'progress'>): void;
  onEpoch(epoch: WorkerEvent<'epoch'>): void;
  onCheckpoint(checkpoint: WorkerEvent<'checkpoint'>): void;
  onPaused(): void;
}

/** One job on one lane or several that share it, from its order to its end. The first lane leads: it is told what to do, and tells how it goes. */
export class LiveJob {
  paused = false;
  private started = false;
  private readonly stopBeforeStart = new AbortController();
  private wanted: RunControl | undefined;

  constructor(
    readonly key: JobKey,
    private readonly lanes: readonly [leader: Lane, ...others: Lane[]],
    private readonly listener: JobListener,
  ) {}

  /**
   * Trains until every worker says it is over; true if all epochs were trained, false if the job was stopped.
   * @throws PlaygroundError with the worker's code when training failed, `engine/worker-crashed` when a worker died
   */
  async train(order: JobOrder): Promise<boolean> {
    const [{ channel }] = this.lanes;
    const release = [
      channel.on('progress', (progress) => this.listener.onProgress(progress)),
      channel.on('epoch', (epoch) => this.listener.onEpoch(epoch)),
      channel.on('checkpoint', (checkpoint) => this.listener.onCheckpoint(checkpoint)),
      channel.on('paused', () => {
        this.paused = true;
        this.listener.onPaused();
      }),
    ];
    const endOf = (lane: Lane) =>
      new Promise<boolean>((resolve, reject) => {
        release.push(
          lane.channel.on('finished', ({ completed }) => resolve(completed)),
          lane.channel.on('failed', ({ failure }) =>
            reject(new PlaygroundError(failure.code as ErrorCode, failure.message)),
          ),
          lane.onDeath(reject),
        );
      });
    // Rejects with the first failure; a lane is free for the next job only when its own part is over.
    const ended = Promise.all(this.lanes.map(endOf));
    try {
      await Promise.race([this.start(order), ended]);
      return (await ended).every((completed) => completed);
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
    const [{ channel }] = this.lanes;
    if (this.started) await channel.request('control', { action });
    else if (action === 'stop') this.stopBeforeStart.abort();
    else this.wanted = action;
  }

  private async start(order: JobOrder): Promise<void> {
    const { lanes } = this;
    const ports = groupPorts(lanes.length);
    await Promise.all(
      lanes.map((lane, rank) => this.startOn(lane, order, { rank, ports: ports[rank] ?? [] })),
    );
    this.started = true;
    if (this.wanted === 'pause') await lanes[0].channel.request('control', { action: 'pause' });
  }

  private async startOn(
    lane: Lane,
    order: JobOrder,
    group: { rank: number; ports: MessagePort[] },
  ): Promise<void> {
    const { signal } = this.stopBeforeStart;
    const transfer: (ArrayBuffer | MessagePort)[] = [...group.ports];
    const own = group.ports.length > 0 ? { ...order, group } : { ...order };
    if (order.checkpoint) {
      // A copy each.
      own.checkpoint = new Uint8Array(order.checkpoint);
      transfer.push(own.checkpoint.buffer as ArrayBuffer);
    }
    await lane.channel.request('startJob', own, { transfer, signal });
  }
}
