import type { Value } from './values';
import {
  Bound,
  Builtin,
  ClassValue,
  External,
  FunctionValue,
  Instance,
  Opaque,
  Partial,
  Tuple,
} from './values';

/** The name of a function or class, or of the class of an instance; empty where there is none. */
export function nameOf(value: Value): string {
  if (value instanceof FunctionValue) return value.code.name;
  if (value instanceof ClassValue || value instanceof Builtin) return value.name;
  if (value instanceof Instance) return value.type.name;
  if (value instanceof External) return lastName(value.path);
  if (value instanceof Opaque) return lastName(value.callee);
  return value instanceof Bound || value instanceof Partial ? nameOf(value.callee) : '';
}

/** The names of a value or of all items of a tuple. */
export function namesOf(value: Value): readonly string[] {
  return value instanceof Tuple ? value.items.map(nameOf) : [nameOf(value)];
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
