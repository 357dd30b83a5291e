/** Python's built-in functions. */
import { NO_ARGUMENTS } from '../values/arguments';
import { setOf } from '../values/equality';
import { builtin, given } from '../library/builtins';
import { whyUnknown } from '../values/known';
import { GivenUp, Raised } from '../values/limits';
import { nameOf } from '../values/names';
import { asNumber, Float, roundHalfEven, Numbers, Range } from '../values/numbers';
import type { Arguments, MachineDoor, Value } from '../values/values';
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
  Super,
  Tuple,
  Unknown,
} from '../values/values';
import { nextItem, sortedItems, updateDict } from './containerMethods';
import { reprOf } from './formatText';
import { typeName } from './pythonTypes';

import { collecting, toFloat, toInt, unknownFrom } from './conversions';
import { deciding, extreme, filter, map, range, sum, unordered, zip } from './iterators';

type Run = (machine: MachineDoor, args: Arguments) => Value;

const length: Run = (machine, { positional: [value] }) => {
  if (value instanceof Range || typeof value === 'string') return value.length;
  if (value instanceof Numbers) return value.values.length;
  if (value instanceof Instance) {
    const own = lookUp(machine, value, '__len__');
    if (own !== undefined) return machine.call(own, NO_ARGUMENTS);
    const items = machine.items(value);
    return items instanceof Unknown ? new Unknown('the length of an object') : items.length;
  }
  if (value instanceof List || value instanceof Tuple || value instanceof Dict || value instanceof SetValue) {
    const items = unordered(machine, value);
    return items instanceof Unknown ? new Unknown(items.why) : items.length;
  }
  if (whyUnknown(value) !== null) return new Unknown(whyUnknown(value) ?? '');
  throw new Raised('TypeError', 'len() of such a value');
};

function lookUp(machine: MachineDoor, object: Value, name: string): Value {
  try {
    return machine.member(object, name);
  } catch (thrown) {
    if (thrown instanceof Raised && thrown.type === 'AttributeError') return undefined;
    throw thrown;
  }
}

const round: Run = (_, args) => {
  const [value] = args.positional;
  const digits = asNumber(given(args, 1, 'ndigits', null));
  const number = asNumber(value);
  if (number === null) return unknownFrom(value, 'round() of such a value');
  if (digits === null)
    return Number.isFinite(number) ? roundHalfEven(number) : new Unknown('round() of infinity');
  if (!(value instanceof Float)) return number;
  return new Float(Math.abs(digits) > 20 ? number : Number(number.toFixed(Math.max(0, digits))));
};

const getattr: Run = (machine, { positional }) => {
  const [object, name, otherwise] = positional;
  if (typeof name !== 'string') return new Unknown('an attribute whose name is not known', 'holds');
  if (positional.length < 3) return machine.member(object, name);
  const found = lookUp(machine, object, name);
  return found === undefined ? otherwise : found;
};

const hasattr: Run = (machine, { positional: [object, name] }) => {
  if (typeof name !== 'string') return new Unknown('an attribute whose name is not known');
  const found = lookUp(machine, object, name);
  return found instanceof Unknown || found instanceof External
    ? new Unknown('whether an attribute is there')
    : found !== undefined;
};

const setattr: Run = (machine, { positional: [object, name, value] }) => {
  if (typeof name === 'string') machine.setMember(object, name, value);
  else if (object instanceof Instance) {
    machine.journal.touch(object);
    object.doubt ??= 'an attribute is set whose name is not known';
  }
  return null;
};

const isinstance: Run = (machine, { positional: [value, type] }) =>
  machine.isInstance(value, type) ?? new Unknown(`whether a value is a \`${nameOf(type)}\``);

const issubclass: Run = (_, { positional: [type, base] }) => {
  if (!(type instanceof ClassValue)) return new Unknown('whether a class is a subclass');
  if (base instanceof ClassValue && type.order.includes(base)) return true;
  return type.foreign.length > 0 || !(base instanceof ClassValue)
    ? new Unknown('whether a class is a subclass')
    : false;
};

const typeOf: Run = (_, { positional }) => {
  const [value] = positional;
  if (positional.length > 1) return new Unknown('a class made by `type`', 'makes');
  if (value instanceof Instance) return value.type;
  if (value instanceof Opaque) return new External(value.callee);
  const name = typeName(value);
  return TYPES.get(name) ?? new Unknown('the type of a value');
};

const callable: Run = (_, { positional: [value] }) => {
  if (value instanceof Unknown || value instanceof Opaque || value instanceof Instance)
    return new Unknown('whether a value can be called');
  return [FunctionValue, ClassValue, Builtin, Bound, Partial, External].some((kind) => value instanceof kind);
};

