/** Methods of Python's list, tuple, dict and set. */
import { given, methods } from '../library/builtins';
import { keyOf } from '../values/equality';
import { whyUnknown } from '../values/known';
import { Raised } from '../values/limits';
import { asNumber } from '../values/numbers';
import { stakeOf } from '../values/stake';
import type { Arguments, Entry, MachineDoor, Value, Iteration } from '../values/values';
import { Dict, List, SetValue, Tuple, Unknown } from '../values/values';

type Method = (machine: MachineDoor, args: Arguments) => Value;

function onList(run: (list: List, machine: MachineDoor, args: Arguments) => Value): Method {
  return (machine, args) => {
    const [list] = args.positional;
    if (!(list instanceof List)) return new Unknown('a method of a list');
    machine.journal.touch(list);
    return run(list, machine, args);
  };
}

function extend(list: List, machine: MachineDoor, args: Arguments): Value {
  const items = machine.items(args.positional[1]);
  if (items instanceof Unknown) {
    list.doubt ??= items.why;
    // What it may hold stays visible.
    list.items.push(items);
    return null;
  }
  machine.budget.fits(list.items.length + items.length);
  machine.budget.size(items.length);
  // A list may be extended by itself.
  list.items.push(...[...items]);
  return null;
}

/** A place in the list; null where it is not known. */
function placeIn(list: List, value: Value): number | null {
  const at = asNumber(value);
  if (at === null || list.doubt !== null) return null;
  return at < 0 ? at + list.items.length : at;
}

function indexOf(machine: MachineDoor, args: Arguments): Value {
  const items = machine.items(args.positional[0]);
  if (items instanceof Unknown) return items;
  for (const [index, item] of items.entries()) {
    const equal = machine.isEqual(item, args.positional[1]);
    if (equal === null) return new Unknown('the place of an item');
    if (equal) return index;
  }
  throw new Raised('ValueError', 'the item is not in the list');
}

function count(machine: MachineDoor, args: Arguments): Value {
  const items = machine.items(args.positional[0]);
  if (items instanceof Unknown) return items;
  const equal = items.map((item) => machine.isEqual(item, args.positional[1]));
  return equal.includes(null) ? new Unknown('how often an item is there') : equal.filter(Boolean).length;
}

export const LIST_METHODS = methods({
  append: onList((list, machine, args) => {
    machine.budget.fits(list.items.length + 1);
    list.items.push(args.positional[1]);
    return null;
  }),
  extend: onList(extend),
  insert: onList((list, _, args) => {
    const place = placeIn(list, args.positional[1]);
    if (place === null) list.doubt ??= 'where an item is inserted is not known';
    list.items.splice(place ?? 0, 0, args.positional[2]);
    return null;
  }),
  pop: onList((list, _, args) => {
    const place = placeIn(list, given(args, 1, 'index', -1));
    if (place === null) return new Unknown(list.doubt ?? 'which item is taken is not known', stakeOf(list));
    if (!(place in list.items)) throw new Raised('IndexError', 'pop');
    return list.items.splice(place, 1)[0];
  }),
  remove: onList((list, machine, args) => {
    const place = indexOf(machine, args);
    if (typeof place === 'number') list.items.splice(place, 1);
    else list.doubt ??= 'which item is removed is not known';
    return null;
  }),
  clear: onList((list) => {
    list.items = [];
    list.doubt = null;
    return null;
  }),
  reverse: onList((list) => {
    list.items.reverse();
    return null;
  }),
  sort: onList((list, machine, args) => {
    const sorted = sortedItems(machine, list.items, args.named);
    if (sorted instanceof Unknown) list.doubt ??= sorted.why;
    else list.items = sorted;
    return null;
  }),
  copy: onList((list) => {
    const copy = new List([...list.items]);
    copy.doubt = list.doubt;
    return copy;
  }),
  index: indexOf,
  count,
});

export const TUPLE_METHODS = methods({ index: indexOf, count });

/** In ascending order of the items or their keys; stable. */
export function sortedItems(
  machine: MachineDoor,
  items: readonly Value[],
  named: ReadonlyMap<string, Value>,
): Value[] | Unknown {
  const key = named.get('key') ?? null;
  const none = new Map<string, Value>();
  const keyed = items.map((item) => ({
    item,
    key: key === null ? item : machine.call(key, { positional: [item], named: none, more: null }),
  }));
  machine.budget.spend(items.length * 4);
  let known = true;
  keyed.sort((a, b) => {
    const [less, more] = [machine.isLess(a.key, b.key), machine.isLess(b.key, a.key)];
    if (less === null || more === null) known = false;
    return less ? -1 : more ? 1 : 0;
  });
  if (!known) return new Unknown('the order of items', stakeOf(new Tuple(items)));
  const sorted = keyed.map(({ item }) => item);
  return machine.truth(named.get('reverse') ?? false) ? sorted.reverse() : sorted;
}

