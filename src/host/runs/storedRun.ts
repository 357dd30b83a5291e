/** One run: its state in memory and its folder on disk, kept in step. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { PlaygroundError } from '../../core/errors';
import { initialRunState, reduceRun, replayRun, tryReduceRun } from '../../core/training/reduceRun';
import type { RunEvent, RunFact } from '../../core/training/runEvents';
import type { RunPlan } from '../../core/training/runPlan';
import { runProgress } from '../../core/training/runProgress';
import type { RunState } from '../../core/training/runState';
import { hasEnded } from '../../core/training/statusTransitions';
import { writeFileAtomically } from './atomicFile';
import { EventLog } from './eventLog';
import { isImported, logPath, summaryPath } from './runFolder';
import { cachedSummary, summarize, type RunSummary } from './runSummary';

export interface StoredRunOptions {
  now: () => number;
  onProblem: (problem: PlaygroundError) => void;
}

export class StoredRun {
  /** Disk work in order; never rejects. */
  private work: Promise<void> = Promise.resolve();
  /** Events that hold in memory and go to disk with the next one. */
  private unsaved: RunEvent[] = [];

  private constructor(
    private readonly folder: string,
    private readonly log: EventLog,
    private current: RunState,
    /** Trained elsewhere: there is nothing here to resume it from. */
    readonly imported: boolean,
    private readonly options: StoredRunOptions,
  ) {}

  /** A new run and its first event; resolves when that is on disk. */
  static async create(
    folder: string,
    plan: RunPlan,
    options: StoredRunOptions,
  ): Promise<{ run: StoredRun; planned: RunEvent }> {
    const planned: RunEvent = { kind: 'planned', plan, runId: plan.runId, seq: 1, atMs: options.now() };
    const state = reduceRun(initialRunState(plan, planned.atMs), planned);
    const run = new StoredRun(folder, new EventLog(logPath(folder)), state, false, options);
    try {
      await mkdir(folder, { recursive: true });
      await run.log.append(planned);
    } catch (thrown) {
      throw storageFailure(thrown);
    }
    return { run, planned };
  }

  /** Rebuilds a run from its log. @throws PlaygroundError `storage/unknown-run`, `storage/damaged-run` */
  static async open(folder: string, runId: string, options: StoredRunOptions): Promise<StoredRun> {
    const log = new EventLog(logPath(folder));
    const logged = await log.read().catch((thrown: unknown) => {
      throw new PlaygroundError('storage/unknown-run', `Run ${runId} cannot be read.`, { cause: thrown });
    });
    const state = replayRun(logged.events);
    if (!state || state.plan.runId !== runId) {
      throw new PlaygroundError(
        'storage/damaged-run',
        `The log of run ${runId} has no plan. Delete the run.`,
      );
    }
    if (logged.badLines > 0) {
      const text = `Skipped ${logged.badLines} unreadable lines in the log of run ${runId}.`;
      options.onProblem(new PlaygroundError('storage/damaged-run', text));
    }
    const run = new StoredRun(folder, log, state, await isImported(folder), options);
    if (hasEnded(state.status)) run.storeSummary();
    else run.assumeInterrupted();
    return run;
  }

  /** The cached summary, if the log has not changed since. */
  static async cachedSummary(folder: string): Promise<RunSummary | undefined> {
    try {
      const parsed = v.safeParse(cachedSummary, JSON.parse(await readFile(summaryPath(folder), 'utf8')));
      if (!parsed.success) return undefined;
      const { size } = await stat(logPath(folder));
      return size === parsed.output.logBytes ? parsed.output.summary : undefined;
    } catch {
      return undefined;
    }
  }

  get state(): RunState {
    return this.current;
  }

  get summary(): RunSummary {
    return summarize(this.current, this.imported);
  }

  /** Returns why the event was refused, if it was. `stored` is called when it is on disk. */
  apply(body: RunFact, stored: (event: RunEvent, state: RunState) => void): string | undefined {
    const event = this.stamped(body);
    const { state, rejected } = tryReduceRun(this.current, event);
    if (rejected !== undefined) return rejected;
    this.current = state;
    this.enqueue(async () => {
      // Progress within an epoch is of no use after a restart, and there is much of it.
      if (event.kind === 'progress') return;
      this.unsaved.push(event);
      // What could not be written (disk full) is tried again with the next event.
      for (let due = this.unsaved[0]; due; due = this.unsaved[0]) {
        await this.log.append(due);
        this.unsaved.shift();
      }
    });
    this.enqueue(
      async () => stored(event, state),
      (thrown) => PlaygroundError.from(thrown, 'protocol/listener-failed'),
    );
    return undefined;
  }

  /**
   * The window went away while it trained. Not written until the run goes on: looking at a run must not disturb another window that may
   * be training it.
   */
  private assumeInterrupted(): void {
    const event = this.stamped({ kind: 'status', status: 'interrupted' });
    this.current = tryReduceRun(this.current, event).state;
    this.unsaved.push(event);
  }

  storeSummary(): void {
    this.enqueue(async () => {
      const { size } = await stat(logPath(this.folder));
      const content = { logBytes: size, summary: this.summary };
      await writeFileAtomically(summaryPath(this.folder), JSON.stringify(content));
    });
  }

  settled(): Promise<void> {
    return this.work;
  }

  private enqueue(
    step: () => Promise<void>,
    failure: (thrown: unknown) => PlaygroundError = storageFailure,
  ): void {
    this.work = this.work.then(step).catch((thrown: unknown) => this.options.onProblem(failure(thrown)));
  }

  private stamped(body: RunFact): RunEvent {
    const { plan, seq } = this.current;
    const stamp = { runId: plan.runId, seq: seq + 1, atMs: this.options.now() };
    if (body.kind !== 'epoch') return { ...body, ...stamp };
    const event = { ...body, ...stamp, metrics: { ...body.metrics, remainingMs: 0 } };
    return withTimeLeft(this.current, event);
  }
}

/** The run has one time left, whoever shows it and whichever job's epoch it is told with. */
function withTimeLeft(state: RunState, event: RunEvent & { kind: 'epoch' }): RunEvent {
  const { remainingMs = 0 } = runProgress(reduceRun(state, event));
  return { ...event, metrics: { ...event.metrics, remainingMs } };
}

function storageFailure(thrown: unknown): PlaygroundError {
  if (thrown instanceof PlaygroundError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const text = `The run could not be written to disk (${reason}). Free some space; what was trained since may be lost.`;
  return new PlaygroundError('storage/write-failed', text, { cause: thrown });
}
