import type { BackendName, JobKey, RunControl } from '../../../src/core/training/runPlan';
import { Channel } from '../../../src/protocol/channel';
import { memoryPortPair } from '../../../src/protocol/port';
import { pageForWorkerContract, workerContract, type JobOrder } from '../../../src/protocol/uiWorkerContract';
import { openLane, type Lane } from '../../../webview/ui/training/lane';
import { noInspection } from './noInspection';

/** A worker's end of an in-memory line that does only what a test tells it to. */
export class FakeLane {
  readonly orders: JobOrder[] = [];
  readonly controls: RunControl[] = [];
  terminated = false;
  /** Set to hold back the answer to startJob. */
  startGate: Promise<void> = Promise.resolve();
  /** Batches it was asked to measure. */
  readonly estimated: number[] = [];
  readonly lane: Promise<Lane>;
  private readonly channel: Channel<typeof workerContract, typeof pageForWorkerContract>;
  private readonly crashListeners: ((message: string) => void)[] = [];

  /** @param stepMs what it answers when it is asked to measure */
  constructor(backend: BackendName = 'wasm', stepMs = 1) {
    const [page, worker] = memoryPortPair();
    const fail = (problem: Error) => {
      throw problem;
    };
    this.channel = new Channel({
      port: worker,
      local: workerContract,
      remote: pageForWorkerContract,
      handlers: {
        ...noInspection,
        initialize: () => ({ backend, device: 'A device', reason: 'Test.' }),
        estimate: ({ batch }) => {
          this.estimated.push(batch);
          return { stepMs, evaluationMsPerImage: 1 };
        },
        loadData: () => ({ train: 1, test: 1 }),
        startJob: async (order) => {
          await this.startGate;
          this.orders.push(order);
          return {};
        },
        control: ({ action }) => {
          this.controls.push(action);
          return {};
        },
      },
      onProblem: fail,
    });
    const line = {
      port: page,
      onCrash: (listener: (message: string) => void) => void this.crashListeners.push(listener),
      terminate: () => (this.terminated = true),
    };
    this.lane = openLane(line, 'auto', new Uint8Array(4), fail);
  }

  progress(job: JobKey, step: number): void {
    this.channel.emit('progress', { job, epoch: 1, step, stepsPerEpoch: 100, loss: 1, imagesPerSecond: 1 });
  }

  epoch(job: JobKey, epoch: number, epochMs = 1000): void {
    const numbers = { trainLoss: 1, trainAccuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5 };
    const pace = { imagesPerSecond: 1, stepMs: 1, epochMs, learningRate: 0.1 };
    this.channel.emit('epoch', { metrics: { ...job, epoch, ...numbers, ...pace }, excitation: null });
    this.channel.emit('checkpoint', { job, epoch, data: new Uint8Array([epoch]) });
  }

  paused(job: JobKey): void {
    this.channel.emit('paused', { job });
  }

  finished(job: JobKey, completed: boolean): void {
    this.channel.emit('finished', { job, completed });
  }

  fail(job: JobKey, code: string, message: string): void {
    this.channel.emit('failed', { job, failure: { code, message } });
  }

  crash(message: string): void {
    for (const listener of this.crashListeners) listener(message);
  }
}
