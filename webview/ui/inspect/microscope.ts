import { PlaygroundError } from '../../../src/core/errors';
import { jobId, type JobKey, type RunPlan } from '../../../src/core/training/runPlan';
import { openLane, type DataLoader, type Lane, type WorkerLine } from '../training/lane';

/** A worker that nobody asks anything for so long is closed: it holds the images and a network. */
export const IDLE_MS = 120_000;

export interface MicroscopeSources {
  openLine(): Promise<WorkerLine>;
  wasm(): Promise<Uint8Array<ArrayBuffer>>;
  loadData: DataLoader;
  loadCheckpoint(
    runId: string,
    job: JobKey,
  ): Promise<{ epoch: number; data: Uint8Array<ArrayBuffer> } | null>;
  onProblem(problem: PlaygroundError): void;
}

/** One trained model of a run. */
export interface Specimen {
  plan: RunPlan;
  job: JobKey;
}

/** A model that the worker has open. */
export interface OpenSpecimen {
  channel: Lane['channel'];
  epoch: number;
  validationImages: number;
  classes: number;
}

export type MicroscopeState =
  | { kind: 'closed'; why: 'unused' | 'idle' | 'training' }
  | { kind: 'opening'; step: 'worker' | 'images' | 'model' }
  | { kind: 'open' };

/**
 * A worker of its own for looking into trained models: opened when first needed, closed when nobody has needed it for two minutes. It has one model
 * open at a time; asking for another one ends what is being done with the last.
 */
export class Microscope {
  private lane: Lane | undefined;
  private opened: { id: string; specimen: OpenSpecimen } | undefined;
  /** Settles when the model asked for last is open. */
  private opening: Promise<unknown> = Promise.resolve();
  private users = 0;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private session = new AbortController();
  private now: MicroscopeState = { kind: 'closed', why: 'unused' };

  constructor(
    private readonly sources: MicroscopeSources,
    private readonly onChange: (state: MicroscopeState) => void,
  ) {}

  get state(): MicroscopeState {
    return this.now;
  }

  /**
   * Does the work as soon as that model is open.
   *
   * @throws PlaygroundError `cancelled` once the signal is aborted or the worker is closed; `engine/worker-crashed` when it dies;
   *   `storage/checkpoint` for a model without one; else what stood in the way of opening or of the work
   */
  use<Result>(
    specimen: Specimen,
    work: (open: OpenSpecimen, signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    const session = this.session.signal;
    const both = AbortSignal.any([signal, session]);
    clearTimeout(this.idle);
    this.users++;
    const opened = this.opening.then(() => {
      both.throwIfAborted();
      return this.open(specimen, session);
    });
    this.opening = opened.catch(() => undefined);
    const done = opened.then((open) => work(open, both));
    return orGivenUp(done, both).finally(() => {
      this.users--;
      if (this.users === 0 && this.lane) this.idle = setTimeout(() => this.close('idle'), IDLE_MS);
    });
  }

  /** Ends the worker; what waits for it is cancelled, or fails with the worker's death. Does nothing where there is none. */
  close(why: 'unused' | 'idle' | 'training', death?: PlaygroundError): void {
    if (this.now.kind === 'closed') return;
    clearTimeout(this.idle);
    this.session.abort(death);
    this.session = new AbortController();
    this.opening = Promise.resolve();
    this.lane?.dispose();
    this.lane = undefined;
    this.opened = undefined;
    this.become({ kind: 'closed', why });
  }

  private async open({ plan, job }: Specimen, session: AbortSignal): Promise<OpenSpecimen> {
    const id = `${plan.runId} ${jobId(job)}`;
    if (this.opened?.id === id) return this.opened.specimen;
    this.opened = undefined;
    const order = orderOf(plan, job);
    try {
      this.become({ kind: 'opening', step: 'worker' });
      const lane = (this.lane ??= await this.openWorker(session));
      this.become({ kind: 'opening', step: 'images' });
      await lane.loadData(plan.dataset, this.sources.loadData, session);
      this.become({ kind: 'opening', step: 'model' });
      const kept = await this.sources.loadCheckpoint(plan.runId, job);
      if (!kept) throw noCheckpoint();
      session.throwIfAborted();
      const params = { ...order, checkpoint: kept.data };
      const found = await lane.channel.request('openModel', params, {
        transfer: [kept.data.buffer],
        signal: session,
      });
      this.opened = { id, specimen: { channel: lane.channel, ...found } };
      this.become({ kind: 'open' });
      return this.opened.specimen;
    } catch (thrown) {
      // Closed meanwhile: another worker may have taken its place.
      if (!session.aborted) this.become(this.lane ? { kind: 'open' } : { kind: 'closed', why: 'unused' });
      throw thrown;
    }
  }

  private async openWorker(session: AbortSignal): Promise<Lane> {
    const [line, wasm] = await Promise.all([this.sources.openLine(), this.sources.wasm()]);
    // On the processor: it is there everywhere, starts at once, and gives the same numbers every time.
    const lane = await openLane(line, 'wasm', wasm, (problem) => this.sources.onProblem(problem));
    if (session.aborted) {
      lane.dispose();
      session.throwIfAborted();
    }
    lane.onDeath((death) => {
      if (this.lane === lane) this.close('unused', death);
    });
    return lane;
  }

  private become(state: MicroscopeState): void {
    this.now = state;
    this.onChange(state);
  }
}

function orderOf(plan: RunPlan, job: JobKey) {
  const spec = plan.arms.find(({ id }) => id === job.arm)?.spec;
  const recipe = plan.arms[0]?.spec.training;
  if (!spec || !recipe) throw new PlaygroundError('protocol/bad-plan', `The run has no arm ${job.arm}.`);
  return { spec, recipe, seed: job.seed };
}

function noCheckpoint(): PlaygroundError {
  return new PlaygroundError(
    'storage/checkpoint',
    'The trained weights of this model are not here. Choose another model, or train the run again.',
  );
}

/** Settles like `work`, or rejects as cancelled once the signal is aborted. */
function orGivenUp<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      const why: unknown = signal.reason;
      const told = why instanceof PlaygroundError;
      reject(told ? why : new PlaygroundError('cancelled', 'Nobody needs this any more.'));
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject);
  });
}
