import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { CIFAR10_TEST_FILE, CIFAR10_TRAIN_FILES } from '../../core/data/cifarHashes';
import type { DatasetStatus } from '../../protocol/hostUiContract';
import { DatasetCommands } from './datasetCommands';
import { VerifiedFolders, type FolderState } from './verifiedFolders';

/** The full set, as files that a webview may fetch. */
export interface FullCifarFiles {
  /** data_batch_1.bin to data_batch_5.bin. */
  train: vscode.Uri[];
  test: vscode.Uri;
}

export interface DatasetService extends vscode.Disposable {
  /** One entry for each data set. Does not wait for hashes, which the full set needs at its first sight: `onDidChange` tells when they are known. */
  status(): Promise<DatasetStatus[]>;
  /** A download, import or verification ended, or the setting for the folder changed. */
  readonly onDidChange: vscode.Event<void>;
  /** Null while the full set is absent, not verified yet or not the official one. Does not wait either. */
  fullFiles(): Promise<FullCifarFiles | null>;
  /** Waits until a full set on disk is verified or found wanting. */
  settled(): Promise<void>;
  /** Where the full set is, or will be; a page needs it among its localResourceRoots. Follows the setting. */
  readonly folder: vscode.Uri;
}

const SECTION = 'sePlayground';
const SETTING = 'datasetFolder';

/** Registers the commands to download and import CIFAR-10. Reads no file until asked. */
export function registerDatasets(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): DatasetService {
  const storage = join(context.globalStorageUri.fsPath, 'datasets');
  const changed = new vscode.EventEmitter<void>();
  const verified = new VerifiedFolders(storage, () => changed.fire());
  const folder = () => chosenFolder() ?? join(storage, 'cifar-10-batches-bin');
  const commands = new DatasetCommands({
    folder,
    downloads: storage,
    log,
    isPresent: async () => (await verified.check(folder())).kind === 'verified',
    stored: async (where) => {
      await verified.remember(where);
      changed.fire();
    },
  });
  const disposables = vscode.Disposable.from(
    changed,
    vscode.commands.registerCommand('sePlayground.downloadCifar10', () => commands.download()),
    vscode.commands.registerCommand('sePlayground.importCifar10', (source: unknown) =>
      commands.import(source instanceof vscode.Uri ? source : undefined),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.${SETTING}`)) changed.fire();
    }),
  );
  context.subscriptions.push(disposables);

  return {
    onDidChange: changed.event,
    get folder() {
      return vscode.Uri.file(folder());
    },
    async status() {
      const where = folder();
      const quick = vscode.Uri.joinPath(context.extensionUri, 'media', 'quick-cifar.bin');
      return [
        await quickStatus(quick),
        fullStatus(where, await verified.peek(where)),
        {
          name: 'synthetic',
          available: true,
          detail:
            'Made up on the spot, no pictures of anything: the colour channel that is active decides the class.',
        },
      ];
    },
    async fullFiles() {
      const where = folder();
      if ((await verified.peek(where)).kind !== 'verified') return null;
      const uri = (name: string) => vscode.Uri.file(join(where, name));
      return { train: CIFAR10_TRAIN_FILES.map(uri), test: uri(CIFAR10_TEST_FILE) };
    },
    async settled() {
      await verified.check(folder());
    },
    dispose: () => disposables.dispose(),
  };
}

/**
 * The user's own choice only: a workspace must not be able to point reading and writing anywhere. Undefined when there is none; a path that
 * is not absolute counts as none.
 */
function chosenFolder(): string | undefined {
  const value = vscode.workspace.getConfiguration(SECTION).inspect<unknown>(SETTING)?.globalValue;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const path = value.trim().replace(/^~(?=$|[/\\])/, homedir());
  return isAbsolute(path) ? path : undefined;
}

async function quickStatus(file: vscode.Uri): Promise<DatasetStatus> {
  const available = await vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
  const detail = available
    ? 'A balanced part of CIFAR-10: 5,000 training and 1,000 test images. Comes with the extension.'
    : 'The quick part of CIFAR-10 is missing from the extension. Install the extension again.';
  return { name: 'quick', available, detail };
}

function fullStatus(folder: string, state: FolderState): DatasetStatus {
  const detail = {
    verified: () => `All of CIFAR-10: 50,000 training and 10,000 test images, verified, in ${folder}.`,
    verifying: () => `Verifying the files in ${folder}.`,
    absent: () => 'All of CIFAR-10 is not on this machine yet. Download it (170 MB) or import a local copy.',
    missing: (files: string) =>
      `${folder} lacks ${files} of CIFAR-10. Download it (170 MB) or import a local copy.`,
    wrong: (files: string) =>
      `In ${folder}, ${files} differs from the official CIFAR-10. Download it (170 MB) or import a good copy.`,
  };
  return {
    name: 'full',
    available: state.kind === 'verified',
    detail: detail[state.kind]('files' in state ? state.files.join(', ') : ''),
  };
}
