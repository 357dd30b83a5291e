import { isCancelled, PlaygroundError, type ErrorCode } from '../../src/core/errors';
import type { RunControl, RunPlan } from '../../src/core/training/runPlan';
import type { EventData } from '../../src/protocol/contract';
import type { PageContract } from '../../src/protocol/hostUiContract';
import { openHostDoor, reportProblem, type HostDoor } from './hostDoor';
import { followRun } from './store/displayedRun';
import { readForm } from './store/readForm';
import { INITIAL_PAGE_STATE, type PageState, type RunForm, type ViewName } from './store/pageState';
import { withTrace } from './store/recordedTraces';
import { createStore, type Store } from './store/store';
import { EpochEstimator } from './training/epochEstimator';
import { browserWorkerLine } from './training/lane';
import { laneCounts } from './training/laneDivision';
import { LanePool } from './training/lanePool';
import { watchPace } from './training/paceWatch';
import { ResourceLoader } from './training/resourceLoader';
import { RunDriver } from './training/runDriver';

type Fact = EventData<PageContract, 'runFact'>['body'];

/** What views may ask for. None of these rejects: failures become the banner. */
export interface Actions {
  connect(): void;
  start(): void;
  resume(): void;
  control(action: RunControl): void;
  openRun(runId: string): void;
  exportReport(): void;
  exportWeights(): void;
  /** Offers what a view has made to the user to save; the name's ending is png, svg, csv or json. */
  saveExport(suggestedName: string, data: Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>): void;
  /** Reads a run to compare gates with; the one on display stays. */
  readRun(runId: string): void;
  revealBlock(block: string): void;
  runCommand(
    command: 'sePlayground.downloadCifar10' | 'sePlayground.importCifar10' | 'sePlayground.newDefinition',
  ): void;
  /** Another model brings its own epochs, seeds and data set; what was typed for the last one is dropped. */
  chooseModel(model: string, compareWith: string | null): void;
  editForm(patch: Partial<RunForm>): void;
  show(view: ViewName): void;
  dismissBanner(): void;
}

export interface Session {
  store: Store<PageState>;
  actions: Actions;
  door: HostDoor;
  /** Reads what a worker needs; what it has read once is kept. */
  loader: ResourceLoader;
}

/** Everything behind the views: the store, the door to the host, and the training machinery. */
export function openSession(): Session {
  const store = createStore(INITIAL_PAGE_STATE);
  const loader = new ResourceLoader(() => store.get().resources);
  const pool = new LanePool({
    openLine: async () => browserWorkerLine(await loader.worker()),
    wasm: () => loader.wasm(),
    onProblem: (problem) => reportProblem(door, problem),
  });
  const lanesFor = (plan: RunPlan, jobs: number) => laneCounts(plan, jobs, navigator.hardwareConcurrency);
  const estimator = new EpochEstimator(
    (plan) => pool.acquire(lanesFor(plan, plan.arms.length), plan.backend),
    () => pool.terminate(),
  );
  const driver = new RunDriver({
    pool,
    lanesFor,
    loadData: (dataset) => loader.dataSource(dataset),
    // Core's types are read-only where the guards' are not; the message is copied on its way.
    report: (runId, body) => door.emit('runFact', { runId, body: body as Fact }),
    saveCheckpoint: async (runId, job, epoch, data) => {
      await door.request('saveCheckpoint', { runId, job, epoch, data });
    },
    loadCheckpoint: (runId, job) => door.request('loadCheckpoint', { runId, job }),
    warn: (problem) => {
      reportProblem(door, problem);
      const message = `A checkpoint could not be stored: ${problem.message} Training goes on, but can only be resumed from an earlier one.`;
      store.update({ banner: { severity: 'warning', message } });
    },
    onActive: (liveRunId) => store.update({ liveRunId }),
    now: () => performance.now(),
  });
  const door = openHostDoor({
    launch: ({ plan, state }) => {
      estimator.cancel();
      driver.launch(plan, state);
      return {};
    },
    control: async ({ runId, action }) => {
      await driver.control(runId, action);
      return {};
    },
  });
  const actions = createActions(store, door);
  listen(store, door, actions);
  watchPace(store, estimator);
  return { store, actions, door, loader };
}

