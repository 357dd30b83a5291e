/** An immutable value with listeners: the page's only way to keep state. */
export interface Store<State> {
  get(): State;
  /** Replaces some fields; listeners hear of it once, synchronously. */
  update(patch: Partial<State>): void;
  /** Returns the function that stops listening. */
  subscribe(listener: () => void): () => void;
}

export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    update: (patch) => {
      state = { ...state, ...patch };
      // One that was stopped meanwhile, by a listener that updated the store, has heard of it already.
      for (const listener of [...listeners]) if (listeners.has(listener)) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
