/**
 * The page's side of the real worker, without the panel: the panel's own way from the files the host points at to a lane, and a record of what
 * the worker announces. `openEnginePage` bundles it to one classic script.
 */
import { PlaygroundError } from '../../../src/core/errors';
import type { BackendChoice } from '../../../src/core/training/runPlan';
import type { EventData, EventName } from '../../../src/protocol/contract';
import type { GateEdit } from '../../../src/core/excitation/gateEdit';
import type { JobOrder, ModelToOpen, WorkerContract } from '../../../src/protocol/uiWorkerContract';
import { browserWorkerLine, openLane, type Lane, type WorkerLine } from '../../../webview/ui/training/lane';
import { LiveJob } from '../../../webview/ui/training/liveJob';
import { ResourceLoader } from '../../../webview/ui/training/resourceLoader';
import { RESOURCES } from './resources';

type Told<K extends EventName<WorkerContract>> = EventData<WorkerContract, K>;

export interface JobRecord {
  /** Names of all events, in the order they came. */
  names: EventName<WorkerContract>[];
  progress: Told<'progress'>[];
  epochs: Told<'epoch'>[];
  checkpoints: Told<'checkpoint'>[];
  /** Undefined if the job failed. */
  completed?: boolean;
  failure?: Told<'failed'>['failure'];
}

export type GroupRecord = Omit<JobRecord, 'names' | 'progress'>;

const loader = new ResourceLoader(() => RESOURCES);
let line: WorkerLine;
let lane: Lane;

const driver = {
  async startWorker(): Promise<void> {
    line = browserWorkerLine(await loader.worker());
  },

  /** Starts the backend of the worker and gives it the synthetic images; tells what it answers. */
  async initialize(backend: BackendChoice) {
    lane = await openLane(line, backend, await loader.wasm(), (problem) => reportError(problem));
    const { source, transfer } = await loader.dataSource('synthetic');
    const images = await lane.channel.request('loadData', { dataset: 'synthetic', source }, { transfer });
    return { ...lane.backend, images };
  },

  /** Runs a job to `finished` or `failed`. Rejects if the worker dies. */
  runJob(order: JobOrder): Promise<JobRecord> {
    return new Promise((resolve, reject) => {
      const { channel } = lane;
      const record: JobRecord = { names: [], progress: [], epochs: [], checkpoints: [] };
      const offs = [lane.onDeath(reject)];
      const hear = <K extends EventName<WorkerContract>>(name: K, note: (data: Told<K>) => void) => {
        const off = channel.on(name, (data) => {
          record.names.push(name);
          note(data);
        });
        offs.push(off);
      };
      const end = () => {
        for (const off of offs) off();
        resolve(record);
      };
      hear('progress', (data) => record.progress.push(data));
      hear('epoch', (data) => record.epochs.push(data));
      hear('checkpoint', (data) => record.checkpoints.push(data));
      hear('finished', ({ completed }) => {
        record.completed = completed;
        end();
      });
      hear('failed', ({ failure }) => {
        record.failure = failure;
        end();
      });
      channel.request('startJob', order).catch(reject);
    });
  },

  /**
   * Trains one job on fresh WASM workers that share it, as a run does. The worker of rank `loses`, if any, dies of a message it cannot read at the
   * first progress.
   */
  async trainTogether(order: JobOrder, workers: number, loses?: number): Promise<GroupRecord> {
    const lines: WorkerLine[] = [];
    const [leader, ...others] = await Promise.all(
      Array.from({ length: workers }, async (_, rank) => {
        const own = browserWorkerLine(await loader.worker());
        lines[rank] = own;
        const opened = await openLane(own, 'wasm', await loader.wasm(), (problem) => reportError(problem));
        const { source, transfer } = await loader.dataSource('synthetic');
        await opened.channel.request('loadData', { dataset: 'synthetic', source }, { transfer });
        return opened;
      }),
    );
    const record: GroupRecord = { epochs: [], checkpoints: [] };
    const job = new LiveJob(order.job, [leader!, ...others], {
      onProgress: () => {
        if (loses !== undefined) lines[loses]!.port.post('what?');
      },
      onEpoch: (epoch) => record.epochs.push(epoch),
      onCheckpoint: (checkpoint) => record.checkpoints.push(checkpoint),
      onPaused: () => undefined,
    });
    try {
      record.completed = await job.train(order);
    } catch (thrown) {
      const { code, message } = PlaygroundError.from(thrown, 'engine/failed');
      record.failure = { code, message };
    }
    for (const one of [leader!, ...others]) one.dispose();
    return record;
  },

  /** Opens the model, looks at its first image, and makes one knock-out after the other. */
  async inspect(model: ModelToOpen, knockOuts: readonly (readonly GateEdit[])[]) {
    const { channel } = lane;
    await channel.request('openModel', model);
    const seen = await channel.request('lookAt', {
      images: { kind: 'validation', indices: [0] },
      classes: [1],
    });
    const results = [];
    for (const edits of knockOuts) {
      const { accuracy, loss } = await channel.request('knockOut', { edits: [...edits] });
      results.push({ accuracy, loss });
    }
    await channel.request('closeModel', {});
    return {
      results,
      probabilities: [...seen.probabilities],
      maps: [...seen.maps],
      gates: seen.gates.map(({ gates }) => [...gates]),
    };
  },

  /** Settles with the next progress of the job that runs. */
  nextProgress(): Promise<Told<'progress'>> {
    return new Promise((resolve) => {
      const off = lane.channel.on('progress', (data) => {
        off();
        resolve(data);
      });
    });
  },
};

export type EngineDriver = typeof driver;
export interface EngineWindow {
  engineDriver: EngineDriver;
}
(globalThis as unknown as EngineWindow).engineDriver = driver;
