/** A MessagePort, as far as this room's lib knows one: a line that can itself be sent through a door. */
export interface MessageLine {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  close(): void;
}

/** What can be handed over with a message instead of copied. */
export type Handover = ArrayBuffer | MessageLine;

/** A two-way line for messages: a webview, a worker, a MessagePort, or one end of `memoryPortPair`. */
export interface Port {
  /** Sends in order. `transfer` hands buffers and lines over where this line can (workers); elsewhere buffers are copied. */
  post(message: unknown, transfer?: readonly Handover[]): void;
  /** Returns the function that removes the listener. */
  onMessage(listener: (message: unknown) => void): () => void;
}

type StructuredClone = (value: unknown, options?: { transfer?: readonly Handover[] }) => unknown;

/**
 * Two connected ports in one thread, for tests and in-process doors. Messages are structured-cloned (buffers transferred) as a
 * worker's would be, arrive in order in later microtasks, and wait for the first listener.
 */
export function memoryPortPair(): readonly [Port, Port] {
  const left = new Mailbox();
  const right = new Mailbox();
  return [portBetween(left, right), portBetween(right, left)];
}

function portBetween(own: Mailbox, other: Mailbox): Port {
  return {
    post: (message, transfer) => other.put(clone(message, transfer)),
    onMessage: (listener) => own.listen(listener),
  };
}

class Mailbox {
  private readonly waiting: unknown[] = [];
  private readonly listeners = new Set<(message: unknown) => void>();

  put(message: unknown): void {
    this.waiting.push(message);
    this.deliverSoon();
  }

  listen(listener: (message: unknown) => void): () => void {
    this.listeners.add(listener);
    this.deliverSoon();
    return () => void this.listeners.delete(listener);
  }

  private deliverSoon(): void {
    void Promise.resolve().then(() => {
      while (this.listeners.size > 0 && this.waiting.length > 0) {
        const message = this.waiting.shift();
        for (const listener of [...this.listeners]) listener(message);
      }
    });
  }
}

function clone(message: unknown, transfer: readonly Handover[] = []): unknown {
  // This room's lib has no structuredClone; every run time we meet does.
  const { structuredClone } = globalThis as unknown as { structuredClone?: StructuredClone };
  return structuredClone ? structuredClone(message, { transfer }) : message;
}
