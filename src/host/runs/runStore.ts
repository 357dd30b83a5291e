/**
 * The owner of every run: its state changes here only, through core's reducer, and what changed is on disk before anyone is told.
 *
 * `<folder>/<runId>/events.jsonl` is the truth (progress within an epoch is not kept), `<arm>-<seed>.ckpt` are the checkpoints, `summary.json` is
 * a cache. A run that was active when its window went away reads as interrupted.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { PlaygroundError } from '../../core/errors';
import type { RunEvent, RunFact } from '../../core/training/runEvents';
import { jobId, type JobKey, type RunPlan } from '../../core/training/runPlan';
import type { RunState } from '../../core/training/runState';
import { isActive } from '../../core/training/statusTransitions';
import { identifier } from '../../protocol/schemas';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpointFile';
import {
  checkpointName,
  checkpointPath,
  readLog,
  removeFolder,
  writeAdopted,
  type AdoptedRun,
} from './runFolder';
import { StoredRun } from './storedRun';
import type { RunSummary } from './runSummary';

export interface RunStoreOptions {
  /** Made when the first run is stored. */
  folder: string;
  /** Unix time. */
  now: () => number;
  /** Told when something could not be read or written; the run itself goes on. */
  onProblem: (problem: PlaygroundError) => void;
}

export type RunEventListener = (event: RunEvent, state: RunState) => void;

export class RunStore {
  /** Runs read or made in this session. */
  private readonly opened = new Map<string, Promise<StoredRun>>();
  private readonly current = new Map<string, StoredRun>();
  private readonly eventListeners = new Set<RunEventListener>();
  private readonly listListeners = new Set<() => void>();

  constructor(private readonly options: RunStoreOptions) {}

  get folder(): string {
    return this.options.folder;
  }

  /** Called with every event once it is stored, and the state after it. Returns the function that stops it. */
  onEvent(listener: RunEventListener): () => void {
    this.eventListeners.add(listener);
    return () => void this.eventListeners.delete(listener);
  }

  /** Called when a run was made, deleted, or changed its status. */
  onListChange(listener: () => void): () => void {
    this.listListeners.add(listener);
    return () => void this.listListeners.delete(listener);
  }

  /** All runs, newest first. Reads logs only of runs without a valid summary. */
  async list(): Promise<RunSummary[]> {
    const names = await readdir(this.options.folder).catch(() => [] as string[]);
    const known = new Set([...names.filter((name) => v.is(identifier, name)), ...this.current.keys()]);
    const summaries = await Promise.all([...known].map((runId) => this.summaryOf(runId)));
    return summaries
      .filter((summary) => summary !== undefined)
      .sort((one, other) => other.createdAtMs - one.createdAtMs);
  }

  /** The state of a run made or opened in this session. */
  get(runId: string): RunState | undefined {
    return this.current.get(runId)?.state;
  }

  /** The run that workers may report about; there is at most one in a window. */
  active(): RunState | undefined {
    return [...this.current.values()].map((run) => run.state).find((state) => isActive(state.status));
  }

  /** @throws PlaygroundError `storage/unknown-run` or `storage/damaged-run` */
  async open(runId: string): Promise<RunState> {
    return (await this.opening(runId)).state;
  }

  /** Stores a new run, status idle. */
  async create(plan: RunPlan): Promise<RunState> {
    const creating = StoredRun.create(this.folderOf(plan.runId), plan, this.options);
    // Known before its folder is, or a list made meanwhile would open the half-made run from disk.
    const run = await this.keep(
      plan.runId,
      creating.then((created) => created.run),
    );
    const { planned } = await creating;
    this.announce(planned, run.state);
    this.announceList();
    return run.state;
  }

  /**
   * Stamps, reduces, stores and announces a fact of an opened run. The state changes at once, listeners hear when it is stored.
   * Returns why the reducer refused it, if it did.
   */
  apply(runId: string, body: RunFact): string | undefined {
    const run = this.current.get(runId);
    if (!run) return `there is no open run ${runId}`;
    const before = run.state.status;
    const outcome = run.apply(body, (event, state) => {
      this.announce(event, state);
      if (event.kind === 'status') this.announceList();
    });
    if (run.state.status !== before && !isActive(run.state.status)) run.storeSummary();
    return outcome;
  }

  /** Resolves when everything applied so far is on disk and announced. */
  async settled(runId: string): Promise<void> {
    await this.current.get(runId)?.settled();
  }

