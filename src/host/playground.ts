/** Builds the host: who owns what and who hears of whom. Nothing here reads a file or starts work; that waits until it is asked for. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { PlaygroundError } from '../core/errors';
import { BACKEND_CHOICES, type BackendChoice } from '../core/training/runPlan';
import type { DatasetService } from './datasets/registerDatasets';
import { DefinitionFiles } from './definitions/definitionFiles';
import { DEFAULT_MODEL, ModelCatalog } from './definitions/modelCatalog';
import { revealBlock } from './definitions/revealBlock';
import { PlaygroundTree } from './explorer/playgroundTree';
import type { PanelLists, PanelServices, Selection } from './panel/panelSession';
import { PlaygroundPanel } from './panel/playgroundPanel';
import { saveExport } from './panel/saveExport';
import { RunController } from './runs/runController';
import { RunStore } from './runs/runStore';
import { showProblem } from './showProblem';

export interface Playground {
  store: RunStore;
  runs: RunController;
  files: DefinitionFiles;
  catalog: ModelCatalog;
  tree: PlaygroundTree;
  panel: PlaygroundPanel;
  /** Opens the panel with these models in its pickers. */
  select(selection: Selection): void;
  /** Milliseconds from the request for the panel, and from the start of its page, to its first paint. */
  readonly onDidPaint: vscode.Event<{ sinceOpenMs: number; firstPaintMs: number }>;
}

export function createPlayground(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  datasets: DatasetService,
): Playground {
  const problem = (thrown: unknown) => showProblem(log, thrown, false);
  const store = new RunStore({
    folder: join((context.storageUri ?? context.globalStorageUri).fsPath, 'runs'),
    now: () => Date.now(),
    onProblem: onceEach(problem),
  });
  const files = new DefinitionFiles();
  const catalog = new ModelCatalog(files);
  const runs = new RunController({
    store,
    page: () => panel.reveal().ready(),
    resolveModel: (reference) => catalog.resolve(reference),
    requireDataset: async (name) => {
      // Verifying 180 MB takes seconds, and only this set needs it.
      if (name === 'full') await datasets.settled();
      const status = (await datasets.status()).find((dataset) => dataset.name === name);
      if (!status?.available)
        throw new PlaygroundError('data/missing', status?.detail ?? `No data set ${name}.`);
    },
    defaultBackend: chosenBackend,
    newRunId: () => newRunId(new Date()),
    now: () => Date.now(),
  });
  const tree = new PlaygroundTree(catalog, store);
  let selection: Selection = { model: DEFAULT_MODEL };
  const paints = new vscode.EventEmitter<{ sinceOpenMs: number; firstPaintMs: number }>();

  const servicesFor = (webview: vscode.Webview): PanelServices => {
    const openedMs = performance.now();
    return {
      store,
      runs,
      lists: () => panelLists(webview, { context, catalog, store, datasets }),
      selection: () => selection,
      backend: chosenBackend,
      revealBlock: async (runId, block) => revealBlock(catalog, await store.open(runId), block),
      exportReport: async (runId) =>
        void (await vscode.commands.executeCommand('sePlayground.exportReport', runId)),
      exportWeights: async (runId) =>
        void (await vscode.commands.executeCommand('sePlayground.exportWeights', runId)),
      saveExport,
      runCommand: async (command) => void (await vscode.commands.executeCommand(command)),
      painted: (firstPaintMs) => {
        const sinceOpenMs = performance.now() - openedMs;
        log.info(
          `First paint ${sinceOpenMs.toFixed(0)} ms after the panel was asked for (page: ${firstPaintMs.toFixed(0)} ms).`,
        );
        paints.fire({ sinceOpenMs, firstPaintMs });
      },
      problem,
    };
  };
  const { extensionUri } = context;
  const panel = new PlaygroundPanel({ extensionUri, datasetFolder: () => datasets.folder }, servicesFor);
  const refresh = () => {
    tree.refresh();
    panel.session?.refreshLists();
  };
  context.subscriptions.push(
    files,
    paints,
    panel,
    files.onDidChange(refresh),
    datasets.onDidChange(() => panel.datasetsChanged(store.active() !== undefined)),
    panel.onDidInterrupt((runId) => void offerResume(runId)),
    new vscode.Disposable(store.onListChange(() => tree.refresh())),
  );
  const select = (next: Selection) => {
    selection = next;
    panel.select(next);
  };
  return { store, runs, files, catalog, tree, panel, select, onDidPaint: paints.event };
}

async function panelLists(
  webview: vscode.Webview,
  from: {
    context: vscode.ExtensionContext;
    catalog: ModelCatalog;
    store: RunStore;
    datasets: DatasetService;
  },
): Promise<PanelLists> {
  const { catalog, store, datasets, context } = from;
  const [models, runs, status, full] = await Promise.all([
    catalog.entries(),
    store.list(),
    datasets.status(),
    datasets.fullFiles(),
  ]);
  const address = (uri: vscode.Uri) => webview.asWebviewUri(uri).toString();
  const own = (path: string) => address(vscode.Uri.joinPath(context.extensionUri, path));
  return {
    models,
    runs: runs.map(({ excitedModels: _hostOnly, ...run }) => run),
    datasets: status,
    resources: {
      worker: own('dist/webview/worker.js'),
      wasm: own('dist/webview/tfjs-backend-wasm-simd.wasm'),
      quick: own('media/quick-cifar.bin'),
      full: full && { train: full.train.map(address), test: address(full.test) },
    },
  };
}

async function offerResume(runId: string): Promise<void> {
  const text =
    'The panel was closed, so the training was interrupted. It can go on from its last checkpoint.';
  if ((await vscode.window.showWarningMessage(text, 'Resume')) === 'Resume') {
    await vscode.commands.executeCommand('sePlayground.resumeRun', runId);
  }
}

function chosenBackend(): BackendChoice {
  const value = vscode.workspace.getConfiguration('sePlayground').get<unknown>('backend');
  return BACKEND_CHOICES.find((choice) => choice === value) ?? 'auto';
}

/** Sorts by time, and is a legal file name: `20250131-235959-1a2b3c`. */
function newRunId(date: Date): string {
  const [day = '', time = ''] = date.toISOString().replace(/[-:]/g, '').split(/[T.]/);
  return `${day}-${time}-${randomBytes(3).toString('hex')}`;
}

/** A disk that is full fails with every event; the user hears of each kind of trouble once a minute. */
function onceEach(report: (problem: PlaygroundError) => void): (problem: PlaygroundError) => void {
  const QUIET_MS = 60_000;
  const reportedMs = new Map<string, number>();
  return (problem) => {
    const nowMs = performance.now();
    if (nowMs - (reportedMs.get(problem.code) ?? -Infinity) < QUIET_MS) return;
    reportedMs.set(problem.code, nowMs);
    report(problem);
  };
}
