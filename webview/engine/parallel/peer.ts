import * as v from 'valibot';
import { PlaygroundError, type ErrorCode } from '../../../src/core/errors';
import { failureInfo } from '../../../src/protocol/schemas';

/** What travels between two workers: numbers to share, or the end, with the reason if it is a failure. */
const peerMessage = v.union([
  v.strictObject({ values: v.union([v.instance(Float32Array), v.instance(Float64Array)]) }),
  v.strictObject({ end: v.nullable(failureInfo) }),
]);
type PeerMessage = v.InferOutput<typeof peerMessage>;

type Values = Float32Array | Float64Array;

/** The line to one other worker of the group. Numbers sent before an end still arrive; after it, everything rejects. */
export class Peer {
  private readonly arrived: Values[] = [];
  private waiting: { resolve(values: Values): void; reject(reason: PlaygroundError): void } | undefined;
  /** Why nothing more will come. */
  private ended: PlaygroundError | undefined;
  /** What came from there and has been read goes back with our next numbers, so that a run needs no new memory. */
  private spare: ArrayBuffer | undefined;

  constructor(private readonly port: MessagePort) {
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.take(data));
    port.addEventListener('messageerror', () => this.finish(lost()));
    // In the HTML standard and in Node. Chromium (156) does not tell yet: there the page, which hears of a worker's death, ends the whole group.
    port.addEventListener('close', () => this.finish(lost()));
    port.start();
  }

  /** Sends a copy. */
  send(values: Values): void {
    const { spare } = this;
    this.spare = undefined;
    const buffer = spare?.byteLength === values.byteLength ? spare : new ArrayBuffer(values.byteLength);
    const copy = values instanceof Float32Array ? new Float32Array(buffer) : new Float64Array(buffer);
    copy.set(values);
    this.post({ values: copy }, [buffer]);
  }

  /**
   * The next numbers from there, in the order they were sent; one caller at a time.
   *
   * @throws PlaygroundError `cancelled` when the other worker has ended its job, its reason when that failed, `engine/peer-lost` when it died
   */
  receive(): Promise<Values> {
    const next = this.arrived.shift();
    if (next) return Promise.resolve(next);
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  /** Gives back what `receive` gave. */
  recycle(values: Values): void {
    if (values.buffer instanceof ArrayBuffer) this.spare = values.buffer;
  }

  /** Ends the line, and tells the other side why. */
  close(reason?: PlaygroundError): void {
    if (!this.ended) this.post({ end: reason ? { code: reason.code, message: reason.message } : null });
    this.finish(reason ?? left());
    this.port.close();
  }

  private post(message: PeerMessage, transfer: ArrayBuffer[] = []): void {
    this.port.postMessage(message, transfer);
  }

  private take(data: unknown): void {
    const parsed = v.safeParse(peerMessage, data);
    if (!parsed.success) return this.finish(lost());
    const message = parsed.output;
    if ('end' in message) {
      const { end } = message;
      return this.finish(end ? new PlaygroundError(end.code as ErrorCode, end.message) : left());
    }
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) waiting.resolve(message.values);
    else this.arrived.push(message.values);
  }

  private finish(reason: PlaygroundError): void {
    this.ended ??= reason;
    this.waiting?.reject(this.ended);
    this.waiting = undefined;
  }
}

function left(): PlaygroundError {
  return new PlaygroundError('cancelled', 'Another worker of the group has ended its job.');
}

function lost(): PlaygroundError {
  return new PlaygroundError(
    'engine/peer-lost',
    'One of the workers that trained the model together stopped unexpectedly. Resume the run from its last checkpoint.',
  );
}
