import * as vscode from 'vscode';
import { PlaygroundError, isCancelled } from '../../core/errors';

/** What the commands need of the room around them. */
export interface DatasetPlace {
  /** Where the six files go. */
  folder(): string;
  /** Where a download waits until it is complete. */
  downloads: string;
  log: vscode.LogOutputChannel;
  isPresent(): Promise<boolean>;
  /** The six files have been verified and stored. */
  stored(folder: string): Promise<void>;
}

const DOWNLOAD = 'Download';
const IMPORT = 'Import Local Copy...';
const RETRY = 'Try Again';
const SHOW_LOG = 'Show Log';

/** The two commands that bring CIFAR-10 in, as a user meets them. What they do is loaded when it is first needed. */
export class DatasetCommands {
  /** One at a time: both write the same files. */
  private isBusy = false;

  constructor(private readonly place: DatasetPlace) {}

  /** Asks, downloads, verifies. @returns whether CIFAR-10 was stored */
  async download(): Promise<boolean> {
    const { OFFICIAL_ARCHIVE, fetchCifar10, partFileIn } = await import('./fetchCifar10');
    if (await this.place.isPresent()) {
      void vscode.window.showInformationMessage(
        `CIFAR-10 is already on this machine, verified, in ${this.place.folder()}.`,
      );
      return false;
    }
    const arrived = await partFileIn(this.place.downloads).resumePoint(OFFICIAL_ARCHIVE.url);
    const answer = await this.askToDownload(OFFICIAL_ARCHIVE, arrived?.bytes ?? 0);
    if (answer === IMPORT) return this.import();
    if (answer !== DOWNLOAD) return false;
    const { TransferMeter } = await import('./transferMeter');
    return this.run(
      'Downloading CIFAR-10',
      () => this.download(),
      async (folder, signal, report) => {
        const meter = new TransferMeter(() => performance.now());
        await fetchCifar10({
          archive: OFFICIAL_ARCHIVE,
          downloads: this.place.downloads,
          folder,
          signal,
          onDownload: (receivedBytes, totalBytes) => {
            const { message, increment } = meter.update(receivedBytes, totalBytes);
            report(message, DOWNLOAD_SHARE * increment);
          },
          onImport: (message, share) => report(message, (1 - DOWNLOAD_SHARE) * 100 * share),
        });
      },
    );
  }

  /** Converts and verifies an archive or a folder; asks which unless given one. @returns whether CIFAR-10 was stored */
  async import(given?: vscode.Uri): Promise<boolean> {
    const source = given ?? (await askForSource());
    if (!source) return false;
    if (source.scheme !== 'file') {
      void vscode.window.showErrorMessage(
        'CIFAR-10 can be imported only from the disk of this machine. Choose a local file or folder.',
      );
      return false;
    }
    const { importCifar10 } = await import('./importCifar10');
    return this.run(
      'Importing CIFAR-10',
      () => this.import(),
      (folder, signal, report) =>
        importCifar10({
          source: source.fsPath,
          folder,
          signal,
          onProgress: (message, share) => report(message, 100 * share),
        }),
    );
  }

  private async askToDownload(archive: { url: string; bytes: number }, arrivedBytes: number) {
    const size = Math.round(archive.bytes / 1e6);
    const arrived = arrivedBytes > 0 ? ` ${Math.round(arrivedBytes / 1e6)} MB are already here.` : '';
    return vscode.window.showInformationMessage(
      'Download all of CIFAR-10?',
      {
        modal: true,
        detail: `${size} MB from ${new URL(archive.url).host}, unpacked to 185 MB in ${this.place.folder()}.${arrived} Each file is verified by its SHA-256.`,
      },
      DOWNLOAD,
      IMPORT,
    );
  }

  private async run(
    title: string,
    again: () => Promise<boolean>,
    work: (
      folder: string,
      signal: AbortSignal,
      report: (message: string, increment: number) => void,
    ) => Promise<void>,
  ): Promise<boolean> {
    if (this.isBusy) {
      void vscode.window.showInformationMessage(
        'CIFAR-10 is being stored already: see its progress notification.',
      );
      return false;
    }
    this.isBusy = true;
    const folder = this.place.folder();
    try {
      const location = vscode.ProgressLocation.Notification;
      await vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
        const controller = new AbortController();
        token.onCancellationRequested(() => controller.abort());
        return work(folder, controller.signal, (message, increment) =>
          progress.report({ message, increment }),
        );
      });
      await this.place.stored(folder);
    } catch (error) {
      // Not awaited: the notification may stay for long, and its buttons start a new run.
      void this.explain(PlaygroundError.from(error, 'data/unexpected'), again);
      return false;
    } finally {
      this.isBusy = false;
    }
    this.place.log.info(`CIFAR-10 is stored and verified in ${folder}`);
    void vscode.window.showInformationMessage(
      'CIFAR-10 is ready: 50,000 training and 10,000 test images, verified.',
    );
    return true;
  }

  private async explain(error: PlaygroundError, again: () => Promise<boolean>): Promise<void> {
    if (isCancelled(error)) return;
    this.place.log.error(`${error.code}: ${error.message}`, error.cause ?? '');
    const choice = await vscode.window.showErrorMessage(error.message, RETRY, IMPORT, SHOW_LOG);
    if (choice === RETRY) await again();
    if (choice === IMPORT) await this.import();
    if (choice === SHOW_LOG) this.place.log.show();
  }
}

/** Of the progress bar; the rest is unpacking and verifying. */
const DOWNLOAD_SHARE = 0.9;

async function askForSource(): Promise<vscode.Uri | undefined> {
  const archive = {
    label: '$(file-zip) An archive',
    detail: 'cifar-10-binary.tar.gz or cifar-10-python.tar.gz',
  };
  const folder = {
    label: '$(folder) A folder',
    detail: 'With the binary files, the python batches, or one PNG a batch',
  };
  const choice = await vscode.window.showQuickPick([archive, folder], { title: 'Import CIFAR-10 from' });
  if (!choice) return undefined;
  const isFolder = choice === folder;
  const picked = await vscode.window.showOpenDialog({
    title: 'Import CIFAR-10',
    openLabel: 'Import',
    canSelectFiles: !isFolder,
    canSelectFolders: isFolder,
    canSelectMany: false,
    ...(isFolder ? {} : { filters: { 'tar.gz archives': ['gz', 'tgz'] } }),
  });
  return picked?.[0];
}
