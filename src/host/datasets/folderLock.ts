import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlaygroundError } from '../../core/errors';
import { errnoOf, storageError } from './storageErrors';

const HEARTBEAT_MS = 10_000;
/** A lock that nobody touched for this long belongs to a window that was killed. */
const STALE_MS = 60_000;

/**
 * Runs `work` while holding a lock file, so that two windows do not write into one download. The lock is a courtesy: what protects the data is
 * the verification afterwards.
 *
 * @throws PlaygroundError `data/download-busy` when another window holds it, `storage/*`, and whatever `work` throws
 */
export async function withFolderLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await take(path);
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A missed beat matters only after a minute of them.
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true }).catch(() => undefined);
  }
}

async function take(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const info = await stat(path).catch(() => null);
    if (info && Date.now() - info.mtimeMs > STALE_MS) await rm(path, { force: true });
    await writeFile(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw storageError(error, 'begin the download');
    throw new PlaygroundError(
      'data/download-busy',
      'Another window is downloading CIFAR-10. Wait for it, or cancel it there.',
    );
  }
}
