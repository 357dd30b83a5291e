/**
 * The part of the web's AbortSignal that doors need. Structural, because this room has neither DOM nor node types; a real
 * AbortSignal fits, and so does the signal of a CancelSource.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The smallest AbortController: `cancel()` tells every listener once; later listeners must look at `aborted` themselves. */
export class CancelSource {
  readonly signal: AbortSignalLike;
  private readonly listeners = new Set<() => void>();
  private cancelled = false;

  constructor() {
    const isAborted = () => this.cancelled;
    this.signal = {
      get aborted() {
        return isAborted();
      },
      addEventListener: (_type, listener) => void this.listeners.add(listener),
      removeEventListener: (_type, listener) => void this.listeners.delete(listener),
    };
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    const listeners = [...this.listeners];
    this.listeners.clear();
    for (const listener of listeners) listener();
  }
}
