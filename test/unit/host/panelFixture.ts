/** A host without an editor: store, controller and session as the extension wires them, and a fake page at the other end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { PlaygroundError } from '../../../src/core/errors';
import { PanelSession, type PanelServices } from '../../../src/host/panel/panelSession';
import { RunController } from '../../../src/host/runs/runController';
import { RunStore } from '../../../src/host/runs/runStore';
import { memoryPortPair } from '../../../src/protocol/port';
import { FakePage } from './fakePage';
import { exampleSpec } from './runFixtures';

export const MODEL = 'preset:example';

export class PanelFixture {
  readonly problems: string[] = [];
  readonly calls: string[] = [];
  readonly missing = new Set<string>();
  readonly store: RunStore;
  readonly runs: RunController;
  session!: PanelSession;
  page!: FakePage;
  private runNumber = 0;

  private constructor(readonly folder: string) {
    const problem = (found: PlaygroundError) => void this.problems.push(found.code);
    this.store = new RunStore({ folder, now: () => 1_700_000_000_000, onProblem: problem });
    this.runs = new RunController({
      store: this.store,
      page: () => this.session.ready(),
      resolveModel: async (reference) => {
        if (reference === MODEL) return exampleSpec();
        throw new PlaygroundError('spec/unknown-model', 'No such model.');
      },
      requireDataset: async (name) => {
        if (this.missing.has(name)) throw new PlaygroundError('data/missing', `${name} is not here.`);
      },
      defaultBackend: () => 'wasm',
      newRunId: () => `run-${++this.runNumber}`,
      now: () => 1_700_000_000_000,
    });
  }

  static async create(): Promise<PanelFixture> {
    const fixture = new PanelFixture(await mkdtemp(join(tmpdir(), 'se-playground-panel-')));
    fixture.openPanel();
    return fixture;
  }

  openPanel(): void {
    const [near, far] = memoryPortPair();
    this.session = new PanelSession(near, this.services());
    this.page = new FakePage(far);
  }

  /** Opens the panel and hydrates the page. */
  async ready() {
    const state = await this.page.host.request('ready', {});
    await this.settle();
    return state;
  }

  /** Until nothing is in flight: messages, disk, and what follows from them. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      await setImmediate();
      for (const { runId } of await this.store.list()) await this.store.settled(runId);
    }
  }

  async dispose(): Promise<void> {
    this.session.dispose();
    this.page.host.dispose();
    await this.settle();
    await rm(this.folder, { recursive: true, force: true });
  }

  private services(): PanelServices {
    return {
      store: this.store,
      runs: this.runs,
      lists: async () => ({
        models: [{ reference: MODEL, label: 'Example', description: '', spec: exampleSpec() }],
        runs: (await this.store.list()).map(({ excitedModels: _hostOnly, ...run }) => run),
        datasets: [],
        resources: { worker: 'w', wasm: 'm', quick: 'q', full: null },
      }),
      selection: () => ({ model: MODEL }),
      backend: () => 'auto',
      revealBlock: async (runId, block) => void this.calls.push(`reveal ${runId} ${block}`),
      exportReport: async (runId) => void this.calls.push(`export ${runId}`),
      exportWeights: async (runId) => void this.calls.push(`export weights ${runId}`),
      saveExport: async (name, data) => (
        this.calls.push(`save ${name} ${data.length}`),
        name !== 'cancelled.csv'
      ),
      runCommand: async (command) => void this.calls.push(command),
      painted: (firstPaintMs) => void this.calls.push(`painted ${firstPaintMs}`),
      problem: (found) => void this.problems.push(found.code),
    };
  }
}
