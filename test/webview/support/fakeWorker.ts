/**
 * A worker that speaks the real protocol and trains nothing: its numbers come from a script. Bundled to one classic file by the harness, with
 * the script put before it as `self.fakeScript`.
 */
import { compileModel } from '../../../src/core/model/compileModel';
import type { ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import { Channel } from '../../../src/protocol/channel';
import { pageForWorkerContract, workerContract, type JobOrder } from '../../../src/protocol/uiWorkerContract';
import type { FakeScript } from './fakeScript';
import { noInspection } from './noInspection';

interface WorkerGlobal {
  fakeScript: FakeScript;
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}
const scope = globalThis as unknown as WorkerGlobal;
const script = scope.fakeScript;
const remote = new BroadcastChannel('fake-worker');

let permits = script.freeEpochs;
let waiting: (() => void) | undefined;
let paused = false;
let stopped = false;

/** The test lets epochs pass one by one: `{ epochs: n }`. The other workers' `{ estimated }` arrives here too. */
remote.addEventListener('message', (event: MessageEvent<{ epochs?: number }>) => {
  permits += event.data.epochs ?? 0;
  wake();
});

function wake(): void {
  waiting?.();
  waiting = undefined;
}

const channel: Channel<typeof workerContract, typeof pageForWorkerContract> = new Channel({
  port: {
    post: (message, transfer = []) => scope.postMessage(message, [...transfer] as Transferable[]),
    onMessage: (listener) => {
      scope.addEventListener('message', (event) => listener(event.data));
      return () => undefined;
    },
  },
  local: workerContract,
  remote: pageForWorkerContract,
  handlers: {
    ...noInspection,
    initialize: ({ backend, wasm }) => {
      if (wasm.byteLength === 0) throw new Error('no wasm arrived');
      if (backend === 'webgl') throw new Error('This machine has no GPU.');
      return {
        backend: 'wasm',
        device: 'CPU (WebAssembly SIMD)',
        reason: 'No GPU was found, so training runs on the processor.',
      };
    },
    estimate: ({ spec }) => {
      remote.postMessage({ estimated: spec.name });
      return spec.se === 'none' ? script.estimates.a : script.estimates.b;
    },
    loadData: ({ source }) => {
      if (source.kind === 'quick' && source.file.byteLength === 0) throw new Error('no images arrived');
      return { train: 5000, test: 1000 };
    },
    startJob: (order) => {
      stopped = paused = false;
      void train(order);
      return {};
    },
    control: ({ action }) => {
      paused = action === 'pause';
      stopped ||= action === 'stop';
      wake();
      return {};
    },
  },
  onProblem: (problem) => {
    throw problem;
  },
});

async function train(order: JobOrder): Promise<void> {
  const { job, group } = order;
  const ports = (group?.ports ?? []) as MessagePort[];
  if (group && group.rank > 0) {
    // The leader has all there is to tell.
    ports[0]!.onmessage = ({ data }: MessageEvent<boolean>) =>
      channel.emit('finished', { job, completed: data });
    return;
  }
  const completed = await lead(order);
  if (completed === undefined) return;
  for (const port of ports) port.postMessage(completed);
  channel.emit('finished', { job, completed });
}

/** False if it was stopped, undefined if it failed. */
async function lead({ job, spec, epochs, fromEpoch, checkpoint }: JobOrder): Promise<boolean | undefined> {
  if (fromEpoch > 0 && checkpoint?.[0] !== fromEpoch) throw new Error('resumed without its checkpoint');
  const accuracies = script.accuracies[job.arm];
  let reportedPause = false;
  for (let epoch = fromEpoch + 1; epoch <= epochs; epoch++) {
    channel.emit('progress', { job, epoch, step: 1, stepsPerEpoch: 79, loss: 2.3, imagesPerSecond: 500 });
    while ((paused || permits === 0) && !stopped) {
      if (paused && !reportedPause) channel.emit('paused', { job });
      reportedPause = paused;
      await new Promise<void>((resolve) => (waiting = resolve));
    }
    if (stopped) return false;
    permits--;
    if (script.failure && script.failure.arm === job.arm && script.failure.epoch === epoch) {
      const { code, message, crash } = script.failure;
      if (crash) {
        // Outside any promise: only then does the page hear of it.
        setTimeout(() => {
          throw new Error(message);
        });
        return undefined;
      }
      channel.emit('failed', { job, failure: { code, message } });
      return undefined;
    }
    const accuracy = (accuracies[epoch - 1] ?? 0.5) + job.seed * 0.001;
    channel.emit('epoch', {
      metrics: {
        ...job,
        epoch,
        trainLoss: 2.4 - accuracy,
        trainAccuracy: Math.min(1, accuracy + 0.02),
        validationLoss: 2.5 - accuracy,
        validationAccuracy: accuracy,
        imagesPerSecond: 480,
        stepMs: job.arm === 'a' ? 100 : 108,
        epochMs: 10_000,
        learningRate: 0.1,
      },
      excitation: spec.se === 'none' ? null : gates(spec, epoch),
    });
    const data = new Uint8Array([epoch, 1, 2, 3]);
    channel.emit('checkpoint', { job, epoch, data }, [data.buffer]);
  }
  return true;
}

function gates(spec: ModelSpec, epoch: number): ExcitationSummary {
  const blocks = compileModel(spec).blocks.map(({ id, channels }, row) => ({
    block: id,
    channels,
    mean: Array.from(
      { length: 10 * channels },
      (_, index) => 0.5 + 0.04 * row + 0.001 * (index % 50) * epoch,
    ),
    deviation: Array.from({ length: 10 * channels }, () => 0.02),
    saturatedLow: 0,
    saturatedHigh: 0.01 * row,
  }));
  return { classes: 10, imagesPerClass: Array.from({ length: 10 }, () => 100), blocks } as ExcitationSummary;
}
