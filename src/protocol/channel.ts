/**
 * One class for every door (host <-> page, page <-> worker, tests): typed requests with cancellation, and events, over a Port.
 *
 * Nothing that arrives is believed: envelope, name, params, result and event data pass a guard first. No promise is left
 * hanging: a request settles by response, failure, cancellation, timeout, restart of the other side, or `dispose`.
 */
import * as v from 'valibot';
import { PlaygroundError, type ErrorCode } from '../core/errors';
import { CancelSource, type AbortSignalLike } from './abortSignal';
import {
  PROTOCOL_VERSION,
  type Contract,
  type EventData,
  type EventName,
  type Params,
  type RequestName,
  type Result,
} from './contract';
import { envelope, reasons, type Envelope } from './envelope';
import { PendingRequests, type RequestOptions } from './pendingRequests';
import type { Handover, Port } from './port';

/** `signal` is told when the asker cancels, restarts or this channel is disposed; the result is then dropped. */
export interface HandlerContext {
  readonly signal: AbortSignalLike;
}

export type Handlers<C extends Contract> = {
  readonly [K in RequestName<C>]: (
    params: Params<C, K>,
    context: HandlerContext,
  ) => Result<C, K> | Promise<Result<C, K>>;
};

export interface ChannelOptions<Local extends Contract, Remote extends Contract> {
  port: Port;
  /** What this side serves and announces. */
  local: Local;
  /** What the other side serves and announces. */
  remote: Remote;
  handlers: Handlers<Local>;
  /** Told about everything wrong that no request of ours carries back: garbage, unknown names, throwing listeners. */
  onProblem: (problem: PlaygroundError) => void;
}

export class Channel<Local extends Contract, Remote extends Contract> {
  private readonly pending = new PendingRequests((message, transfer) => this.post(message, transfer));
  private readonly serving = new Map<number, CancelSource>();
  private readonly listeners = new Map<string, Set<(data: unknown) => void>>();
  private readonly stopListening: () => void;
  private greeted = false;
  /** Why no request can succeed any more. */
  private broken: PlaygroundError | undefined;
  private disposed = false;

  constructor(private readonly options: ChannelOptions<Local, Remote>) {
    this.stopListening = options.port.onMessage((message) => this.receive(message));
    this.post({ kind: 'hello', protocolVersion: PROTOCOL_VERSION, reply: false });
  }

  /**
   * Asks the other side.
   * @throws PlaygroundError with the other side's code, or `cancelled`, `protocol/timeout`, `protocol/version`, `protocol/bad-params`,
   *   `protocol/bad-result`, `protocol/unknown-request`, `protocol/send-failed`, `protocol/restarted`, `protocol/disposed`
   */
  request<K extends RequestName<Remote>>(
    name: K,
    params: Params<Remote, K>,
    options: RequestOptions = {},
  ): Promise<Result<Remote, K>> {
    const contract = own(this.options.remote.requests, name);
    if (this.broken) return Promise.reject(this.broken);
    if (!contract) return Promise.reject(unknownName('request', name));
    // The guard of this very contract accepts the value before it gets here.
    return this.pending.ask(name, params, contract.result, options) as Promise<Result<Remote, K>>;
  }

  /** Announces an event; never throws, and does nothing once disposed. */
  emit<K extends EventName<Local>>(
    event: K,
    data: EventData<Local, K>,
    transfer?: readonly Handover[],
  ): void {
    const problem = this.post({ kind: 'event', name: event, data }, transfer);
    if (problem) this.options.onProblem(problem);
  }