  /** Resolves when the checkpoint is durable. The events before it are too, so that it never names an epoch the log lacks. */
  async saveCheckpoint(runId: string, job: JobKey, checkpoint: Checkpoint): Promise<void> {
    const run = await this.opening(runId);
    requireJob(run.state, job);
    await run.settled();
    await writeCheckpoint(this.checkpointPath(runId, job), checkpoint).catch((thrown: unknown) => {
      throw PlaygroundError.from(thrown, 'storage/checkpoint');
    });
  }

  /** Null if the job has none yet, or one of an epoch that the log does not have. */
  async loadCheckpoint(runId: string, job: JobKey): Promise<Checkpoint | null> {
    const { state } = await this.opening(runId);
    const { series } = requireJob(state, job);
    const checkpoint = await readCheckpoint(this.checkpointPath(runId, job));
    return checkpoint && checkpoint.epoch <= series.length ? checkpoint : null;
  }

  /** The jobs of a run that have a checkpoint on disk. */
  async checkpointedJobs(runId: string): Promise<JobKey[]> {
    const { plan } = await this.open(runId);
    const names = new Set(await readdir(this.folderOf(runId)).catch(() => [] as string[]));
    const jobs = plan.seeds.flatMap((seed) => plan.arms.map(({ id }) => ({ arm: id, seed })));
    return jobs.filter((job) => names.has(checkpointName(job)));
  }

  /** Whether the run was trained elsewhere. @throws as `open` does */
  async isImported(runId: string): Promise<boolean> {
    return (await this.opening(runId)).imported;
  }

  /** The events of a run as they are on disk; undefined if there is no such run. */
  async storedLog(runId: string): Promise<Uint8Array | undefined> {
    await this.settled(runId);
    return readLog(this.folderOf(runId));
  }

  /**
   * Takes in a run that was trained elsewhere, in place of the run of that id if there is one.
   * @throws PlaygroundError `storage/busy` while that one trains, `storage/write-failed`
   */
  async adopt(runId: string, content: AdoptedRun): Promise<RunState> {
    await this.forget(runId, 'replace it');
    await writeAdopted(this.folderOf(runId), content);
    const { state } = await this.opening(runId);
    this.announceList();
    return state;
  }

  /** Removes the run and its checkpoints for good. @throws PlaygroundError `storage/busy` while it is active */
  async delete(runId: string): Promise<void> {
    await this.forget(runId, 'delete it');
    await removeFolder(this.folderOf(runId));
    this.announceList();
  }

  /** Before the run's folder changes behind the object that knows it. */
  private async forget(runId: string, purpose: string): Promise<void> {
    const run = this.current.get(runId);
    if (run && isActive(run.state.status)) {
      const text = `This run is still training. Stop it first, then ${purpose}.`;
      throw new PlaygroundError('storage/busy', text);
    }
    await run?.settled();
    this.opened.delete(runId);
    this.current.delete(runId);
  }

  private async summaryOf(runId: string): Promise<RunSummary | undefined> {
    const run = this.current.get(runId);
    if (run) return run.summary;
    const cached = await StoredRun.cachedSummary(this.folderOf(runId));
    if (cached) return cached;
    try {
      return (await this.opening(runId)).summary;
    } catch (thrown) {
      this.options.onProblem(PlaygroundError.from(thrown, 'storage/damaged-run'));
      return undefined;
    }
  }

  private opening(runId: string): Promise<StoredRun> {
    const known = this.opened.get(runId);
    if (known) return known;
    return this.keep(runId, StoredRun.open(this.folderOf(runId), runId, this.options));
  }

  /** Makes the run known: one object for each run, whoever asks first. */
  private keep(runId: string, opening: Promise<StoredRun>): Promise<StoredRun> {
    const kept = opening.then(
      (run) => {
        this.current.set(runId, run);
        return run;
      },
      (thrown: unknown) => {
        this.opened.delete(runId);
        throw thrown;
      },
    );
    this.opened.set(runId, kept);
    return kept;
  }

  private announce(event: RunEvent, state: RunState): void {
    for (const listener of [...this.eventListeners]) listener(event, state);
  }

  private announceList(): void {
    for (const listener of [...this.listListeners]) listener();
  }

  /** Ids are checked here too, because they become paths. */
  private folderOf(runId: string): string {
    return join(this.options.folder, v.parse(identifier, runId));
  }

  private checkpointPath(runId: string, job: JobKey): string {
    return checkpointPath(this.folderOf(runId), job);
  }
}

function requireJob(state: RunState, job: JobKey) {
  const id = jobId(job);
  const found = Object.hasOwn(state.jobs, id) ? state.jobs[id] : undefined;
  if (!found) throw new PlaygroundError('storage/unknown-job', `The run has no job ${id}.`);
  return found;
}
