/** Starts, resumes and steers runs: the host's side of training, without the editor around it. The page's workers do the work. */
import { isCancelled, PlaygroundError } from '../../core/errors';
import type { DatasetName, ModelSpec } from '../../core/model/modelSpec';
import type { RunFact } from '../../core/training/runEvents';
import type { BackendChoice, RunControl, RunPlan } from '../../core/training/runPlan';
import { planRun, type PlanOverrides } from '../../core/training/runPlanner';
import type { RunState } from '../../core/training/runState';
import { isActive, isResumable } from '../../core/training/statusTransitions';
import type { RunRequest } from '../../protocol/hostUiContract';
import type { RunStore } from './runStore';

/** The page, as far as runs need it. */
export interface TrainingPage {
  /** Settles when the workers are starting. */
  launch(plan: RunPlan, state: RunState | null): Promise<void>;
  control(runId: string, action: RunControl): Promise<void>;
  show(state: RunState): void;
}

export interface RunControllerOptions {
  store: RunStore;
  /** Opens the panel if need be; resolves when its page is ready. */
  page: () => Promise<TrainingPage>;
  /** @throws PlaygroundError `spec/*` if the reference is unknown or its definition has errors */
  resolveModel: (reference: string) => Promise<ModelSpec>;
  /** @throws PlaygroundError `data/missing` */
  requireDataset: (name: DatasetName) => Promise<void>;
  defaultBackend: () => BackendChoice;
  newRunId: () => string;
  /** Unix time. */
  now: () => number;
}

export class RunController {
  /** The run whose workers live in the page. Its last facts may come after its end. */
  private launched: { runId: string; page: TrainingPage } | undefined;
  private starting = false;

  constructor(private readonly options: RunControllerOptions) {}

  /** Plans, stores and launches a run; answers when it is stored, not when it trains. */
  start(request: RunRequest): Promise<string> {
    return this.exclusively(async () => {
      const { store, resolveModel, requireDataset, newRunId, now, defaultBackend } = this.options;
      const { model, compareWith, ...wishes } = request;
      const overrides: PlanOverrides = { backend: defaultBackend(), ...wishes };
      const spec = await resolveModel(model);
      const planned = { runId: newRunId(), createdAtMs: now(), spec, overrides };
      const plan = planRun(
        compareWith === undefined ? planned : { ...planned, compareWith: await resolveModel(compareWith) },
      );
      await requireDataset(plan.dataset);
      const page = await this.options.page();
      await store.create(plan);
      this.launch(page, plan.runId, null);
      return plan.runId;
    });
  }

  /** Goes on with a stopped, failed or interrupted run from its checkpoints. */
  resume(runId: string): Promise<void> {
    return this.exclusively(async () => {
      const state = await this.options.store.open(runId);
      if (!isResumable(state.status)) {
        throw new PlaygroundError(
          'engine/not-resumable',
          `This run is ${state.status}; there is nothing to resume.`,
        );
      }
      if (await this.options.store.isImported(runId)) throw trainedElsewhere();
      await this.options.requireDataset(state.plan.dataset);
      this.launch(await this.options.page(), runId, state);
    });
  }

  /** Asks the page to pause, go on, or stop; what comes of it arrives as facts. */
  async control(runId: string, action: RunControl): Promise<void> {
    const state = this.options.store.get(runId);
    if (!state || !isActive(state.status) || this.launched?.runId !== runId) {
      throw new PlaygroundError('engine/not-running', 'This run is not training any more.');
    }
    await this.launched.page.control(runId, action);
  }

  /** Takes a fact from the page. Returns why it was dropped, if it was. */
  fact(runId: string, body: RunFact): string | undefined {
    if (runId !== this.launched?.runId) return `run ${runId} was not launched in this panel`;
    if (body.kind === 'planned') return 'only the host plans';
    const sameStatus = body.kind === 'status' && this.options.store.get(runId)?.status === body.status;
    return sameStatus ? undefined : this.options.store.apply(runId, body);
  }

  /** The page went away, and with it the workers. */
  pageGone(): void {
    const runId = this.launched?.runId;
    this.launched = undefined;
    if (runId !== undefined) this.options.store.apply(runId, { kind: 'status', status: 'interrupted' });
  }

  private launch(page: TrainingPage, runId: string, before: RunState | null): void {
    const { store } = this.options;
    store.apply(runId, { kind: 'status', status: 'starting' });
    this.launched = { runId, page };
    const state = store.get(runId);
    if (!state) return;
    page.show(state);
    page.launch(state.plan, before && state).catch((thrown: unknown) => this.launchFailed(runId, thrown));
  }

  private launchFailed(runId: string, thrown: unknown): void {
    const { code, message } = PlaygroundError.from(thrown, 'engine/launch');
    // The panel was closed or reloaded meanwhile: nothing is wrong with the run.
    const gone = isCancelled(thrown) || code === 'protocol/disposed' || code === 'protocol/restarted';
    this.options.store.apply(
      runId,
      gone
        ? { kind: 'status', status: 'interrupted' }
        : { kind: 'status', status: 'failed', failure: { code, message: message.slice(0, 2000) } },
    );
  }

  private async exclusively<T>(action: () => Promise<T>): Promise<T> {
    const active = this.options.store.active();
    if (this.starting || active) {
      const name = active ? `"${active.plan.name}"` : 'another run';
      throw new PlaygroundError('engine/busy', `${name} is training. Stop it or wait for its end first.`);
    }
    this.starting = true;
    try {
      return await action();
    } finally {
      this.starting = false;
    }
  }
}

function trainedElsewhere(): PlaygroundError {
  return new PlaygroundError(
    'engine/not-resumable',
    'This run was imported, and what it needs to go on is not here. Resume it where it was trained ' +
      '(a PyTorch script with --resume), then import its log again.',
  );
}
