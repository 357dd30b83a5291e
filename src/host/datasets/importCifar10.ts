import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CIFAR10, CIFAR10_FILES, type BatchSet, type Cifar10File } from '../../core/data/cifarHashes';
import { PlaygroundError } from '../../core/errors';
import { LAYOUT_FILES, locateBatches, type LocatedBatches } from './batchLayouts';
import { extractArchive } from './extractArchive';
import { storageError, throwIfCancelled } from './storageErrors';

export interface ImportOptions {
  /** A .tar.gz archive, or a folder. */
  source: string;
  /** Where the six verified files go; made if absent. */
  folder: string;
  signal: AbortSignal;
  /** A sentence for the user at each step, and the share of the work it adds (all add up to 1). */
  onProgress?: (message: string, share: number) => void;
  /** For tests; the official files otherwise. */
  set?: BatchSet;
}

const WORK_PREFIX = '.partial-';
/** A work folder untouched for this long was left by a host that was killed. */
const STALE_WORK_MS = 60 * 60 * 1000;
const UNPACK_SHARE = 0.4;

/**
 * Brings CIFAR-10 from an archive or a folder, in any layout we know, into `folder` as the six official binary files. All six are
 * converted and verified in a work folder first and only then renamed into place: a failure changes nothing.
 *
 * @throws PlaygroundError `data/*` naming the file at fault, `storage/*`, `cancelled`
 */
export async function importCifar10(options: ImportOptions): Promise<void> {
  const { source, folder, signal } = options;
  throwIfCancelled(signal);
  const isArchive = await isFile(source);
  const work = await makeWorkFolder(folder);
  try {
    let batches: LocatedBatches;
    if (isArchive) {
      await unpack(source, work, options);
      batches = await locateBatches(join(work, 'unpacked'));
    } else {
      batches = await locateBatches(source);
    }
    const share = (isArchive ? 1 - UNPACK_SHARE : 1) / CIFAR10_FILES.length;
    for (const file of CIFAR10_FILES) {
      throwIfCancelled(signal);
      const records = await batches.layout.read(batches.folder, file, options.set ?? CIFAR10);
      requireOfficial(records, file, batches.layout.sourceOf(file), options.set ?? CIFAR10);
      await saveDurably(join(work, file), records);
      options.onProgress?.(`${file} is verified`, share);
    }
    throwIfCancelled(signal);
    for (const file of CIFAR10_FILES) await rename(join(work, file), join(folder, file));
  } catch (error) {
    throw storageError(error, `store CIFAR-10 in ${folder}`);
  } finally {
    await rm(work, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function unpack(archive: string, work: string, { signal, onProgress }: ImportOptions): Promise<void> {
  const into = join(work, 'unpacked');
  await mkdir(into);
  const share = UNPACK_SHARE / CIFAR10_FILES.length;
  let reported = 0;
  onProgress?.('Unpacking the archive', 0);
  await extractArchive({
    archive,
    into,
    wanted: LAYOUT_FILES,
    signal,
    onMember: (name) => onProgress?.(`${name} is unpacked`, reported++ < CIFAR10_FILES.length ? share : 0),
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    throw storageError(error, `open ${path}`);
  }
}

/** A folder of our own inside `folder`, so that renaming stays within one file system. */
async function makeWorkFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      if (!name.startsWith(WORK_PREFIX)) continue;
      const { mtimeMs } = await stat(join(folder, name));
      if (Date.now() - mtimeMs > STALE_WORK_MS)
        await rm(join(folder, name), { recursive: true, force: true });
    }
    return await mkdtemp(join(folder, WORK_PREFIX));
  } catch (error) {
    throw storageError(error, `store CIFAR-10 in ${folder}`);
  }
}

function requireOfficial(records: Uint8Array, file: Cifar10File, source: string, set: BatchSet): void {
  if (createHash('sha256').update(records).digest('hex') === set.sha256[file]) return;
  throw new PlaygroundError(
    'data/hash-mismatch',
    `${source} is readable, but it is not the official CIFAR-10 file: its SHA-256 differs. It was changed or damaged; get it again.`,
  );
}

/** On the disk, not only in its cache, before the rename makes it count. */
async function saveDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
