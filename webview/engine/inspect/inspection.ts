import type { Dataset } from '../../../src/core/data/labelledImages';
import { isCancelled, PlaygroundError } from '../../../src/core/errors';
import type { ClampTarget } from '../../../src/core/excitation/gateEdit';
import type { BlockId } from '../../../src/core/model/graph';
import type { AbortSignalLike } from '../../../src/protocol/abortSignal';
import type { Params, Result } from '../../../src/protocol/contract';
import type { ModelToOpen, WorkerContract } from '../../../src/protocol/uiWorkerContract';
import { MessageYield } from '../trainer/messageYield';
import type { WorkerEmit } from '../trainer/workerEmit';
import { OpenModel, type MayGoOn } from './openModel';

type Answer<K extends keyof WorkerContract['requests']> = Promise<Result<WorkerContract, K>>;
type Asked<K extends keyof WorkerContract['requests']> = Params<WorkerContract, K>;

interface Sweep {
  block: BlockId;
  to: ClampTarget;
  stopped: boolean;
}

/** The model that is open to be looked into. What is asked of it is done one after the other; a sweep lets others in between two channels. */
export class Inspection {
  private model: OpenModel | undefined;
  private sweep: Sweep | undefined;
  /** Settles when all that was asked so far is done. */
  private queue: Promise<unknown> = Promise.resolve();
  private readonly messages = new MessageYield();

  /** @param orLost rejects when the backend is lost before the work is done */
  constructor(
    private readonly emit: WorkerEmit,
    private readonly orLost: <T>(work: Promise<T>) => Promise<T>,
  ) {}

  get isOpen(): boolean {
    return this.model !== undefined;
  }

  async open(order: ModelToOpen, data: Dataset): Answer<'openModel'> {
    await this.close();
    return this.enqueue(() => {
      const model = (this.model = new OpenModel(order, data));
      const { epoch, imageCount, classes } = model;
      return { epoch, validationImages: imageCount, classes };
    });
  }

  images({ indices }: Asked<'validationImages'>): Result<WorkerContract, 'validationImages'> {
    return this.opened().images(indices);
  }

  lookAt({ images, classes }: Asked<'lookAt'>): Answer<'lookAt'> {
    const model = this.opened();
    return this.enqueue(() => model.lookAt(images, classes));
  }

  knockOut({ edits }: Asked<'knockOut'>, signal: AbortSignalLike): Answer<'knockOut'> {
    const model = this.opened();
    return this.enqueue(() =>
      model.knockOut(
        edits,
        this.turns(model, () => !signal.aborted),
      ),
    );
  }

  recordTrace({ indices }: Asked<'recordTrace'>, signal: AbortSignalLike): Answer<'recordTrace'> {
    const model = this.opened();
    return this.enqueue(() =>
      model.recordTrace(
        indices,
        this.turns(model, () => !signal.aborted),
      ),
    );
  }

  startSweep({ block, to }: Asked<'startSweep'>): void {
    const model = this.opened();
    if (this.sweep) {
      throw new PlaygroundError(
        'engine/busy',
        `The channels of ${this.sweep.block} are being swept. Stop that first.`,
      );
    }
    const channels = model.channelsOf(block);
    const sweep = (this.sweep = { block, to, stopped: false });
    void this.runSweep(model, sweep, channels);
  }

  stopSweep(): void {
    if (this.sweep) this.sweep.stopped = true;
  }

  /** Gives up what is being done with the model, and frees it. */
  async close(): Promise<void> {
    const { model } = this;
    if (!model) return;
    this.stopSweep();
    this.model = undefined;
    await this.enqueue(() => model.dispose());
  }

  private async runSweep(model: OpenModel, sweep: Sweep, channels: number): Promise<void> {
    const { block, to } = sweep;
    let end: { completed: boolean; failure?: { code: string; message: string } } = { completed: true };
    try {
      for (let channel = 0; channel < channels; channel++) {
        const edits = [{ block, channels: [channel], to }];
        const turns = this.turns(model, () => !sweep.stopped);
        const { accuracy, loss } = await this.enqueue(() => model.knockOut(edits, turns));
        this.emit('sweepProgress', { block, to, channel, accuracy, loss });
      }
    } catch (thrown) {
      const { code, message } = PlaygroundError.from(thrown, 'engine/sweep-failed');
      end = isCancelled(thrown) ? { completed: false } : { completed: false, failure: { code, message } };
    }
    this.sweep = undefined;
    this.emit('sweepFinished', { block, to, ...end });
  }

  /** Lets messages in before each batch, and says whether the work is still wanted. */
  private turns(model: OpenModel, wanted: () => boolean): MayGoOn {
    return async () => {
      await this.messages.turn();
      return this.model === model && wanted();
    };
  }

  private enqueue<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.queue.then(() => this.orLost(Promise.resolve().then(work)));
    this.queue = done.catch(() => undefined);
    return done;
  }

  private opened(): OpenModel {
    if (this.model) return this.model;
    throw new PlaygroundError('engine/no-model', 'No model is open to be looked into. Open it again.');
  }
}
