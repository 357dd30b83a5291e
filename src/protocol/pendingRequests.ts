/** The asking half of a Channel: requests sent and not yet settled. */
import * as v from 'valibot';
import { PlaygroundError, type ErrorCode } from '../core/errors';
import type { AbortSignalLike } from './abortSignal';
import type { Guard } from './contract';
import { reasons, type Envelope } from './envelope';
import type { Handover } from './port';

export interface RequestOptions {
  transfer?: readonly Handover[] | undefined;
  signal?: AbortSignalLike | undefined;
  /** Without it a request waits for as long as the other side lives. */
  timeoutMs?: number | undefined;
}

/** Sends an envelope; returns what went wrong. */
export type Send = (message: Envelope, transfer?: readonly Handover[]) => PlaygroundError | undefined;

interface Pending {
  readonly result: Guard;
  resolve(value: unknown): void;
  reject(error: PlaygroundError): void;
}

interface Timers {
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
}
// Neither DOM nor node types in this room; both run times have these two.
const timers = globalThis as unknown as Timers;

export class PendingRequests {
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  constructor(private readonly send: Send) {}

  /** Sends a request; resolves with a value that `result` has accepted. */
  ask(name: string, params: unknown, result: Guard, options: RequestOptions): Promise<unknown> {
    const { signal, timeoutMs, transfer } = options;
    if (signal?.aborted) return Promise.reject(cancelled(name));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      let timer: unknown;
      const close = () => {
        this.pending.delete(id);
        if (timer !== undefined) timers.clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: PlaygroundError) => {
        close();
        reject(error);
      };
      const giveUp = (error: PlaygroundError) => {
        fail(error);
        this.send({ kind: 'cancel', id });
      };
      const onAbort = () => giveUp(cancelled(name));
      const succeed = (value: unknown) => {
        close();
        resolve(value);
      };
      this.pending.set(id, { result, resolve: succeed, reject: fail });
      signal?.addEventListener('abort', onAbort);
      if (timeoutMs !== undefined)
        timer = timers.setTimeout(() => giveUp(timedOut(name, timeoutMs)), timeoutMs);
      const problem = this.send({ kind: 'request', id, name, params }, transfer);
      if (problem) fail(problem);
    });
  }

  /** Takes a reply; returns the problem if the reply itself is one. Late replies to requests given up are normal and dropped. */
  settle(message: Extract<Envelope, { kind: 'response' | 'failure' }>): PlaygroundError | undefined {
    const pending = this.pending.get(message.id);
    if (!pending) {
      if (message.id < this.nextId) return undefined;
      return new PlaygroundError(
        'protocol/bad-envelope',
        `Dropped a reply to request ${message.id}, never sent.`,
      );
    }
    if (message.kind === 'failure') {
      pending.reject(new PlaygroundError(errorCode(message.code), message.message));
      return undefined;
    }
    const parsed = v.safeParse(pending.result, message.result);
    if (parsed.success) {
      pending.resolve(parsed.output);
      return undefined;
    }
    const problem = new PlaygroundError(
      'protocol/bad-result',
      `The answer was malformed: ${reasons(parsed.issues)}`,
    );
    pending.reject(problem);
    return problem;
  }

  rejectAll(reason: PlaygroundError): void {
    for (const pending of [...this.pending.values()]) pending.reject(reason);
  }
}

function cancelled(name: string): PlaygroundError {
  return new PlaygroundError('cancelled', `"${name}" was cancelled.`);
}

function timedOut(name: string, timeoutMs: number): PlaygroundError {
  const text = `No answer to "${name}" within ${timeoutMs} ms. Try again; if it happens again, reopen the panel.`;
  return new PlaygroundError('protocol/timeout', text);
}

/** A code from outside is believed only in the form that ErrorCode promises. */
function errorCode(code: string): ErrorCode {
  const known = /^(?:cancelled|(?:spec|engine|data|storage|protocol|edit)\/.+)$/.test(code);
  return known ? (code as ErrorCode) : 'protocol/failure';
}
