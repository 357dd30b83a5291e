import { PlaygroundError } from '../../core/errors';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY']);

/**
 * Turns what the file system threw into a `storage/*` error with a way on; a PlaygroundError passes through.
 *
 * @param doing what was being done, to complete "Could not ..."
 */
export function storageError(thrown: unknown, doing: string): PlaygroundError {
  if (thrown instanceof PlaygroundError) return thrown;
  const code = errnoOf(thrown);
  if (code !== undefined && FULL.has(code)) {
    return new PlaygroundError(
      'storage/disk-full',
      `Could not ${doing}: the disk is full. Free some space, or choose another folder in the setting sePlayground.datasetFolder.`,
      { cause: thrown },
    );
  }
  if (code !== undefined && NOT_WRITABLE.has(code)) {
    return new PlaygroundError(
      'storage/not-writable',
      `Could not ${doing}: access was denied (${code}). Check the permissions, or choose another folder in the setting sePlayground.datasetFolder.`,
      { cause: thrown },
    );
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new PlaygroundError('storage/io', `Could not ${doing}: ${reason}. Try again.`, { cause: thrown });
}

/** The `code` of a system error, e.g. `ENOENT`. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** Throws `cancelled` once the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new PlaygroundError('cancelled', 'Cancelled.');
}
