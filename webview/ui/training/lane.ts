import { PlaygroundError } from '../../../src/core/errors';
import type { DatasetName } from '../../../src/core/model/modelSpec';
import type { BackendName } from '../../../src/core/training/runPlan';
import { Channel } from '../../../src/protocol/channel';
import type { Port } from '../../../src/protocol/port';
import {
  pageForWorkerContract,
  workerContract,
  type DataSource,
  type WorkerContract,
} from '../../../src/protocol/uiWorkerContract';

/** A line to a worker: its port, news of its death, and the means to end it. */
export interface WorkerLine {
  port: Port;
  onCrash(listener: (message: string) => void): void;
  terminate(): void;
}

export interface LaneBackend {
  backend: BackendName;
  device: string;
  reason: string;
}

export type DataLoader = (dataset: DatasetName) => Promise<{ source: DataSource; transfer: ArrayBuffer[] }>;

/** One worker with a started backend: a place where one job at a time can train. */
export class Lane {
  private readonly deathListeners = new Set<(error: PlaygroundError) => void>();
  private death: PlaygroundError | undefined;
  private loaded: DatasetName | undefined;

  constructor(
    readonly channel: Channel<typeof pageForWorkerContract, WorkerContract>,
    private readonly line: WorkerLine,
    readonly backend: LaneBackend,
  ) {
    line.onCrash((message) => {
      this.death = crashed(message);
      for (const listener of [...this.deathListeners]) listener(this.death);
    });
  }

  /** Calls back when the worker has died, at once if it already has; returns the function that stops that. */
  onDeath(listener: (error: PlaygroundError) => void): () => void {
    if (this.death) listener(this.death);
    this.deathListeners.add(listener);
    return () => void this.deathListeners.delete(listener);
  }

  /** Gives the worker its images, unless it has them. */
  async loadData(dataset: DatasetName, load: DataLoader, signal: AbortSignal): Promise<void> {
    if (this.loaded === dataset) return;
    const { source, transfer } = await load(dataset);
    await this.channel.request('loadData', { dataset, source }, { transfer, signal });
    this.loaded = dataset;
  }

  dispose(): void {
    this.channel.dispose();
    this.line.terminate();
  }
}

/** Opens the channel over a fresh worker and starts its backend. A worker that dies meanwhile rejects. */
export async function openLane(
  line: WorkerLine,
  backend: 'auto' | BackendName,
  wasm: Uint8Array<ArrayBuffer>,
  onProblem: (problem: PlaygroundError) => void,
): Promise<Lane> {
  const channel = new Channel({
    port: line.port,
    local: pageForWorkerContract,
    remote: workerContract,
    handlers: {},
    onProblem,
  });
  const death = new Promise<never>((_, reject) => line.onCrash((message) => reject(crashed(message))));
  try {
    const started = channel.request('initialize', { backend, wasm }, { transfer: [wasm.buffer] });
    return new Lane(channel, line, await Promise.race([started, death]));
  } catch (problem) {
    channel.dispose();
    line.terminate();
    throw problem;
  }
}

function crashed(message: string): PlaygroundError {
  return new PlaygroundError(
    'engine/worker-crashed',
    `The training worker stopped unexpectedly: ${message}. Resume the run from its last checkpoint.`,
  );
}

/** A real worker as a line. `url` is a blob URL. */
export function browserWorkerLine(url: string): WorkerLine {
  const worker = new Worker(url);
  return {
    port: {
      // The lines among them are MessagePorts, which the protocol's room does not know.
      post: (message, transfer = []) => worker.postMessage(message, [...transfer] as Transferable[]),
      onMessage: (listener) => {
        const forward = (event: MessageEvent<unknown>) => listener(event.data);
        worker.addEventListener('message', forward);
        return () => worker.removeEventListener('message', forward);
      },
    },
    onCrash: (listener) => {
      worker.addEventListener('error', (event) => listener(event.message || 'it could not be started'));
      worker.addEventListener('messageerror', () => listener('a message could not be read'));
    },
    terminate: () => worker.terminate(),
  };
}
