import type * as v from 'valibot';

/** A guard and a type in one. */
export type Guard<T = unknown> = v.GenericSchema<unknown, T>;

/** What one side of a door serves (requests) and announces (events). Every message is guarded on arrival. */
export interface Contract {
  readonly requests: Readonly<Record<string, { readonly params: Guard; readonly result: Guard }>>;
  readonly events: Readonly<Record<string, Guard>>;
}

export type RequestName<C extends Contract> = keyof C['requests'] & string;
export type EventName<C extends Contract> = keyof C['events'] & string;
export type Params<C extends Contract, K extends RequestName<C>> = v.InferOutput<C['requests'][K]['params']>;
export type Result<C extends Contract, K extends RequestName<C>> = v.InferOutput<C['requests'][K]['result']>;
export type EventData<C extends Contract, K extends EventName<C>> = v.InferOutput<C['events'][K]>;

/** Raised whenever a message changes shape; both sides must say the same number in `hello`. */
export const PROTOCOL_VERSION = 1;