function onDict(run: (dict: Dict, machine: MachineDoor, args: Arguments) => Value): Method {
  return (machine, args) => {
    const [dict] = args.positional;
    return dict instanceof Dict ? run(dict, machine, args) : new Unknown('a method of a dictionary');
  };
}

function listed(machine: MachineDoor, dict: Dict, item: (entry: Entry) => Value): Value {
  machine.budget.size(dict.entries.size);
  const list = new List([...dict.entries.values()].map(item));
  list.doubt = dict.unsure;
  return list;
}

/** The entry of a key, or why it is not known. */
function find(dict: Dict, key: Value): Entry | Unknown | null {
  const id = keyOf(key);
  if (id === null || dict.doubt !== null)
    return new Unknown(dict.doubt ?? whyUnknown(key) ?? 'a key is not known', stakeOf(dict));
  return dict.entries.get(id) ?? null;
}

export function updateDict(
  machine: MachineDoor,
  dict: Dict,
  source: Value,
  named: ReadonlyMap<string, Value>,
): void {
  machine.journal.touch(dict);
  if (source instanceof Dict) {
    machine.budget.size(dict.entries.size + source.entries.size);
    for (const [key, entry] of source.entries) dict.entries.set(key, entry);
    dict.doubt ??= source.doubt;
  } else if (source !== undefined) {
    const pairs = machine.items(source);
    if (pairs instanceof Unknown) dict.doubt ??= pairs.why;
    else for (const pair of pairs) machine.setItem(dict, machine.getItem(pair, 0), machine.getItem(pair, 1));
  }
  for (const [name, value] of named) machine.setItem(dict, name, value);
}

export const DICT_METHODS = methods({
  keys: onDict((dict, machine) => listed(machine, dict, ({ key }) => key)),
  values: onDict((dict, machine) => listed(machine, dict, ({ value }) => value)),
  items: onDict((dict, machine) => listed(machine, dict, ({ key, value }) => new Tuple([key, value]))),
  get: onDict((dict, _, args) => {
    const found = find(dict, args.positional[1]);
    return found instanceof Unknown ? found : found ? found.value : given(args, 2, 'default', null);
  }),
  pop: onDict((dict, machine, args) => {
    const found = find(dict, args.positional[1]);
    if (found instanceof Unknown) return found;
    const otherwise = given(args, 2, 'default');
    if (!found && otherwise === undefined) throw new Raised('KeyError', 'pop');
    machine.journal.touch(dict);
    dict.entries.delete(keyOf(args.positional[1]) ?? '');
    return found ? found.value : otherwise;
  }),
  setdefault: onDict((dict, machine, args) => {
    const found = find(dict, args.positional[1]);
    if (found instanceof Unknown) return found;
    if (found) return found.value;
    const value = given(args, 2, 'default', null);
    machine.setItem(dict, args.positional[1], value);
    return value;
  }),
  update: onDict((dict, machine, args) => {
    updateDict(machine, dict, args.positional[1], args.named);
    return null;
  }),
  copy: onDict((dict) => {
    const copy = new Dict(new Map(dict.entries));
    copy.doubt = dict.doubt;
    return copy;
  }),
});

export const SET_METHODS = methods({
  add: (machine, args) => {
    const [set, item] = args.positional;
    if (!(set instanceof SetValue)) return null;
    machine.journal.touch(set);
    const key = keyOf(item);
    if (key === null) set.doubt ??= whyUnknown(item) ?? 'a member of a set is not known';
    else set.members.set(key, item);
    return null;
  },
  union: (machine, args) => machine.binary('|', args.positional[0], args.positional[1]),
  intersection: (machine, args) => machine.binary('&', args.positional[0], args.positional[1]),
  difference: (machine, args) => machine.binary('-', args.positional[0], args.positional[1]),
});

/** What is left of an iterator, one by one: `next(iterator)`. */
export function nextItem(machine: MachineDoor, iteration: Iteration): Value {
  if (iteration.doubt !== null) return new Unknown(iteration.doubt, stakeOf(iteration));
  if (iteration.position >= iteration.items.length) return undefined;
  machine.journal.touch(iteration);
  iteration.position += 1;
  return iteration.items[iteration.position - 1];
}
