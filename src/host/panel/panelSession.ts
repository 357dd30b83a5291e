/** One life of the page: serves the host's contract over a port, and feeds the page with what changes. Knows no editor API. */
import { PlaygroundError } from '../../core/errors';
import type { ExcitationTrace } from '../../core/excitation/trace';
import type { RunControl, RunPlan } from '../../core/training/runPlan';
import type { RunState } from '../../core/training/runState';
import { Channel, type Handlers } from '../../protocol/channel';
import type { EventData } from '../../protocol/contract';
import {
  hostContract,
  pageContract,
  type HostContract,
  type PageContract,
  type PanelState,
} from '../../protocol/hostUiContract';
import type { Port } from '../../protocol/port';
import type { RunController, TrainingPage } from '../runs/runController';
import type { RunStore } from '../runs/runStore';

export type PanelLists = EventData<HostContract, 'listsChanged'>;
export type Selection = EventData<HostContract, 'selectModel'>;
export type PanelView = EventData<HostContract, 'showView'>['view'];
type PanelCommand = Parameters<Handlers<HostContract>['runCommand']>[0]['command'];

/** What the page asks of the rest of the host. */
export interface PanelServices {
  store: RunStore;
  runs: RunController;
  lists(): Promise<PanelLists>;
  /** What the pickers show first. */
  selection(): Selection;
  backend(): PanelState['backend'];
  revealBlock(runId: string, block: string): Promise<void>;
  exportReport(runId: string): Promise<void>;
  exportWeights(runId: string): Promise<void>;
  /** False if the user has cancelled. */
  saveExport(suggestedName: string, data: Uint8Array): Promise<boolean>;
  runCommand(command: PanelCommand): Promise<void>;
  painted(firstPaintMs: number): void;
  /** Goes to the log. */
  problem(problem: PlaygroundError): void;
}

/** A page that has not asked for its state by then did not load. */
const READY_TIMEOUT_MS = 60_000;
/** Controls act between two steps; the slowest models need seconds for one. */
const CONTROL_TIMEOUT_MS = 120_000;

export class PanelSession implements TrainingPage {
  private readonly channel: Channel<HostContract, PageContract>;
  private readonly stopListening: (() => void)[];
  private displayed: string | undefined;
  private announceReady: () => void = () => {};
  private readonly firstReady = new Promise<void>((resolve) => (this.announceReady = resolve));
  private isReady = false;
  /** What changed between reading the page's first state and sending it; absent before that, when the state will have it anyway. */
  private missed: (() => void)[] | undefined;
  private disposed = false;
  private listsDue = false;
  private sending: Promise<void> = Promise.resolve();

  constructor(
    port: Port,
    private readonly services: PanelServices,
  ) {
    const onProblem = (problem: PlaygroundError) => services.problem(problem);
    const handlers = this.handlers();
    this.channel = new Channel({ port, local: hostContract, remote: pageContract, handlers, onProblem });
    this.stopListening = [
      this.channel.on('runFact', ({ runId, body }) => {
        const dropped = services.runs.fact(runId, body);
        if (dropped !== undefined) {
          const text = `Dropped "${body.kind}" of run ${runId}: ${dropped}.`;
          services.problem(new PlaygroundError('protocol/refused-fact', text));
        }
      }),
      this.channel.on('painted', ({ firstPaintMs }) => services.painted(firstPaintMs)),
      this.channel.on('problem', ({ code, message }) =>
        services.problem(new PlaygroundError('protocol/page', `The panel reports ${code}: ${message}`)),
      ),
      services.store.onEvent((event) => {
        if (event.runId === this.displayed) this.channel.emit('runEvent', event);
      }),
      services.store.onListChange(() => this.refreshLists()),
    ];
  }

