/** Python's collections, named tuples and data classes. */
import { stakeOf } from '../values/stake';
import type { Arguments, MachineDoor, Value, Builtin } from '../values/values';
import { ClassValue, Dict, Instance, Unknown } from '../values/values';
import { builtin, methods } from './builtins';

type Run = (machine: MachineDoor, args: Arguments) => Value;

export const orderedDict: Run = (machine, { positional: [source], named }) => {
  const dict = new Dict();
  if (source instanceof Dict) {
    for (const [key, entry] of source.entries) dict.entries.set(key, entry);
    dict.doubt = source.doubt;
  } else if (source !== undefined) {
    const pairs = machine.items(source);
    if (pairs instanceof Unknown) return new Unknown(pairs.why, pairs.stake);
    for (const pair of pairs) machine.setItem(dict, machine.getItem(pair, 0), machine.getItem(pair, 1));
  }
  for (const [name, value] of named) machine.setItem(dict, name, value);
  return dict;
};

export const defaultDict: Run = (_, { positional: [missing] }) => {
  const dict = new Dict();
  dict.missing = missing;
  return dict;
};

export const namedTuple: Run = (machine, args) => {
  const [name, fields] = args.positional;
  const names = typeof fields === 'string' ? fields.split(/[\s,]+/) : machine.items(fields);
  if (typeof name !== 'string' || names instanceof Unknown) return new Unknown('a named tuple', 'makes');
  const type = new ClassValue(name, 'collections.namedtuple', 'plain', null);
  type.order = [type];
  type.hasFields = true;
  type.attributes = new Map<string, Value>(NAMED_TUPLE_METHODS);
  type.annotated = names.filter((each): each is string => typeof each === 'string' && each !== '');
  const fallbacks = args.named.has('defaults') ? machine.items(args.named.get('defaults')) : [];
  if (!(fallbacks instanceof Unknown)) {
    for (const [index, value] of fallbacks.entries()) {
      const field = type.annotated[type.annotated.length - fallbacks.length + index];
      if (field !== undefined) type.attributes.set(field, value);
    }
  }
  return type;
};

/** `@dataclass` and `@dataclass(...)`. */
const dataclass: Run = (_, { positional: [type] }) => {
  if (!(type instanceof ClassValue)) return DATACLASS;
  type.hasFields = true;
  return type;
};
export const DATACLASS: Builtin = builtin('dataclass', dataclass);

export const replaced: Run = (machine, { positional: [object], named }) => {
  if (!(object instanceof Instance)) return new Unknown('a changed copy', stakeOf(object));
  const copy = new Instance(object.type, object.trail);
  copy.attributes = new Map([...object.attributes, ...named]);
  machine.budget.spend(copy.attributes.size);
  return copy;
};

export const asDict: Run = (_, { positional: [object] }) => {
  if (!(object instanceof Instance)) return new Unknown('the fields of an object', stakeOf(object));
  return new Dict(new Map([...object.attributes].map(([key, value]) => [`s${key}`, { key, value }])));
};

const NAMED_TUPLE_METHODS = methods({ _replace: replaced, _asdict: asDict });

export function plainClass(path: string, hasFields = false): ClassValue {
  const type = new ClassValue(path.slice(path.lastIndexOf('.') + 1), path, 'plain', null);
  type.order = [type];
  type.hasFields = hasFields;
  return type;
}

export function namedTupleClass(): ClassValue {
  const type = plainClass('collections.namedtuple', true);
  type.attributes = new Map<string, Value>(NAMED_TUPLE_METHODS);
  return type;
}
