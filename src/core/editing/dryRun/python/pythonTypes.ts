/** Python's types: `type(x).__name__` and `isinstance`. */
import { Float, Range } from '../values/numbers';
import { nameOf } from '../values/names';
import type { MachineDoor, Value } from '../values/values';
import {
  Bound,
  Builtin,
  ClassValue,
  Dict,
  External,
  FunctionValue,
  Instance,
  Iteration,
  List,
  Opaque,
  Partial,
  SetValue,
  Tuple,
  Unknown,
} from '../values/values';

/** Empty where it is not a type of the language. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (typeof value === 'string') return 'str';
  if (value instanceof Float) return 'float';
  if (value instanceof List) return 'list';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Dict) return 'dict';
  if (value instanceof SetValue) return 'set';
  if (value instanceof Range) return 'range';
  if (value instanceof ClassValue) return 'type';
  if (value instanceof FunctionValue || value instanceof Bound) return 'function';
  return '';
}

/** Abstract types by their last name, and the types of the language that are such. */
const ABSTRACT: Readonly<Record<string, readonly string[]>> = {
  Sequence: ['list', 'tuple', 'str', 'range'],
  MutableSequence: ['list'],
  Iterable: ['list', 'tuple', 'str', 'dict', 'set', 'range'],
  Collection: ['list', 'tuple', 'str', 'dict', 'set', 'range'],
  Sized: ['list', 'tuple', 'str', 'dict', 'set', 'range'],
  Mapping: ['dict'],
  MutableMapping: ['dict'],
  Dict: ['dict'],
  List: ['list'],
  Tuple: ['tuple'],
  Set: ['set'],
  Number: ['int', 'float', 'bool'],
  Integral: ['int', 'bool'],
  Real: ['int', 'float', 'bool'],
  Callable: ['type', 'function'],
  FunctionType: ['function'],
};

export function isInstance(machine: MachineDoor, value: Value, type: Value): boolean | null {
  if (type instanceof Tuple) {
    const answers = type.items.map((each) => machine.isInstance(value, each));
    if (answers.includes(true)) return true;
    return answers.includes(null) ? null : false;
  }
  if (value instanceof Unknown || type instanceof Unknown) return null;
  if (value instanceof Instance) return ofInstance(value, type);
  if (value instanceof Opaque) {
    if (type instanceof External) return isLayerOf(value.callee, type.path);
    return value.isObject && (type instanceof Builtin || (type instanceof ClassValue && type.code))
      ? false
      : null;
  }
  if (
    value instanceof Partial ||
    value instanceof Builtin ||
    value instanceof External ||
    value instanceof Iteration
  )
    return null;
  const name = typeName(value);
  if (name === '') return null;
  if (type instanceof Builtin)
    return type.name === 'object' || type.name === name || (type.name === 'int' && name === 'bool');
  if (type instanceof External) return ABSTRACT[nameOf(type)]?.includes(name) ?? false;
  return type instanceof ClassValue ? false : null;
}

/** PyTorch's layers are no subclasses of each other, but for those that start with an underscore and a few. */
function isLayerOf(callee: string, path: string): boolean | null {
  if (callee === path) return true;
  const leaf = /^torch\.nn\.(?!Module$|Lazy|ReLU6$|Hardtanh$)[A-Z]\w*$/;
  return leaf.test(callee) && leaf.test(path) ? false : null;
}

function ofInstance({ type: own }: Instance, type: Value): boolean | null {
  if (type instanceof ClassValue) {
    if (own.order.includes(type)) return true;
    return own.foreign.length > 0 && type.code === null ? null : false;
  }
  if (type instanceof External) {
    if (own.foreign.some(({ path }) => path === type.path)) return true;
    return own.foreign.length > 0 ? null : false;
  }
  if (type instanceof Builtin) return type.name === 'object';
  return null;
}
