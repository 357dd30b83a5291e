/** Methods of JavaScript's arrays. */
import { builtin } from '../library/builtins';
import { positional } from '../values/arguments';
import { asNumber } from '../values/numbers';
import { stakeOf } from '../values/stake';
import type { Arguments, Builtin, MachineDoor, Value } from '../values/values';
import { List, Unknown } from '../values/values';
import { javascriptText } from './javascriptText';

type Method = (list: List, machine: MachineDoor, args: readonly Value[]) => Value;

function unknown(list: List): Unknown {
  return new Unknown(list.doubt ?? 'what an array method gives', stakeOf(list));
}

/** One that must know all items. */
function known(run: Method): Method {
  return (list, machine, args) => (list.doubt === null ? run(list, machine, args) : unknown(list));
}

function changing(run: Method): Method {
  return (list, machine, args) => {
    machine.journal.touch(list);
    return run(list, machine, args);
  };
}

function apply(machine: MachineDoor, callback: Value, list: List, index: number): Value {
  return machine.call(callback, positional(list.items[index], index, list));
}

/** The first item that the callback is for; how it is answered. */
function searching(answer: (item: Value, index: number) => Value, otherwise: Value): Method {
  return known((list, machine, [callback]) => {
    for (let index = 0; index < list.items.length; index += 1) {
      const truth = machine.truth(apply(machine, callback, list, index));
      if (truth === null) return unknown(list);
      if (truth) return answer(list.items[index], index);
    }
    return otherwise;
  });
}

const filter: Method = known((list, machine, [callback]) => {
  const kept = new List([]);
  for (let index = 0; index < list.items.length; index += 1) {
    const truth = machine.truth(apply(machine, callback, list, index));
    if (truth !== false) kept.items.push(list.items[index]);
    if (truth === null) kept.doubt = 'what a filter keeps';
  }
  return kept;
});

/** One without a number for the callback gives. */
const map: Method = (list, machine, [callback]) => {
  const mapped = new List(list.items.map((_, index) => apply(machine, callback, list, index)));
  mapped.doubt = list.doubt;
  return mapped;
};

const reduce: Method = known((list, machine, args) => {
  const [callback, start] = args;
  let total = args.length > 1 ? start : list.items[0];
  for (let index = args.length > 1 ? 0 : 1; index < list.items.length; index += 1)
    total = machine.call(callback, positional(total, list.items[index], index, list));
  return total;
});

function place(value: Value, length: number, otherwise: number): number {
  const at = asNumber(value);
  if (at === null) return otherwise;
  return Math.max(0, Math.min(length, at < 0 ? at + length : at));
}

function flattened(list: List, machine: MachineDoor, depth: number): Value[] {
  return list.items.flatMap((item) => {
    machine.budget.spend(1);
    return item instanceof List && item.doubt === null && depth > 0
      ? flattened(item, machine, depth - 1)
      : [item];
  });
}

const METHODS: Readonly<Record<string, Method>> = {
  push: changing((list, machine, args) => {
    machine.budget.fits(list.items.length + args.length);
    list.items.push(...args);
    return list.items.length;
  }),
  unshift: changing((list, machine, args) => {
    machine.budget.size(list.items.length + args.length);
    list.items.unshift(...args);
    return list.items.length;
  }),
  pop: changing((list) => (list.doubt === null ? list.items.pop() : unknown(list))),
  shift: changing((list) => (list.doubt === null ? list.items.shift() : unknown(list))),
  reverse: changing((list) => {
    list.items.reverse();
    return list;
  }),
  fill: changing((list, _, [value]) => {
    list.items = list.items.map(() => value);
    return list;
  }),
  map,
  flatMap: (list, machine, args) => {
    const mapped = map(list, machine, args);
    if (!(mapped instanceof List)) return mapped;
    const flat = new List(flattened(mapped, machine, 1));
    flat.doubt = mapped.doubt;
    return flat;
  },
  flat: known(
    (list, machine, [depth]) => new List(flattened(list, machine, Math.min(asNumber(depth) ?? 1, 20))),
  ),
  forEach: (list, machine, args) => {
    if (list.doubt !== null) return unknown(list);
    map(list, machine, args);
    return undefined;
  },
  filter,
  reduce,
  find: searching((item) => item, undefined),
  findIndex: searching((_, index) => index, -1),
  some: searching(() => true, false),
  every: known((list, machine, [callback]) => {
    const truths = list.items.map((_, index) => machine.truth(apply(machine, callback, list, index)));
    if (truths.includes(false)) return false;
    return truths.includes(null) ? unknown(list) : true;
  }),
  includes: known((list, machine, [wanted]) => {
    const equal = list.items.map((item) => machine.isEqual(item, wanted));
    if (equal.includes(true)) return true;
    return equal.includes(null) ? unknown(list) : false;
  }),
  indexOf: known((list, machine, [wanted]) => {
    const equal = list.items.map((item) => machine.isEqual(item, wanted));
    return equal.includes(null) ? unknown(list) : equal.indexOf(true);
  }),
  slice: known((list, _, [from, to]) => {
    const { length } = list.items;
    return new List(list.items.slice(place(from, length, 0), place(to, length, length)));
  }),
  concat: (list, machine, args) => {
    const joined = new List([...list.items]);
    joined.doubt = list.doubt;
    for (const value of args) {
      machine.budget.fits(joined.items.length + 1);
      if (!(value instanceof List)) joined.items.push(value);
      else {
        machine.budget.size(joined.items.length + value.items.length);
        joined.items.push(...value.items);
        joined.doubt ??= value.doubt;
      }
    }
    return joined;
  },
  at: known((list, _, [index]) => {
    const at = asNumber(index);
    return at === null ? unknown(list) : list.items.at(at);
  }),
  join: known((list, machine, [separator]) => {
    const texts = list.items.map((item) => javascriptText(item));
    if (texts.includes(null)) return new Unknown('a text made of unknown values');
    const joined = texts.join(typeof separator === 'string' ? separator : ',');
    machine.budget.size(joined.length);
    return joined;
  }),
  entries: known((list) => new List(list.items.map((item, index) => new List([index, item])))),
  keys: known((list) => new List(list.items.map((_, index) => index))),
  values: known((list) => new List([...list.items])),
};

const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  Object.entries(METHODS).map(([name, run]) => [
    name,
    builtin(name, (machine: MachineDoor, { positional: [list, ...args] }: Arguments) =>
      list instanceof List ? run(list, machine, args) : new Unknown('an array method'),
    ),
  ]),
);

/** Undefined where arrays have no such method, or it is not known. */
export function arrayMethod(name: string): Builtin | undefined {
  return BUILTINS.get(name);
}
