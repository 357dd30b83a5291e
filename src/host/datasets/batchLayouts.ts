import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import {
  CIFAR10_FILES,
  CIFAR10_TRAIN_FILES,
  batchBytes,
  type BatchSet,
  type Cifar10File,
} from '../../core/data/cifarHashes';
import type { BoundedInflate } from '../../core/data/importers/boundedPng';
import { pickledBatchToRecords } from '../../core/data/importers/pickledBatch';
import { PNG_LABEL_FILES, parseLabels, pngBatchToRecords } from '../../core/data/importers/pngLayout';
import { PlaygroundError } from '../../core/errors';
import { storageError } from './storageErrors';

/** One way in which CIFAR-10 is handed around. */
interface BatchLayout {
  title: string;
  /** The file from which a batch is made. */
  sourceOf(file: Cifar10File): string;
  /** Further files needed. */
  extras: readonly string[];
  /** The batch as records of the official binary version, not verified. */
  read(folder: string, file: Cifar10File, set: BatchSet): Promise<Uint8Array>;
}

/** More than any of the text formats needs for a batch. */
const MAX_SOURCE_BYTES = 64 * 1024 * 1024;
const MAX_LABEL_BYTES = 1024 * 1024;
/** Folder names of the official archives and of the PNG layout's package; one may be picked by its parent. */
const SUBFOLDERS = ['', 'cifar-10-batches-bin', 'cifar-10-batches-py', 'package'];

const stem = (file: Cifar10File): string => file.replace(/\.bin$/, '');
const inflateAsync = promisify(inflate);

/** zlib works off the main thread and stops at the bound. */
const boundedInflate: BoundedInflate = (parts, maxBytes) =>
  inflateAsync(Buffer.concat(parts), { maxOutputLength: maxBytes, chunkSize: 1024 * 1024 });

const BINARY: BatchLayout = {
  title: 'the binary version',
  sourceOf: (file) => file,
  extras: [],
  async read(folder, file, set) {
    const bytes = await readBounded(join(folder, file), file, batchBytes(set));
    if (bytes.length !== batchBytes(set)) {
      throw new PlaygroundError(
        'data/batch-shape',
        `${file} has ${bytes.length} bytes, not ${batchBytes(set)}. Get the official file again.`,
      );
    }
    return bytes;
  },
};

const PICKLE: BatchLayout = {
  title: 'the python version',
  sourceOf: stem,
  extras: [],
  async read(folder, file, set) {
    const source = stem(file);
    const bytes = await readBounded(join(folder, source), source, MAX_SOURCE_BYTES);
    return pickledBatchToRecords(bytes, source, set.images);
  },
};

const PNG: BatchLayout = {
  title: 'the PNG layout',
  sourceOf: (file) => `${stem(file)}.png`,
  extras: Object.values(PNG_LABEL_FILES),
  async read(folder, file, set) {
    const source = PNG.sourceOf(file);
    const labels = await readPngLabels(folder, file, set);
    const png = await readBounded(join(folder, source), source, MAX_SOURCE_BYTES);
    return pngBatchToRecords(png, labels, source, boundedInflate, set.images);
  },
};

const LAYOUTS = [BINARY, PICKLE, PNG];

/** Every file name that any layout uses: what may be taken out of an archive. */
export const LAYOUT_FILES: ReadonlySet<string> = new Set(LAYOUTS.flatMap(filesOf));

/** A folder that holds a whole CIFAR-10 in one layout. */
export interface LocatedBatches {
  folder: string;
  layout: Pick<BatchLayout, 'title' | 'sourceOf' | 'read'>;
}

/**
 * Finds CIFAR-10 in a folder or in one of its usual subfolders.
 *
 * @throws PlaygroundError `data/files-missing` naming what lacks, `data/unknown-layout` when nothing is recognised, `storage/*`
 */
export async function locateBatches(folder: string): Promise<LocatedBatches> {
  let best: { layout: BatchLayout; missing: string[] } | null = null;
  for (const subfolder of SUBFOLDERS) {
    const candidate = join(folder, subfolder);
    const names = await namesIn(candidate, subfolder === '');
    for (const layout of LAYOUTS) {
      const missing = filesOf(layout).filter((name) => !names.has(name));
      if (missing.length === 0) return { folder: candidate, layout };
      const isPartial = missing.length < filesOf(layout).length;
      if (isPartial && (best === null || missing.length < best.missing.length)) best = { layout, missing };
    }
  }
  if (best !== null) {
    throw new PlaygroundError(
      'data/files-missing',
      `This looks like ${best.layout.title} of CIFAR-10, but ${best.missing.join(', ')} ${best.missing.length === 1 ? 'is' : 'are'} missing. Get the whole archive.`,
    );
  }
  throw new PlaygroundError(
    'data/unknown-layout',
    'No CIFAR-10 was found there. Choose cifar-10-binary.tar.gz, cifar-10-python.tar.gz, or the folder either unpacks to.',
  );
}

function filesOf(layout: BatchLayout): string[] {
  return [...CIFAR10_FILES.map((file) => layout.sourceOf(file)), ...layout.extras];
}

async function namesIn(folder: string, isRequired: boolean): Promise<Set<string>> {
  try {
    return new Set(await readdir(folder));
  } catch (error) {
    if (isRequired) throw storageError(error, `look into ${folder}`);
    return new Set();
  }
}

async function readPngLabels(folder: string, file: Cifar10File, set: BatchSet): Promise<readonly number[]> {
  const index = CIFAR10_TRAIN_FILES.findIndex((name) => name === file);
  const source = index < 0 ? PNG_LABEL_FILES.test : PNG_LABEL_FILES.train;
  const json = Buffer.from(await readBounded(join(folder, source), source, MAX_LABEL_BYTES)).toString('utf8');
  if (index < 0) return parseLabels(json, source, set.images);
  const all = parseLabels(json, source, CIFAR10_TRAIN_FILES.length * set.images);
  return all.slice(index * set.images, (index + 1) * set.images);
}

async function readBounded(path: string, name: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (!info.isFile() || info.size > maxBytes) {
      throw new PlaygroundError(
        'data/batch-shape',
        `${name} is no file, or larger than it can be (${info.size} bytes). Get the official file again.`,
      );
    }
    return await readFile(path);
  } catch (error) {
    throw storageError(error, `read ${name}`);
  }
}
