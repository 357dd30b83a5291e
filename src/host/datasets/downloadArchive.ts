import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { PlaygroundError } from '../../core/errors';
import { httpGet, networkError } from './httpRequest';
import type { PartFile, PartOrigin } from './partFile';
import { throwIfCancelled } from './storageErrors';

export interface DownloadOptions {
  url: string;
  part: PartFile;
  /** More than this is refused, announced or not. */
  maxBytes: number;
  signal: AbortSignal;
  /** After every chunk; `totalBytes` is null when the server does not say. */
  onProgress?: (receivedBytes: number, totalBytes: number | null) => void;
  idleMs?: number;
  /** Wait before each renewed attempt. */
  retryDelayMs?: number;
  /** Plain http to this machine, for tests. */
  allowLoopbackHttp?: boolean;
}

/** Attempts in a row that bring no byte before the download gives up. */
const FRUITLESS_ATTEMPTS = 3;
const IDLE_MS = 30_000;
const RETRY_DELAY_MS = 2_000;

/**
 * Downloads a file into its part file, continuing one from an earlier call (Range with If-Range, so that a changed file starts anew) and resuming
 * by itself when the connection is cut. When it returns, the part file is complete; its content is not verified. When it throws,
 * the part stays for the next call.
 *
 * @throws PlaygroundError `cancelled`, `data/download-*`, `storage/*`
 */
export async function downloadArchive(options: DownloadOptions): Promise<void> {
  let fruitless = 0;
  for (;;) {
    throwIfCancelled(options.signal);
    const before = (await options.part.resumePoint(options.url))?.bytes ?? 0;
    try {
      await attempt(options);
      return;
    } catch (error) {
      if (!(error instanceof PlaygroundError) || error.code !== 'data/download-cut') throw error;
      const after = (await options.part.resumePoint(options.url))?.bytes ?? 0;
      fruitless = after > before ? 0 : fruitless + 1;
      if (fruitless >= FRUITLESS_ATTEMPTS) throw error;
    }
    await delay(options.retryDelayMs ?? RETRY_DELAY_MS, undefined, { signal: options.signal }).catch(() =>
      throwIfCancelled(options.signal),
    );
  }
}

async function attempt(options: DownloadOptions): Promise<void> {
  const { url, part, signal } = options;
  const resume = await part.resumePoint(url);
  if (resume !== null && resume.bytes === resume.totalBytes) return;
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (resume?.validator) {
    headers['range'] = `bytes=${resume.bytes}-`;
    headers['if-range'] = resume.validator;
  }
  const { idleMs = IDLE_MS, allowLoopbackHttp = false } = options;
  const response = await httpGet(url, { signal, headers, idleMs, allowLoopbackHttp });
  try {
    const { from, totalBytes } = await rangeOf(response, resume?.bytes ?? 0, options);
    requireSize(totalBytes ?? 0, options.maxBytes);
    await receive(response, from, { url, validator: validatorOf(response), totalBytes }, options);
  } finally {
    response.destroy();
  }
}

/** Where in the file the response's body begins, and the length of the file. */
async function rangeOf(
  response: IncomingMessage,
  wanted: number,
  options: DownloadOptions,
): Promise<{ from: number; totalBytes: number | null }> {
  const status = response.statusCode ?? 0;
  if (status === 200) {
    const length = response.headers['content-length'];
    return { from: 0, totalBytes: length === undefined ? null : Number(length) };
  }
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers['content-range'] ?? '');
    if (range && wanted > 0 && Number(range[1]) === wanted)
      return { from: wanted, totalBytes: Number(range[2]) };
  }
  if (status === 206 || status === 416) {
    // The part does not fit the file on the server: the next attempt starts anew.
    await options.part.discard();
    throw cut('the site no longer has the file that was begun');
  }
  if (status === 429 || status >= 500) throw cut(`the site answers with status ${status}`);
  throw new PlaygroundError(
    'data/download-http',
    `The download site answers with status ${status} for ${options.url}. Try later, or import a local copy.`,
  );
}

async function receive(
  response: IncomingMessage,
  from: number,
  origin: PartOrigin,
  options: DownloadOptions,
): Promise<void> {
  const { signal, onProgress, maxBytes } = options;
  const writer = await options.part.open(from, origin);
  try {
    onProgress?.(writer.bytes, origin.totalBytes);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      throwIfCancelled(signal);
      requireSize(writer.bytes + chunk.length, origin.totalBytes ?? maxBytes);
      await writer.write(chunk);
      onProgress?.(writer.bytes, origin.totalBytes);
    }
  } catch (error) {
    throw networkError(error, signal);
  } finally {
    await writer.close();
  }
  if (origin.totalBytes !== null && writer.bytes < origin.totalBytes)
    throw cut('the connection closed early');
}

function requireSize(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new PlaygroundError(
    'data/download-too-large',
    `The site sends more than the ${Math.round(maxBytes / 1e6)} MB that were expected, so this cannot be CIFAR-10. Import a local copy instead.`,
  );
}

/** A weak ETag does not promise the same bytes, so it cannot be resumed by; the date then serves. */
function validatorOf({ headers }: IncomingMessage): string | null {
  const etag = headers.etag;
  if (etag !== undefined && !etag.startsWith('W/')) return etag;
  return headers['last-modified'] ?? null;
}

function cut(reason: string): PlaygroundError {
  return new PlaygroundError(
    'data/download-cut',
    `The download was cut off: ${reason}. What has arrived is kept: download again to continue.`,
  );
}
