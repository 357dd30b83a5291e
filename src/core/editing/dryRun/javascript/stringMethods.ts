/** Methods of JavaScript's strings. */
import { builtin } from '../library/builtins';
import { asNumber } from '../values/numbers';
import type { Builtin, MachineDoor, Value } from '../values/values';
import { List, Unknown } from '../values/values';

type Method = (own: string, args: readonly Value[], machine: MachineDoor) => Value;

/** With texts for arguments. */
function ofTexts(run: (own: string, ...texts: string[]) => Value): Method {
  return (own, args) => {
    const texts = args.filter((value) => typeof value === 'string');
    return texts.length === args.length ? run(own, ...texts) : new Unknown('a text made of unknown values');
  };
}

/** With numbers for arguments. */
function ofNumbers(run: (own: string, ...numbers: number[]) => string): Method {
  return (own, args) => {
    const numbers = args.map(asNumber).filter((value) => value !== null);
    return numbers.length === args.length
      ? run(own, ...numbers)
      : new Unknown('a text made of unknown values');
  };
}

function padded(atStart: boolean): Method {
  return (own, [width, fill], machine) => {
    const length = asNumber(width);
    if (length === null || (fill !== undefined && typeof fill !== 'string'))
      return new Unknown('a text made of unknown values');
    machine.budget.size(length);
    return atStart ? own.padStart(length, fill) : own.padEnd(length, fill);
  };
}

const METHODS: Readonly<Record<string, Method>> = {
  toUpperCase: (own) => own.toUpperCase(),
  toLowerCase: (own) => own.toLowerCase(),
  trim: (own) => own.trim(),
  toString: (own: string) => own,
  startsWith: ofTexts((own, text = '') => own.startsWith(text)),
  endsWith: ofTexts((own, text = '') => own.endsWith(text)),
  includes: ofTexts((own, text = '') => own.includes(text)),
  indexOf: ofTexts((own, text = '') => own.indexOf(text)),
  split: ofTexts((own, separator = '') => new List(own.split(separator))),
  concat: ofTexts((own, ...texts) => own.concat(...texts)),
  replace: (own, [from, to], machine) => {
    if (typeof from !== 'string' || typeof to !== 'string')
      return new Unknown('a text made of unknown values');
    machine.budget.size(own.length + to.length);
    return own.replace(from, () => to);
  },
  charAt: ofNumbers((own, index = 0) => own.charAt(index)),
  slice: ofNumbers((own, from = 0, to = own.length) => own.slice(from, to)),
  substring: ofNumbers((own, from = 0, to = own.length) => own.substring(from, to)),
  repeat: (own, [count], machine) => {
    const times = asNumber(count);
    if (times === null || times < 0) return new Unknown('a text made of unknown values');
    machine.budget.size(own.length * times);
    return own.repeat(times);
  },
  padStart: padded(true),
  padEnd: padded(false),
};

const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  Object.entries(METHODS).map(([name, run]) => [
    name,
    builtin(name, (machine, { positional: [own, ...args] }) =>
      typeof own === 'string' ? run(own, args, machine) : new Unknown('a method of a text'),
    ),
  ]),
);

/** Undefined where strings have no such method, or it is not known. */
export function stringMethod(name: string): Builtin | undefined {
  return BUILTINS.get(name);
}
