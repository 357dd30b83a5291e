/** The command "Import Run…": a log that the generated training script wrote, or another SE Playground, becomes a run here. */
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import type { RunState } from '../../core/training/runState';
import { confirmed } from '../confirmed';
import type { PlaygroundPanel } from '../panel/playgroundPanel';
import type { AdoptedRun } from '../runs/runFolder';
import type { RunStore } from '../runs/runStore';
import { expectedWeights, importedCheckpoint, MAX_WEIGHTS_BYTES } from './importedWeights';
import { importPlace, type ImportPlace } from './importPlace';
import { MAX_LOG_BYTES, readRunLog, type RunLog } from './readRunLog';

const LOG_FILE = 'events.jsonl';

export interface ImportTarget {
  store: RunStore;
  panel: PlaygroundPanel;
}

/**
 * @param source a log, or a folder that holds `events.jsonl`: a Uri or a path; asked for if absent
 * @param answers `{replace: true}` replaces a run of the same id without asking, where that is allowed at all
 * @returns the id of the run; undefined if the user changed their mind
 */
export async function importRun(
  { store, panel }: ImportTarget,
  source: unknown,
  answers: unknown,
): Promise<string | undefined> {
  const given = typeof source === 'string' ? vscode.Uri.file(source) : source;
  const chosen = given instanceof vscode.Uri ? given : await askForLog();
  if (!chosen) return undefined;
  const file = await logIn(chosen);
  const log = await read(file);
  const { plan } = log.state;
  const { runId } = plan;
  const here = await store.storedLog(runId);
  const imported = here !== undefined && (await store.isImported(runId));
  const place = importPlace(log.content, here && { log: here, imported });
  if (place === 'conflict') throw conflict(log.state);
  if (place === 'continues' || place === 'differs') {
    if (!mayReplace(answers) && !(await askToReplace(place, log.state))) return undefined;
  }
  const checkpoints = await weightsBeside(file, log.state);
  // An import of the log alone may be made good by one with the weights.
  const adds = place !== 'same' || (imported && checkpoints.length > 0);
  const state = adds ? await store.adopt(runId, { log: log.content, checkpoints }) : await store.open(runId);
  const session = await panel.reveal().ready();
  session.show(state);
  const weights =
    checkpoints.length > 0 ? `, with the weights of its trained models (${checkpoints.length})` : '';
  const text = adds ? `"${plan.name}" is imported${weights}.` : `"${plan.name}" is here already.`;
  void vscode.window.showInformationMessage(text);
  return runId;
}

function mayReplace(answers: unknown): boolean {
  return typeof answers === 'object' && answers !== null && 'replace' in answers && answers.replace === true;
}

async function askForLog(): Promise<vscode.Uri | undefined> {
  const file = {
    label: '$(file) A log',
    detail: `The ${LOG_FILE} of a run`,
  };
  const folder = {
    label: '$(folder) A folder',
    detail: `The output folder of the training script, with ${LOG_FILE} in it`,
  };
  const title = 'Import Run';
  const choice = await vscode.window.showQuickPick([folder, file], { title });
  if (!choice) return undefined;
  const isFolder = choice === folder;
  const picked = await vscode.window.showOpenDialog({
    title,
    openLabel: 'Import',
    canSelectFiles: !isFolder,
    canSelectFolders: isFolder,
    canSelectMany: false,
    ...(isFolder ? {} : { filters: { 'Event logs': ['jsonl'] } }),
  });
  return picked?.[0];
}

/** The log itself, where a folder was chosen. @throws PlaygroundError `data/run-log` */
async function logIn(chosen: vscode.Uri): Promise<vscode.Uri> {
  const { type } = await statOf(chosen);
  if ((type & vscode.FileType.Directory) === 0) return chosen;
  return vscode.Uri.joinPath(chosen, LOG_FILE);
}

async function read(uri: vscode.Uri): Promise<RunLog> {
  const { size } = await statOf(uri);
  if (size > MAX_LOG_BYTES) {
    throw new PlaygroundError('data/run-log', `${nameOf(uri)} is larger than any log that can be imported.`);
  }
  const location = vscode.ProgressLocation.Notification;
  const title = `Reading ${nameOf(uri)}`;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    return readRunLog(await vscode.workspace.fs.readFile(uri), controller.signal);
  });
}

/** The weights of finished jobs that lie beside the log. @throws PlaygroundError `data/run-weights` if one of them is damaged */
async function weightsBeside(log: vscode.Uri, state: RunState): Promise<AdoptedRun['checkpoints']> {
  const found = [];
  for (const source of expectedWeights(state)) {
    const uri = vscode.Uri.joinPath(log, '..', source.fileName);
    const size = await vscode.workspace.fs.stat(uri).then(
      (stat) => stat.size,
      () => undefined,
    );
    if (size === undefined) continue;
    if (size > MAX_WEIGHTS_BYTES) {
      throw new PlaygroundError('data/run-weights', `${source.fileName} is too large. Nothing was imported.`);
    }
    const bytes = await vscode.workspace.fs.readFile(uri);
    found.push({ job: source.job, checkpoint: importedCheckpoint(source, bytes, state.plan.epochs) });
  }
  return found;
}

async function statOf(uri: vscode.Uri): Promise<vscode.FileStat> {
  try {
    return await vscode.workspace.fs.stat(uri);
  } catch (thrown) {
    const text = `There is no ${vscode.workspace.asRelativePath(uri)}. Choose the log of a run, or the folder that has it.`;
    throw new PlaygroundError('data/run-log', text, { cause: thrown });
  }
}

function askToReplace(place: ImportPlace, { plan }: RunState): Promise<boolean> {
  const how =
    place === 'continues'
      ? 'The log goes on where the one here ends.'
      : 'The one here was imported too, and its log is another.';
  const detail = `${how} What is kept of that run here is replaced, with its checkpoints.`;
  return confirmed(`Replace the run "${plan.name}"?`, detail, 'Replace');
}

function conflict({ plan }: RunState): PlaygroundError {
  const text =
    `"${plan.name}" was trained here under the same id (${plan.runId}), and its log differs. ` +
    'Nothing was imported. Delete that run first if the log is the better one.';
  return new PlaygroundError('data/run-exists', text);
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
