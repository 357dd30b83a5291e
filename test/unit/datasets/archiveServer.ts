import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A file server on this machine. Answers like a real one, unless told to misbehave for the next requests. */
export class ArchiveServer {
  content: Uint8Array = new Uint8Array(0);
  etag: string | undefined = '"v1"';
  /** Used up from the front, one a request. */
  readonly misbehaviours: Answer[] = [];
  /** Range headers seen, in order; `undefined` for a request of the whole file. */
  readonly ranges: (string | undefined)[] = [];
  private held: { response: ServerResponse; until: number } | undefined;
  private readonly server = createServer((request, response) => {
    this.ranges.push(request.headers.range);
    const misbehave = this.misbehaviours.shift();
    if (misbehave) misbehave(request, response);
    else this.serve(request, response);
  });

  constructor() {
    beforeAll(() => new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve)));
    afterAll(() => {
      this.server.closeAllConnections();
      this.server.close();
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/archive.tar.gz`;
  }

  reset(content: Uint8Array): void {
    this.content = content;
    this.etag = '"v1"';
    this.misbehaviours.length = 0;
    this.ranges.length = 0;
  }

  /** Status and headers as RFC 9110 has them for Range with If-Range, then the body, or only `bytes` of it. */
  serve(request: IncomingMessage, response: ServerResponse, bytes?: number): void {
    const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const isSame = request.headers['if-range'] === this.etag;
    const from = wanted && isSame ? Number(wanted[1]) : 0;
    const total = this.content.length;
    response.writeHead(from > 0 ? 206 : 200, {
      ...(this.etag !== undefined && { etag: this.etag }),
      ...(from > 0 && { 'content-range': `bytes ${from}-${total - 1}/${total}` }),
      'content-length': total - from,
    });
    if (bytes === undefined) {
      response.end(this.content.subarray(from));
      return;
    }
    response.write(this.content.subarray(from, from + bytes));
    this.held = { response, until: from + bytes };
  }

  /** Promises everything, sends so many bytes, and drops the connection once they were received; see `received`. */
  cutAfter(bytes: number): Answer {
    return (request, response) => this.serve(request, response, bytes);
  }

  /** To be told of the client's progress: what is still on the wire when a connection drops may be lost, and tests want to know how much is not. */
  received(bytes: number): void {
    if (this.held === undefined || bytes < this.held.until) return;
    this.held.response.destroy();
    this.held = undefined;
  }
}

/** An answer without a body. */
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end();
