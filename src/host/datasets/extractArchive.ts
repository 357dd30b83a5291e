import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { extract, type Extract, type Header } from 'tar-stream';
import { PlaygroundError } from '../../core/errors';
import { errnoOf, storageError, throwIfCancelled } from './storageErrors';

/** The official archives hold 10 members and 185 MB; the PNG layout's 12. */
export interface ArchiveLimits {
  entries: number;
  memberBytes: number;
  /** Of the whole archive, unpacked. */
  totalBytes: number;
}
export const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: 1_000,
  memberBytes: 64 * 1024 * 1024,
  totalBytes: 512 * 1024 * 1024,
};

export interface ExtractOptions {
  /** Path of a .tar.gz. */
  archive: string;
  /** An existing, empty folder. */
  into: string;
  /** File names (without folders) to unpack. Everything else is skipped, whatever it is called. */
  wanted: ReadonlySet<string>;
  signal: AbortSignal;
  onMember?: (name: string) => void;
  limits?: ArchiveLimits;
}

/**
 * Unpacks the wanted members of a .tar.gz, flat, under names from our own list: no path of the archive ever reaches the disk. Links, devices,
 * paths that climb or are absolute, and anything beyond the limits make it refuse the whole archive.
 *
 * @returns the names unpacked
 * @throws PlaygroundError `data/archive-hostile`, `data/archive-invalid`, `storage/*`, `cancelled`
 */
export async function extractArchive(options: ExtractOptions): Promise<string[]> {
  const limits = options.limits ?? ARCHIVE_LIMITS;
  const entries = extract();
  const stop = new AbortController();
  const feeding = feed(entries, options.archive, AbortSignal.any([options.signal, stop.signal]), limits);
  const names: string[] = [];
  try {
    let count = 0;
    for await (const entry of entries) {
      throwIfCancelled(options.signal);
      if (++count > limits.entries) throw hostile('it has too many members');
      const name = wantedName(entry.header, options.wanted, limits);
      if (name === null) {
        entry.resume();
        continue;
      }
      if (names.includes(name)) throw hostile(`${name} is in it twice`);
      names.push(name);
      await save(entry, join(options.into, name));
      options.onMember?.(name);
    }
    const failure = await feeding;
    if (failure) throw failure;
  } catch (error) {
    throwIfCancelled(options.signal);
    if (error instanceof PlaygroundError) throw error;
    if (isDiskError(error)) throw storageError(error, 'unpack the archive');
    throw new PlaygroundError(
      'data/archive-invalid',
      `This is not an intact .tar.gz archive (${error instanceof Error ? error.message : String(error)}). Download it again.`,
      { cause: error },
    );
  } finally {
    stop.abort();
    entries.destroy(null);
    await feeding;
  }
  return names;
}

/**
 * Pushes the unpacked bytes into the tar reader, at its pace. Never rejects, as nobody listens while a member is being saved: a failure
 * destroys the reader, so that its loop ends with the same error, and is returned.
 */
async function feed(
  entries: Extract,
  archive: string,
  signal: AbortSignal,
  limits: ArchiveLimits,
): Promise<Error | null> {
  const closed = new Promise<void>((resolve) => entries.once('close', resolve));
  const drained = () => new Promise<void>((resolve) => entries.once('drain', resolve));
  const source = createReadStream(archive, { signal });
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    let total = 0;
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > limits.totalBytes) throw hostile('it unpacks to more than CIFAR-10 can be');
      if (!entries.write(chunk)) await Promise.race([drained(), closed]);
      // The reader gave up; its loop has the reason.
      if (entries.destroying) return null;
    }
    entries.end(null);
    return null;
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    entries.destroy(error);
    return error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** The name to unpack under, or null for a member to skip. */
function wantedName(header: Header, wanted: ReadonlySet<string>, limits: ArchiveLimits): string | null {
  const segments = header.name.split(/[/\\]/);
  if (header.name.startsWith('/') || /^[A-Za-z]:/.test(header.name) || segments.includes('..')) {
    throw hostile('a member wants to be written outside its folder');
  }
  if (header.type === 'directory') return null;
  if (header.type !== 'file' && header.type !== 'contiguous-file') {
    throw hostile('it holds links or other things that are no files');
  }
  const { size } = header;
  if (size > limits.totalBytes) throw hostile('a member claims an impossible size');
  const name = segments[segments.length - 1] ?? '';
  if (!wanted.has(name)) return null;
  if (size > limits.memberBytes) throw hostile(`${name} claims an impossible size`);
  return name;
}

async function save(content: AsyncIterable<unknown>, path: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const chunk of content) await file.writeFile(chunk as Uint8Array);
  } finally {
    await file.close();
  }
}

function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && errnoOf(error) !== undefined;
}

function hostile(what: string): PlaygroundError {
  return new PlaygroundError(
    'data/archive-hostile',
    `The archive was refused: ${what}. Nothing was taken from it. Get the official archive.`,
  );
}
