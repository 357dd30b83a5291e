/** JavaScript's global objects and functions, as far as networks are written with them. */
import { builtin, methods } from '../library/builtins';
import { positional } from '../values/arguments';
import { putEntry } from '../values/dictEntries';
import { setOf } from '../values/equality';
import { whyUnknown } from '../values/known';
import { asNumber } from '../values/numbers';
import { stakeOf } from '../values/stake';
import type { Arguments, MachineDoor, Value, Builtin } from '../values/values';
import { Dict, External, List, SetValue, Unknown } from '../values/values';
import { javascriptText } from './javascriptText';

type Run = (machine: MachineDoor, args: Arguments) => Value;

function numeric(apply: (...numbers: number[]) => number): Run {
  return (_, { positional: values }) => {
    const numbers = values.map(asNumber);
    const unknown = numbers.indexOf(null);
    if (unknown >= 0) return new Unknown(whyUnknown(values[unknown]) ?? 'a function of no number');
    return apply(...(numbers as number[]));
  };
}

const MATH: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['PI', Math.PI],
  ['E', Math.E],
  ...(
    'abs ceil floor round trunc sqrt cbrt exp log log2 log10 pow max min sign sin cos hypot fround'.split(
      ' ',
    ) as (keyof Math & string)[]
  ).flatMap((name): [string, Value][] => {
    const apply: unknown = Math[name];
    return typeof apply === 'function'
      ? [
          [
            name,
            builtin(
              name,
              numeric((...numbers) => Number(Reflect.apply(apply, Math, numbers))),
            ),
          ],
        ]
      : [];
  }),
]);

function ofDict(run: (dict: Dict, machine: MachineDoor) => Value): Run {
  return (machine, { positional: [value] }) => {
    if (!(value instanceof Dict))
      return new Unknown(whyUnknown(value) ?? 'the entries of an object', stakeOf(value));
    if (value.unsure !== null) return new Unknown(value.unsure, stakeOf(value));
    machine.budget.size(value.entries.size);
    return run(value, machine);
  };
}

const OBJECT = methods({
  keys: ofDict((dict) => new List([...dict.entries.values()].map(({ key }) => key))),
  values: ofDict((dict) => new List([...dict.entries.values()].map(({ value }) => value))),
  entries: ofDict(
    (dict) => new List([...dict.entries.values()].map(({ key, value }) => new List([key, value]))),
  ),
  freeze: (_, { positional: [value] }) => value,
  assign: (machine, { positional: [target, ...sources] }) => {
    if (!(target instanceof Dict)) return new Unknown('what Object.assign gives', 'holds');
    machine.journal.touch(target);
    for (const source of sources) {
      if (source instanceof Dict) {
        for (const [key, entry] of source.entries) target.entries.set(key, entry);
        target.doubt ??= source.doubt;
      } else if (source !== undefined && source !== null) target.doubt ??= 'what Object.assign gets';
    }
    return target;
  },
  fromEntries: (machine, { positional: [source] }) => {
    const pairs = machine.items(source);
    if (pairs instanceof Unknown) return pairs;
    const dict = new Dict();
    for (const pair of pairs) putEntry(dict, machine.getItem(pair, 0), machine.getItem(pair, 1));
    return dict;
  },
});

/** `Array.from({ length: n }, (_, i) => ...)`, `Array.from(items, map)`. */
const arrayFrom: Run = (machine, { positional: [source, map] }) => {
  const length = source instanceof Dict ? source.entries.get('slength')?.value : undefined;
  const count = asNumber(length);
  if (count !== null) machine.budget.size(count);
  const items =
    count === null ? machine.items(source) : new Array<Value>(Math.max(0, Math.floor(count))).fill(undefined);
  if (items instanceof Unknown) return items;
  if (map === undefined) return new List([...items]);
  return new List(items.map((item, index) => machine.call(map, positional(item, index))));
};

