import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { CIFAR10, CIFAR10_FILES, batchBytes, type BatchSet } from '../../core/data/cifarHashes';
import { PlaygroundError, isCancelled } from '../../core/errors';
import { downloadArchive } from './downloadArchive';
import { withFolderLock } from './folderLock';
import { importCifar10 } from './importCifar10';
import { PartFile } from './partFile';
import { storageError } from './storageErrors';

/** An archive on the network and about how large it is: to ask the user with, and to tell when something else is sent. */
export interface RemoteArchive {
  url: string;
  bytes: number;
}
export const OFFICIAL_ARCHIVE: RemoteArchive = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  bytes: 170_052_171,
};
/** A repacked archive may be larger; a stranger's film is larger still. */
const SIZE_TOLERANCE = 1.5;

export interface FetchOptions {
  archive: RemoteArchive;
  /** Holds the part file and the lock. */
  downloads: string;
  /** Where the six verified files go. */
  folder: string;
  signal: AbortSignal;
  onDownload?: (receivedBytes: number, totalBytes: number | null) => void;
  onImport?: (message: string, share: number) => void;
  /** For tests: small files, and plain http to this machine. */
  set?: BatchSet;
  allowLoopbackHttp?: boolean;
  retryDelayMs?: number;
}

/** The part file of an earlier, unfinished download. */
export function partFileIn(downloads: string): PartFile {
  return new PartFile(join(downloads, 'cifar-10-binary.tar.gz.part'));
}

/**
 * Downloads the official archive, verifies and unpacks it. A cancelled or cut download continues at the next call; an archive whose
 * content is not CIFAR-10 is thrown away, one that only could not be stored (disk full) is kept.
 *
 * @throws PlaygroundError `data/*`, `storage/*`, `cancelled`
 */
export async function fetchCifar10(options: FetchOptions): Promise<void> {
  const { archive, downloads, folder, signal, set = CIFAR10, allowLoopbackHttp = false } = options;
  const part = partFileIn(downloads);
  await withFolderLock(join(downloads, 'download.lock'), async () => {
    const arrived = (await part.resumePoint(archive.url))?.bytes ?? 0;
    const toDownload = Math.max(0, archive.bytes - arrived);
    await requireSpace(downloads, toDownload);
    // The archive unpacks into a work folder and the verified files are written beside it.
    await requireSpace(folder, toDownload + 2 * CIFAR10_FILES.length * batchBytes(set));
    await downloadArchive({
      url: archive.url,
      part,
      maxBytes: SIZE_TOLERANCE * archive.bytes,
      signal,
      allowLoopbackHttp,
      ...(options.onDownload && { onProgress: options.onDownload }),
      ...(options.retryDelayMs !== undefined && { retryDelayMs: options.retryDelayMs }),
    });
    try {
      const onProgress = options.onImport && { onProgress: options.onImport };
      await importCifar10({ source: part.path, folder, signal, set, ...onProgress });
    } catch (error) {
      if (isContentError(error)) await part.discard();
      throw error;
    }
    await part.discard();
  });
}

/** True when the archive itself is at fault, so that keeping it would only fail again. */
function isContentError(error: unknown): boolean {
  return error instanceof PlaygroundError && !isCancelled(error) && error.code.startsWith('data/');
}

async function requireSpace(folder: string, bytes: number): Promise<void> {
  let freeBytes: number;
  try {
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    freeBytes = bavail * bsize;
  } catch (error) {
    throw storageError(error, `use the folder ${folder}`);
  }
  if (freeBytes >= bytes) return;
  throw new PlaygroundError(
    'storage/disk-full',
    `CIFAR-10 needs ${Math.ceil(bytes / 1e6)} MB of free space in ${folder} and there are ${Math.floor(freeBytes / 1e6)} MB. Free some space, or choose another folder in the setting sePlayground.datasetFolder.`,
  );
}
