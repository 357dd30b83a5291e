// Default imports: VS Code patches these objects so that requests honour its proxy settings.
import http from 'node:http';
import https from 'node:https';
import { PlaygroundError } from '../../core/errors';
import { errnoOf, throwIfCancelled } from './storageErrors';

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const LOOPBACK = new Set(['127.0.0.1', '[::1]']);
/** The site was never reached: trying again at once would not help. */
const UNREACHABLE = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

export interface HttpOptions {
  signal: AbortSignal;
  headers: Record<string, string>;
  /** The connection counts as cut after this time without a byte. */
  idleMs: number;
  /** Plain http to this machine, for tests; otherwise https only. */
  allowLoopbackHttp: boolean;
}

/**
 * GET over https, following up to 5 redirects, none of them away from https. Node's own client rather than fetch, which would
 * undo a `Content-Encoding: x-gzip` that some servers put on archives, and with it every byte position that resuming counts on.
 *
 * @throws PlaygroundError `data/download-refused` (address not allowed), `data/download-offline`, `data/download-cut`, `cancelled`
 */
export async function httpGet(address: string, options: HttpOptions): Promise<http.IncomingMessage> {
  let url = allowedUrl(address, options.allowLoopbackHttp);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await send(url, options);
    if (!REDIRECTS.has(response.statusCode ?? 0)) return response;
    response.destroy();
    url = allowedUrl(response.headers.location ?? '', options.allowLoopbackHttp, url);
  }
  throw refused('the site redirects without end');
}

function send(url: URL, { signal, headers, idleMs }: HttpOptions): Promise<http.IncomingMessage> {
  throwIfCancelled(signal);
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http;
    const request = client.get(url, { signal, headers }, resolve);
    request.setTimeout(idleMs, () => request.destroy(new Error(`no data for ${idleMs / 1000} s`)));
    request.on('error', (error) => reject(networkError(error, signal)));
  });
}

/** Says what a network failure means; to be used on errors of the response's stream too. */
export function networkError(thrown: unknown, signal: AbortSignal): PlaygroundError {
  if (thrown instanceof PlaygroundError) return thrown;
  if (signal.aborted)
    return new PlaygroundError('cancelled', 'The download was cancelled.', { cause: thrown });
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const code = errnoOf(thrown);
  if (code !== undefined && UNREACHABLE.has(code)) {
    return new PlaygroundError(
      'data/download-offline',
      `The download site cannot be reached (${code}). Check the network or proxy, or import a local copy.`,
      { cause: thrown },
    );
  }
  return new PlaygroundError(
    'data/download-cut',
    `The download was cut off (${reason}). What has arrived is kept: download again to continue.`,
    { cause: thrown },
  );
}

function allowedUrl(address: string, allowLoopbackHttp: boolean, base?: URL): URL {
  if (!URL.canParse(address, base?.href)) throw refused('the site sent an unusable address');
  const url = new URL(address, base);
  const isLoopbackHttp = url.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if (url.protocol !== 'https:' && !(allowLoopbackHttp && isLoopbackHttp)) {
    throw refused(`${url.protocol}//${url.host} is not a secure address`);
  }
  return url;
}

function refused(what: string): PlaygroundError {
  return new PlaygroundError(
    'data/download-refused',
    `The download was refused: ${what}. Try later, or import a local copy.`,
  );
}
