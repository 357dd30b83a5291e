import type { Arguments, Value } from './values';

export const NO_ARGUMENTS: Arguments = { positional: [], named: new Map(), more: null };

export function positional(...values: readonly Value[]): Arguments {
  return { positional: values, named: new Map(), more: null };
}

export function withSelf(self: Value, args: Arguments): Arguments {
  return { ...args, positional: [self, ...args.positional] };
}
