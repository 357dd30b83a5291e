/** Making functions whose meaning is known. */
import type { Arguments, MachineDoor, Value } from '../values/values';
import { Builtin, Unknown } from '../values/values';

/** A known function. Where it gets an unknown number of arguments, what it answers is unknown. */
export function builtin(name: string, run: (machine: MachineDoor, args: Arguments) => Value): Builtin {
  return new Builtin(name, (machine, args) =>
    args.more ? new Unknown(args.more.why, args.more.stake) : run(machine, args),
  );
}

/** The argument at a place or by name; `otherwise` where it is not given. */
export function given(args: Arguments, index: number, name: string, otherwise?: Value): Value {
  const value = args.positional[index];
  if (value !== undefined) return value;
  return args.named.has(name) ? args.named.get(name) : otherwise;
}

/** A table of methods: each gets the object first. */
export function methods(
  table: Readonly<Record<string, (machine: MachineDoor, args: Arguments) => Value>>,
): ReadonlyMap<string, Builtin> {
  return new Map(Object.entries(table).map(([name, run]) => [name, builtin(name, run)]));
}
