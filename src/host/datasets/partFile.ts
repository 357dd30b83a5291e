import * as nodeFiles from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageError } from './storageErrors';

/** The calls a part file needs of `node:fs/promises`; tests give ones that fail. */
export type PartFiles = Pick<typeof nodeFiles, 'mkdir' | 'open' | 'readFile' | 'rm' | 'stat' | 'writeFile'>;

/** What the server said about the file that the part belongs to. */
export interface PartOrigin {
  url: string;
  /** A strong ETag, or a Last-Modified date: what If-Range needs. Null when the server gave neither; then nothing can be resumed. */
  validator: string | null;
  totalBytes: number | null;
}

/**
 * The beginning of a download, kept across cancels, cuts and restarts: `<path>` with the bytes so far, `<path>.json` with their origin.
 * Every failure of the disk is thrown as `storage/*`.
 */
export class PartFile {
  private readonly originPath: string;

  constructor(
    readonly path: string,
    private readonly files: PartFiles = nodeFiles,
  ) {
    this.originPath = `${path}.json`;
  }

  /** Bytes on disk and where they came from; null when nothing can be built on. */
  async resumePoint(url: string): Promise<(PartOrigin & { bytes: number }) | null> {
    try {
      const { size } = await this.files.stat(this.path);
      const origin: unknown = JSON.parse(await this.files.readFile(this.originPath, 'utf8'));
      if (size === 0 || !isOrigin(origin) || origin.url !== url || origin.validator === null) return null;
      if (origin.totalBytes !== null && size > origin.totalBytes) return null;
      return { ...origin, bytes: size };
    } catch {
      return null;
    }
  }

  /** Opens the part for appending after `bytes`, or anew with `bytes` 0. */
  async open(bytes: number, origin: PartOrigin): Promise<PartWriter> {
    try {
      await this.files.mkdir(dirname(this.path), { recursive: true });
      await this.files.writeFile(this.originPath, JSON.stringify(origin));
      const handle = await this.files.open(this.path, bytes === 0 ? 'w' : 'r+');
      return new PartWriter(handle, bytes);
    } catch (error) {
      throw storageError(error, 'save the download');
    }
  }

  async discard(): Promise<void> {
    for (const path of [this.path, this.originPath]) {
      await this.files.rm(path, { force: true }).catch((error: unknown) => {
        throw storageError(error, 'remove the old download');
      });
    }
  }
}

/** Appends to an open part file. */
export class PartWriter {
  constructor(
    private readonly handle: nodeFiles.FileHandle,
    private position: number,
  ) {}

  get bytes(): number {
    return this.position;
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      for (let from = 0; from < chunk.length;) {
        const { bytesWritten } = await this.handle.write(chunk, from, chunk.length - from, this.position);
        from += bytesWritten;
        this.position += bytesWritten;
      }
    } catch (error) {
      throw storageError(error, 'save the download');
    }
  }

  async close(): Promise<void> {
    await this.handle.close().catch((error: unknown) => {
      throw storageError(error, 'save the download');
    });
  }
}

function isOrigin(value: unknown): value is PartOrigin {
  if (typeof value !== 'object' || value === null) return false;
  const { url, validator, totalBytes } = value as Partial<Record<keyof PartOrigin, unknown>>;
  return (
    typeof url === 'string' &&
    (validator === null || typeof validator === 'string') &&
    (totalBytes === null || typeof totalBytes === 'number')
  );
}