const next: Run = (machine, { positional }) => {
  const [iterator, otherwise] = positional;
  if (!(iterator instanceof Iteration)) return unknownFrom(iterator, 'the next item');
  const item = nextItem(machine, iterator);
  if (item !== undefined) return item;
  if (positional.length > 1) return otherwise;
  throw new Raised('StopIteration', '');
};

const dict: Run = (machine, { positional, named }) => {
  const made = new Dict();
  updateDict(machine, made, positional[0], named);
  return made;
};

const superOf: Run = (_, { positional: [owner, self] }) =>
  owner instanceof ClassValue && (self instanceof Instance || self instanceof ClassValue)
    ? new Super(owner, self)
    : new Unknown('`super` of such values', 'holds');

const toSet: Run = (machine, { positional: [source] }) => {
  const items = source === undefined ? [] : unordered(machine, source);
  return items instanceof Unknown ? items : setOf(items);
};

const TYPES: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({
    int: toInt,
    float: toFloat,
    bool: (machine, { positional: [value = false] }) =>
      machine.truth(value) ?? new Unknown('the truth of a value'),
    str: (machine, { positional: [value = ''] }) =>
      machine.text(value) ?? new Unknown('a text made of unknown values'),
    list: collecting((items) => new List([...items])),
    tuple: collecting((items) => new Tuple(items)),
    set: toSet,
    frozenset: toSet,
    dict,
    type: typeOf,
    NoneType: () => null,
    object: () => new Opaque('object', NO_ARGUMENTS, 'none'),
  } satisfies Record<string, Run>).map(([name, run]) => [name, builtin(name, run)]),
);

const FUNCTIONS: Readonly<Record<string, Run>> = {
  len: length,
  range,
  enumerate: (machine, args) => {
    const items = machine.items(args.positional[0]);
    const start = given(args, 1, 'start', 0);
    if (items instanceof Unknown) return items;
    machine.budget.size(items.length);
    return new Iteration(items.map((item, index) => new Tuple([machine.binary('+', start, index), item])));
  },
  zip,
  map,
  filter,
  reversed: (machine, { positional: [source] }) => {
    const items = machine.items(source);
    return items instanceof Unknown ? items : new Iteration([...items].reverse());
  },
  sorted: (machine, { positional: [source], named }) => {
    const items = unordered(machine, source);
    const sorted = items instanceof Unknown ? items : sortedItems(machine, items, named);
    return sorted instanceof Unknown ? sorted : new List(sorted);
  },
  sum,
  max: extreme((machine, a, b) => machine.isLess(b, a)),
  min: extreme((machine, a, b) => machine.isLess(a, b)),
  all: deciding(false),
  any: deciding(true),
  abs: (_, { positional: [value] }) => {
    const number = asNumber(value);
    if (number === null) return unknownFrom(value, 'abs() of such a value');
    return value instanceof Float ? new Float(Math.abs(number)) : Math.abs(number);
  },
  round,
  pow: (machine, { positional: [a, b] }) => machine.binary('**', a, b),
  divmod: (machine, { positional: [a, b] }) =>
    new Tuple([machine.binary('//', a, b), machine.binary('%', a, b)]),
  getattr,
  hasattr,
  setattr,
  delattr: (machine, { positional: [object, name] }) => {
    if (!(object instanceof Instance) || typeof name !== 'string') return null;
    machine.journal.touch(object);
    object.attributes.delete(name);
    return null;
  },
  isinstance,
  issubclass,
  callable,
  iter: (machine, { positional: [source] }) => {
    const items = machine.items(source);
    return items instanceof Unknown ? items : new Iteration([...items]);
  },
  next,
  super: superOf,
  repr: (_, { positional: [value] }) => reprOf(value) ?? new Unknown('a text made of unknown values'),
  print: () => null,
  exit: () => {
    throw new GivenUp('the program ends itself');
  },
  staticmethod: (_, { positional: [value] }) => value,
  classmethod: (_, { positional: [value] }) => value,
  property: (_, { positional: [value] }) => value,
  eval: () => new Unknown('what `eval` gives', 'holds'),
  globals: () => new Unknown('the names of the module', 'holds'),
  locals: () => new Unknown('the names of a function', 'holds'),
  vars: () => new Unknown('the attributes of an object', 'holds'),
};

const NAMES_OF_OTHERS =
  /^(\w*(Error|Exception|Warning)|StopIteration|KeyboardInterrupt|NotImplemented|Ellipsis|id|hash|open|input|exec|slice|bytes|bytearray|memoryview|complex|format|ord|chr|dir|help|hex|bin|oct)$/;

export const PYTHON_GLOBALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...TYPES,
  ...Object.entries(FUNCTIONS).map(([name, run]): [string, Value] => [name, builtin(name, run)]),
]);

/** Built-in names whose meaning makes no difference here. */
export function isOtherGlobal(name: string): boolean {
  return NAMES_OF_OTHERS.test(name);
}