  /** Resolves when the page has its state. @throws PlaygroundError `engine/no-page` if it does not come up */
  async ready(timeoutMs = READY_TIMEOUT_MS): Promise<this> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      const text = 'The SE Playground panel did not start. Close it and open it again.';
      timer = setTimeout(() => reject(new PlaygroundError('engine/no-page', text)), timeoutMs);
    });
    await Promise.race([this.firstReady, tooLate]).finally(() => clearTimeout(timer));
    if (this.disposed) throw new PlaygroundError('cancelled', 'The panel was closed.');
    return this;
  }

  async launch(plan: RunPlan, state: RunState | null): Promise<void> {
    // The data set of the plan may have become available just now, and its addresses are in the lists.
    await this.sendLists();
    await this.channel.request('launch', { plan, state });
  }

  async control(runId: string, action: RunControl): Promise<void> {
    await this.channel.request('control', { runId, action }, { timeoutMs: CONTROL_TIMEOUT_MS });
  }

  show(run: RunState): void {
    this.displayed = run.plan.runId;
    this.whenReady(() => this.channel.emit('showRun', { run }));
  }

  /** Displays a recording in the heatmap, beside the run. */
  showTrace(label: string, trace: ExcitationTrace): void {
    this.whenReady(() => this.channel.emit('showTrace', { label, trace }));
  }

  /** The run on display, for commands that act on it. */
  get displayedRun(): string | undefined {
    return this.displayed;
  }

  /** Preselects models in the form, and shows it: the page may be at the heatmap. */
  selectModel(selection: Selection): void {
    this.whenReady(() => {
      this.channel.emit('selectModel', selection);
      this.showView('train');
    });
  }

  showView(view: PanelView): void {
    this.channel.emit('showView', { view });
  }

  /** Sends the lists again, once for any number of changes that come together. */
  refreshLists(): void {
    if (this.listsDue) return;
    this.whenReady(() => {
      this.listsDue = true;
      void this.sendLists();
    });
  }

  /** One after the other, or older lists could arrive last. Never rejects. */
  private sendLists(): Promise<void> {
    this.sending = this.sending
      .then(() => {
        this.listsDue = false;
        return this.services.lists();
      })
      .then((lists) => this.channel.emit('listsChanged', lists))
      .catch((thrown: unknown) => this.services.problem(PlaygroundError.from(thrown, 'storage/lists')));
    return this.sending;
  }

  /** The panel is gone: an active run becomes interrupted, and nothing waits for the page any more. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.services.runs.pageGone();
    for (const stop of this.stopListening) stop();
    this.channel.dispose();
    this.announceReady();
  }

  private handlers(): Handlers<HostContract> {
    const { services } = this;
    const { runs, store } = services;
    const done = {};
    return {
      ready: () => this.hydrate(),
      startRun: async (request) => ({ runId: await runs.start(request) }),
      resumeRun: async ({ runId }) => (await runs.resume(runId), done),
      controlRun: async ({ runId, action }) => (await runs.control(runId, action), done),
      openRun: async ({ runId }) => {
        const state = await store.open(runId);
        this.displayed = runId;
        return state;
      },
      readRun: async ({ runId }) => store.open(runId),
      saveCheckpoint: async ({ runId, job, epoch, data }) => (
        await store.saveCheckpoint(runId, job, { epoch, data }),
        done
      ),
      loadCheckpoint: async ({ runId, job }) => store.loadCheckpoint(runId, job),
      revealBlock: async ({ runId, block }) => (await services.revealBlock(runId, block), done),
      exportReport: async ({ runId }) => (await services.exportReport(runId), done),
      exportWeights: async ({ runId }) => (await services.exportWeights(runId), done),
      saveExport: async ({ suggestedName, data }) => ({
        saved: await services.saveExport(suggestedName, data),
      }),
      runCommand: async ({ command }) => (await services.runCommand(command), done),
    };
  }

  private async hydrate(): Promise<PanelState> {
    const { store, runs } = this.services;
    // A page asks once. If it asks again it was reloaded, and its workers went with it.
    if (this.isReady) runs.pageGone();
    this.isReady = false;
    this.missed = [];
    const [lists, run] = await Promise.all([this.services.lists(), this.runToShow(store)]);
    const { model, compareWith } = this.services.selection();
    const state: PanelState = { ...lists, selected: model, backend: this.services.backend(), run };
    if (compareWith !== undefined) state.compareWith = compareWith;
    // After the answer has been sent, so that no event overtakes it.
    setImmediate(() => this.becomeReady());
    return state;
  }

  private becomeReady(): void {
    this.isReady = true;
    for (const send of this.missed?.splice(0) ?? []) send();
    this.announceReady();
  }

  private whenReady(send: () => void): void {
    if (this.isReady) send();
    else this.missed?.push(send);
  }

  /** What was asked for, else the newest run: after a restart of the window that is the one to resume. */
  private async runToShow(store: RunStore): Promise<RunState | null> {
    const runId = this.displayed ?? (await store.list())[0]?.runId;
    if (runId === undefined) return null;
    try {
      const state = await store.open(runId);
      this.displayed = runId;
      return state;
    } catch (thrown) {
      this.services.problem(PlaygroundError.from(thrown, 'storage/damaged-run'));
      return null;
    }
  }
}