  /** Listens to an event of the other side; returns the function that stops it. */
  on<K extends EventName<Remote>>(event: K, listener: (data: EventData<Remote, K>) => void): () => void {
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners);
    const entry = (data: unknown) => listener(data as EventData<Remote, K>);
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }

  /** Rejects everything pending and every later request, cancels what is being served, and leaves the port. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.stopListening();
    this.breakOff(new PlaygroundError('protocol/disposed', 'The connection was closed.'));
  }

  private breakOff(reason: PlaygroundError): void {
    this.broken = reason;
    this.abandonAll(reason);
  }

  private abandonAll(reason: PlaygroundError): void {
    this.pending.rejectAll(reason);
    const serving = [...this.serving.values()];
    this.serving.clear();
    for (const source of serving) this.guarded(() => source.cancel());
  }

  private receive(message: unknown): void {
    if (this.disposed) return;
    this.guarded(() => {
      const parsed = v.safeParse(envelope, message);
      if (parsed.success) return this.dispatch(parsed.output);
      this.problem('protocol/bad-envelope', `Dropped a message that is not ours: ${reasons(parsed.issues)}`);
    });
  }

  private dispatch(message: Envelope): void {
    switch (message.kind) {
      case 'hello':
        return this.greet(message);
      case 'request':
        return this.serve(message);
      case 'cancel': {
        const source = this.serving.get(message.id);
        this.serving.delete(message.id);
        return source?.cancel();
      }
      case 'event':
        return this.announce(message);
      case 'response':
      case 'failure': {
        const problem = this.pending.settle(message);
        return problem && this.options.onProblem(problem);
      }
    }
  }

  private greet(hello: Extract<Envelope, { kind: 'hello' }>): void {
    if (this.greeted && !hello.reply) {
      // A second start: the page was reloaded. Whatever the first one owed us will never come.
      this.abandonAll(new PlaygroundError('protocol/restarted', 'The other side was restarted. Try again.'));
    }
    if (!hello.reply) {
      this.greeted = true;
      this.post({ kind: 'hello', protocolVersion: PROTOCOL_VERSION, reply: true });
    }
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      const text = `This side speaks protocol ${PROTOCOL_VERSION}, the other ${hello.protocolVersion}. Reload the window.`;
      this.breakOff(new PlaygroundError('protocol/version', text));
      this.options.onProblem(new PlaygroundError('protocol/version', text));
    } else if (this.broken?.code === 'protocol/version') {
      this.broken = undefined;
    }
  }

  private serve({ id, name, params }: Extract<Envelope, { kind: 'request' }>): void {
    const contract = own(this.options.local.requests, name);
    const handler = own(this.options.handlers, name as RequestName<Local>);
    if (this.broken) return this.refuse(id, this.broken);
    if (!contract || !handler) return this.refuse(id, this.reported(unknownName('request', name)));
    if (this.serving.has(id)) return this.problem('protocol/bad-envelope', `Request ${id} came twice.`);
    const parsed = v.safeParse(contract.params, params);
    if (!parsed.success) {
      const text = `"${name}" was called with bad parameters: ${reasons(parsed.issues)}`;
      return this.refuse(id, this.reported(new PlaygroundError('protocol/bad-params', text)));
    }
    const source = new CancelSource();
    this.serving.set(id, source);
    const given = parsed.output as Params<Local, RequestName<Local>>;
    // In a promise, so that a handler that throws at once and one that rejects look the same; started at once, so that
    // messages are handled in the order they came.
    void new Promise<unknown>((resolve) => resolve(handler(given, { signal: source.signal })))
      .then(
        (result) => this.post({ kind: 'response', id, result }, [], source),
        (thrown: unknown) => PlaygroundError.from(thrown, 'protocol/handler-failed'),
      )
      .then((problem) => {
        if (problem && this.serving.get(id) === source) this.refuse(id, problem);
        if (this.serving.get(id) === source) this.serving.delete(id);
      });
  }

  private announce({ name, data }: Extract<Envelope, { kind: 'event' }>): void {
    const guard = own(this.options.remote.events, name);
    if (this.broken) return;
    if (!guard) return void this.reported(unknownName('event', name));
    const parsed = v.safeParse(guard, data);
    if (!parsed.success) {
      return this.problem('protocol/bad-event', `Event "${name}" was malformed: ${reasons(parsed.issues)}`);
    }
    for (const listener of [...(this.listeners.get(name) ?? [])]) this.guarded(() => listener(parsed.output));
  }

  private refuse(id: number, error: PlaygroundError): void {
    const { code, message } = error;
    this.post({ kind: 'failure', id, code: code.slice(0, 100), message: message.slice(0, 10_000) });
  }

  /** Sends, unless disposed or (for an answer) no longer wanted; returns what went wrong. */
  private post(
    message: Envelope,
    transfer: readonly Handover[] = [],
    wantedBy?: CancelSource,
  ): PlaygroundError | undefined {
    if (this.disposed || wantedBy?.signal.aborted) return undefined;
    try {
      this.options.port.post(message, transfer);
      return undefined;
    } catch (thrown) {
      return PlaygroundError.from(thrown, 'protocol/send-failed');
    }
  }

  private guarded(action: () => void): void {
    try {
      action();
    } catch (thrown) {
      this.options.onProblem(PlaygroundError.from(thrown, 'protocol/listener-failed'));
    }
  }

  private problem(code: ErrorCode, text: string): void {
    this.options.onProblem(new PlaygroundError(code, text));
  }

  private reported(problem: PlaygroundError): PlaygroundError {
    this.options.onProblem(problem);
    return problem;
  }
}

/** Own properties only, so that no message can name `constructor` or `__proto__`. */
function own<T extends object, K extends keyof T>(record: T, name: K | string): T[K] | undefined {
  return Object.hasOwn(record, name) ? record[name as K] : undefined;
}

function unknownName(kind: 'request' | 'event', name: string): PlaygroundError {
  return new PlaygroundError(`protocol/unknown-${kind}`, `There is no ${kind} "${name.slice(0, 100)}".`);
}