const ARRAY = new Map<string, Value>(
  methods({
    from: arrayFrom,
    of: (_, { positional: values }) => new List([...values]),
    isArray: (_, { positional: [value] }) =>
      whyUnknown(value) === null ? value instanceof List : new Unknown('whether a value is an array'),
  }),
);

/** `new Array(n)`, `Array(n)`; `new Array(a, b)`. */
const makeArray: Run = (machine, { positional: values }) => {
  const [length] = values;
  if (values.length !== 1 || typeof length !== 'number') return new List([...values]);
  machine.budget.size(length);
  return new List(new Array<Value>(Math.max(0, Math.floor(length))).fill(undefined));
};

const NUMBER = new Map<string, Value>([
  ...methods({
    isInteger: (_, { positional: [value] }) =>
      whyUnknown(value) === null ? Number.isInteger(value) : new Unknown('whether a value is a whole number'),
    isFinite: (_, { positional: [value] }) =>
      whyUnknown(value) === null ? Number.isFinite(value) : new Unknown('whether a value is finite'),
  }),
  ['MAX_SAFE_INTEGER', Number.MAX_SAFE_INTEGER],
]);

const toNumber: Run = (_, { positional: [value] }) => {
  const number = typeof value === 'string' ? Number(value) : asNumber(value);
  return number ?? new Unknown(whyUnknown(value) ?? 'a number of such a value');
};

const toText: Run = (_, { positional: [value] }) =>
  javascriptText(value) ?? new Unknown('a text made of unknown values');

/** Objects by their names and what they have. */
const OBJECTS: Readonly<
  Record<string, { readonly call: Run | null; readonly members: ReadonlyMap<string, Value> }>
> = {
  Math: { call: null, members: MATH },
  Object: { call: null, members: OBJECT },
  Array: { call: makeArray, members: ARRAY },
  Number: { call: toNumber, members: NUMBER },
  String: { call: toText, members: new Map() },
};

const FUNCTIONS: Readonly<Record<string, Run>> = {
  parseInt: (_, { positional: [value] }) => {
    const text = javascriptText(value);
    return text === null ? new Unknown('a number of such a value') : parseInt(text, 10);
  },
  parseFloat: toNumber,
  Boolean: (machine, { positional: [value] }) => machine.truth(value) ?? new Unknown('the truth of a value'),
  Set: (machine, { positional: [source] }) => {
    if (source === undefined || source === null) return new SetValue();
    const items = machine.items(source);
    return items instanceof Unknown ? items : setOf(items);
  },
  require: (machine, { positional: [path] }) =>
    typeof path === 'string' ? machine.member(new External(''), path) : new Unknown('a module', 'makes'),
  '@property': (_, { positional: [value] }) => value,
  '@classmethod': (_, { positional: [value] }) => value,
};

const GLOBALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...Object.entries(FUNCTIONS).map(([name, run]): [string, Value] => [
    name,
    // Decorators are recognised by the name of the function.
    builtin(name.replace('@', ''), run),
  ]),
  ...Object.entries(OBJECTS).map(([name, { call }]): [string, Value] => [
    name,
    builtin(name, call ?? (() => new Unknown(`what \`${name}\` gives`))),
  ]),
  ['NaN', NaN],
  ['Infinity', Infinity],
]);

/** Names of the language and its surroundings whose meaning makes no difference here. */
const OTHERS =
  /^(\w*Error|console|process|window|document|globalThis|JSON|Promise|Map|WeakMap|Symbol|Date|RegExp|performance|navigator|fetch|setTimeout|BigInt|\w+Array|module|exports)$/;

export function javascriptGlobal(name: string): Value {
  return GLOBALS.get(name) ?? (OTHERS.test(name) ? new External(name) : undefined);
}

/** A member of a global object; undefined where it has none of that name. */
export function memberOfGlobal(object: Builtin, name: string): Value {
  return OBJECTS[object.name]?.members.get(name);
}