function createActions(store: Store<PageState>, door: HostDoor): Actions {
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (thrown) {
      if (isCancelled(thrown)) return;
      const { message } = PlaygroundError.from(thrown, 'protocol/failure');
      store.update({ banner: { severity: 'error', message } });
    }
  };
  const displayed = () => store.get().run?.plan.runId;
  const launchBy = (request: () => Promise<unknown>) => {
    if (store.get().launching) return;
    store.update({ launching: true, banner: null });
    void attempt(request).then(() => store.update({ launching: false }));
  };
  const forDisplayed = (request: (runId: string) => Promise<unknown>) => {
    const runId = displayed();
    if (runId !== undefined) void attempt(() => request(runId));
  };
  return {
    connect: () => void connect(store, door),
    start: () => {
      const { request } = readForm(store.get());
      if (request) launchBy(() => door.request('startRun', request));
    },
    resume: () => {
      const runId = displayed();
      if (runId !== undefined) launchBy(() => door.request('resumeRun', { runId }));
    },
    control: (action) => forDisplayed((runId) => door.request('controlRun', { runId, action })),
    openRun: (runId) => {
      if (runId === displayed()) return;
      void attempt(async () => store.update({ run: await door.request('openRun', { runId }), banner: null }));
    },
    exportReport: () => forDisplayed((runId) => door.request('exportReport', { runId })),
    exportWeights: () => forDisplayed((runId) => door.request('exportWeights', { runId })),
    saveExport: (suggestedName, data) =>
      void attempt(async () => door.request('saveExport', { suggestedName, data: await data })),
    readRun: (runId) =>
      void attempt(async () => store.update({ comparedRun: await door.request('readRun', { runId }) })),
    revealBlock: (block) => forDisplayed((runId) => door.request('revealBlock', { runId, block })),
    runCommand: (command) => void attempt(() => door.request('runCommand', { command })),
    chooseModel: (model, compareWith) => {
      const { form } = store.get();
      store.update({ form: { ...form, model, compareWith, epochs: null, seeds: null, dataset: null } });
    },
    editForm: (patch) => store.update({ form: { ...store.get().form, ...patch } }),
    show: (view) => store.update({ view }),
    dismissBanner: () => store.update({ banner: null }),
  };
}

/** The first request: everything the first frame needs. */
async function connect(store: Store<PageState>, door: HostDoor): Promise<void> {
  store.update({ phase: 'loading' });
  try {
    const { models, runs, datasets, resources, run, selected, compareWith, backend } = await door.request(
      'ready',
      {},
    );
    const form = { ...store.get().form, model: selected, compareWith: compareWith ?? null, backend };
    store.update({ phase: 'ready', models, runs, datasets, resources, run, form });
  } catch (thrown) {
    reportProblem(door, PlaygroundError.from(thrown, 'protocol/failure'));
    store.update({ phase: 'unreachable' });
  }
}

function listen(store: Store<PageState>, door: HostDoor, actions: Actions): void {
  let fetching = false;
  const refetch = (runId: string) => {
    if (fetching) return;
    fetching = true;
    door
      .request('openRun', { runId })
      .then(
        (run) => {
          if (store.get().run?.plan.runId === runId) store.update({ run });
        },
        (thrown: unknown) => reportProblem(door, PlaygroundError.from(thrown, 'protocol/failure')),
      )
      .finally(() => (fetching = false));
  };
  door.on('runEvent', (event) => {
    const { run, stale } = followRun(store.get().run, event);
    if (stale) refetch(event.runId);
    else if (run !== store.get().run) store.update({ run });
  });
  door.on('showRun', ({ run }) => store.update({ run, banner: null }));
  door.on('showTrace', ({ label, trace }) => {
    store.update({ traces: withTrace(store.get().traces, { label, trace }), view: 'heatmap' });
  });
  door.on('showView', ({ view }) => actions.show(view));
  door.on('selectModel', ({ model, compareWith }) => actions.chooseModel(model, compareWith ?? null));
  door.on('listsChanged', ({ models, runs, datasets, resources }) =>
    store.update({ models, runs, datasets, resources }),
  );
}

/** Sends what escaped every handler to the log. */
export function reportUncaught(door: HostDoor): void {
  const report = (thrown: unknown, code: ErrorCode) =>
    reportProblem(door, PlaygroundError.from(thrown, code));
  window.addEventListener('error', (event) => report(event.error ?? event.message, 'engine/page-error'));
  window.addEventListener('unhandledrejection', (event) => report(event.reason, 'engine/page-rejection'));
}
