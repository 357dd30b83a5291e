import { PlaygroundError } from '../../../src/core/errors';
import { IMAGE_CHANNELS, IMAGE_HEIGHT, IMAGE_WIDTH, CLASSES } from '../../../src/core/data/labelledImages';
import type { Dataset } from '../../../src/core/data/labelledImages';
import type { DatasetName, ModelSpec } from '../../../src/core/model/modelSpec';
import type { BackendChoice, RunControl } from '../../../src/core/training/runPlan';
import type { Result } from '../../../src/protocol/contract';
import type {
  DataSource,
  JobOrder,
  ModelToOpen,
  WorkerContract,
} from '../../../src/protocol/uiWorkerContract';
import { startBackend, type StartedBackend } from '../backend/startBackend';
import { loadDataset } from '../feed/loadDataset';
import { Inspection } from '../inspect/inspection';
import { estimateStep, type StepEstimate } from './estimateStep';
import { JobControl } from './jobControl';
import { Trainer } from './trainer';
import { watchContextLoss } from './watchContextLoss';
import type { WorkerEmit } from './workerEmit';

/** What the worker does for the page, request by request; knows nothing of ports and messages. One job at a time. */
export class WorkerService {
  private started = false;
  private loaded: { name: DatasetName; data: Dataset } | undefined;
  private running: JobControl | undefined;
  /** Set when the backend can compute no more. */
  private lost: PlaygroundError | undefined;
  private readonly onLost = new Set<(failure: PlaygroundError) => void>();
  private readonly inspected: Inspection;

  constructor(private readonly emit: WorkerEmit) {
    this.inspected = new Inspection(emit, (work) => this.orLost(work));
  }

  /** The model that is open to be looked into, for the requests about it. */
  get inspection(): Inspection {
    this.refuseWhileRunning();
    this.requireBackend();
    return this.inspected;
  }

  /** Chooses and starts a backend; `wasm` is the content of `tfjs-backend-wasm-simd.wasm`. */
  async initialize(params: { backend: BackendChoice; wasm: Uint8Array }): Promise<StartedBackend> {
    this.refuseWhileRunning();
    await this.inspected.close();
    const started = await startBackend({ choice: params.backend, wasm: params.wasm });
    if (started.backend === 'webgl') {
      watchContextLoss((failure) => {
        this.lost = failure;
        this.running?.fail(failure);
        for (const tell of this.onLost) tell(failure);
      });
    }
    this.started = true;
    return started;
  }

  /** Decodes the images and keeps them until the next call. Closes the open model, which may hold the ones before. */
  async loadData(params: {
    dataset: DatasetName;
    source: DataSource;
  }): Promise<{ train: number; test: number }> {
    this.refuseWhileRunning();
    await this.inspected.close();
    if (params.dataset !== params.source.kind) {
      throw new PlaygroundError(
        'data/wrong-source',
        `The images of the ${params.source.kind} set were sent as the ${params.dataset} set. Start the run again.`,
      );
    }
    // Released first: two full sets at once would take 360 MB.
    this.loaded = undefined;
    const data = loadDataset(params.source);
    this.loaded = { name: params.dataset, data };
    return { train: data.train.labels.length, test: data.test.labels.length };
  }

  /** Measures a few steps of the model at that batch size. */
  async estimate(params: { spec: ModelSpec; batch: number }): Promise<StepEstimate> {
    this.refuseWhileRunning();
    this.requireBackend();
    requireImageShape(params.spec);
    return this.orLost(estimateStep(params.spec, params.batch));
  }

  /** Opens a trained model in place of the one that is open. */
  async openModel(order: ModelToOpen): Promise<Result<WorkerContract, 'openModel'>> {
    const { inspection } = this;
    requireImageShape(order.spec);
    return inspection.open(order, this.imagesOf(order.recipe.dataset));
  }

  /** Prepares the job and lets it run; the rest is told by events, `finished` or `failed` last. */
  startJob(order: JobOrder): void {
    this.refuseWhileRunning();
    this.requireBackend();
    requireImageShape(order.spec);
    if (this.inspected.isOpen) {
      throw new PlaygroundError(
        'engine/busy',
        'A model is open in this worker to be looked into. Close it first.',
      );
    }
    const data = this.imagesOf(order.recipe.dataset);
    const control = new JobControl(() => this.emit('paused', { job: order.job }));
    const trainer = new Trainer(order, data, control, this.emit);
    this.running = control;
    void this.train(trainer, control, order);
  }

  /** Takes effect between two steps; without a job there is nothing to control. */
  control(params: { action: RunControl }): void {
    this.running?.apply(params.action);
  }

  private async train(trainer: Trainer, control: JobControl, { job }: JobOrder): Promise<void> {
    let tellEnd: () => void;
    try {
      // Raced, because tfjs waits for ever for values of a GPU that is gone.
      const completed = await Promise.race([trainer.run(), control.failed]);
      tellEnd = () => this.emit('finished', { job, completed });
    } catch (thrown) {
      const { code, message } = PlaygroundError.from(thrown, 'engine/step-failed');
      tellEnd = () => this.emit('failed', { job, failure: { code, message } });
    }
    trainer.dispose();
    this.running = undefined;
    // Told last, so that the page may start the next job at once.
    tellEnd();
  }

  private imagesOf(dataset: DatasetName): Dataset {
    if (this.loaded?.name === dataset) return this.loaded.data;
    throw new PlaygroundError(
      'data/not-loaded',
      `The images of the ${dataset} set have not been loaded. Start the run again.`,
    );
  }

  /** Raced, because tfjs waits for ever for values of a GPU that is gone. */
  private async orLost<T>(work: Promise<T>): Promise<T> {
    let tell: (failure: PlaygroundError) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => (tell = reject));
    this.onLost.add(tell);
    try {
      return await Promise.race([work, lost]);
    } finally {
      this.onLost.delete(tell);
    }
  }

  private refuseWhileRunning(): void {
    if (!this.running) return;
    throw new PlaygroundError('engine/busy', 'This worker is training. Stop the run first.');
  }

  private requireBackend(): void {
    if (this.lost) throw this.lost;
    if (this.started) return;
    throw new PlaygroundError('engine/not-started', 'The backend has not been started. Start the run again.');
  }
}

/** All data sets have CIFAR-10's shape; a model for other images can be looked at, but not trained here. */
function requireImageShape({ name, input, classes }: ModelSpec): void {
  const fits =
    input.height === IMAGE_HEIGHT &&
    input.width === IMAGE_WIDTH &&
    input.channels === IMAGE_CHANNELS &&
    classes >= CLASSES;
  if (fits) return;
  throw new PlaygroundError(
    'spec/input-shape',
    `"${name}" takes ${input.height} x ${input.width} x ${input.channels} images in ${classes} classes, and the images here are ${IMAGE_HEIGHT} x ${IMAGE_WIDTH} x ${IMAGE_CHANNELS} in ${CLASSES}. Change its input and classes to train it.`,
  );
}
