/** What iterating over a value gives, and whether a value counts as true. */
import { Raised } from '../values/limits';
import { whyUnknown } from '../values/known';
import { stakeOf } from '../values/stake';
import type { Value } from '../values/values';
import {
  ClassValue,
  Dict,
  External,
  Instance,
  Iteration,
  List,
  Opaque,
  SetValue,
  Tuple,
  Unknown,
} from '../values/values';
import { Numbers, Range } from '../values/numbers';
import { itemsOfVector } from '../library/vectors';
import { asMember, findInClass } from './classes';
import type { Machine } from './machine';
import { positional } from '../values/arguments';

/** @throws Raised TypeError where the value is known not to be iterable */
export function items(machine: Machine, value: Value): readonly Value[] | Unknown {
  if (value instanceof Unknown) return value;
  if (value instanceof Opaque || value instanceof External)
    return new Unknown(whyUnknown(value) ?? '', stakeOf(value));
  if (
    value instanceof List ||
    value instanceof Dict ||
    value instanceof SetValue ||
    value instanceof Iteration
  ) {
    if (value instanceof Dict) machine.budget.size(value.entries.size);
    const doubt = value instanceof Dict ? value.unsure : value.doubt;
    if (doubt !== null) return new Unknown(doubt, stakeOf(value));
  }
  if (value instanceof List || value instanceof Tuple) return value.items;
  if (value instanceof Iteration) {
    machine.journal.touch(value);
    const rest = value.position === 0 ? value.items : value.items.slice(value.position);
    value.position = value.items.length;
    return rest;
  }
  if (value instanceof Range) {
    machine.budget.size(value.length);
    return Array.from({ length: value.length }, (_, index) => value.start + index * value.step);
  }
  if (typeof value === 'string') {
    machine.budget.size(value.length);
    return [...value];
  }
  if (value instanceof Dict) return [...value.entries.values()].map(({ key }) => key);
  if (value instanceof SetValue) return membersOf(machine, value);
  if (value instanceof Numbers) return itemsOfVector(value);
  if (value instanceof Instance) return ofInstance(machine, value);
  if (value instanceof ClassValue && value.role === 'enum')
    return [...value.attributes]
      .map(([name, each]) => asMember(machine, value, name, each))
      .filter((each) => each instanceof Instance);
  if (value instanceof ClassValue) return new Unknown(`the items of the class \`${value.name}\``);
  throw new Raised('TypeError', 'such a value has no items');
}

/** Python's sets have no order that anybody could know. */
function membersOf(machine: Machine, { members }: SetValue): readonly Value[] | Unknown {
  if (members.size > 1 && machine.language.assignmentDeclares)
    return new Unknown('the order of a set', stakeOf(new Tuple([...members.values()])));
  return [...members.values()];
}

function ofInstance(machine: Machine, value: Instance): readonly Value[] | Unknown {
  if (value.doubt !== null) return new Unknown(value.doubt, 'holds');
  const iterate = findInClass(value.type, '__iter__');
  if (iterate) return machine.items(machine.call(iterate.value, positional(value)));
  if (value.type.order.some(({ path }) => path === 'collections.namedtuple'))
    return [...value.attributes.values()];
  if (value.type.foreign.length > 0 || findInClass(value.type, '__getitem__'))
    return new Unknown(`the items of \`${value.type.name}\``, 'holds');
  throw new Raised('TypeError', `\`${value.type.name}\` has no items`);
}

export function truth(machine: Machine, value: Value): boolean | null {
  // Whether all its entries are sure is looked up in each.
  if (value instanceof Dict) machine.budget.spend(Math.ceil(value.entries.size / 16));
  if (!(value instanceof Instance)) return machine.language.truth(value);
  for (const name of ['__bool__', '__len__']) {
    const found = findInClass(value.type, name);
    if (found) return machine.language.truth(machine.call(found.value, positional(value)));
  }
  return true;
}
