/** Methods of Python's str. */
import { given, methods } from '../library/builtins';
import type { Arguments, MachineDoor, Value } from '../values/values';
import { List, Tuple, Unknown } from '../values/values';
import { formatted, reprOf, textOf } from './formatText';

const UNKNOWN_TEXT = 'a text made of unknown values';

function text(args: Arguments, index = 0): string {
  const value = args.positional[index];
  return typeof value === 'string' ? value : '';
}

/** A text by a text, where both are known. */
function testing(test: (own: string, other: string) => boolean) {
  return (machine: MachineDoor, args: Arguments): Value => {
    machine.budget.size(text(args).length);
    const other = args.positional[1];
    const others = other instanceof Tuple ? other.items : [other];
    if (others.some((each) => typeof each !== 'string')) return new Unknown(UNKNOWN_TEXT);
    return others.some((each) => test(text(args), String(each)));
  };
}

function changing(change: (own: string, characters: string | null) => string) {
  return (machine: MachineDoor, args: Arguments): Value => {
    machine.budget.size(text(args).length);
    return change(text(args), typeof args.positional[1] === 'string' ? args.positional[1] : null);
  };
}

function stripped(own: string, characters: string | null, sides: 'both' | 'left' | 'right'): string {
  const strips = (character: string): boolean =>
    characters === null ? /\s/.test(character) : characters.includes(character);
  let from = 0;
  let to = own.length;
  if (sides !== 'right') while (from < to && strips(own.charAt(from))) from += 1;
  if (sides !== 'left') while (to > from && strips(own.charAt(to - 1))) to -= 1;
  return own.slice(from, to);
}

function split(machine: MachineDoor, args: Arguments): Value {
  const separator = given(args, 1, 'sep', null);
  const limit = given(args, 2, 'maxsplit', -1);
  const own = text(args);
  machine.budget.size(own.length);
  if (separator === null) return new List(own.trim() === '' ? [] : own.trim().split(/\s+/));
  if (typeof separator !== 'string' || separator === '' || typeof limit !== 'number')
    return new Unknown(UNKNOWN_TEXT);
  const parts = own.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return new List(parts);
  return new List([...parts.slice(0, limit), parts.slice(limit).join(separator)]);
}

function join(machine: MachineDoor, args: Arguments): Value {
  const items = machine.items(args.positional[1]);
  if (items instanceof Unknown || items.some((item) => typeof item !== 'string'))
    return new Unknown(UNKNOWN_TEXT);
  machine.budget.size(items.reduce<number>((sum, item) => sum + String(item).length + text(args).length, 0));
  return items.join(text(args));
}

const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}/g;

/** `'{} {name:>3}'.format(...)`. */
function format(machine: MachineDoor, args: Arguments): Value {
  let next = 0;
  let known = true;
  const fill = (template: string): string =>
    template.replace(FIELD, (whole, path: string | undefined, conversion?: string, spec = '') => {
      if (path === undefined) return whole.charAt(0);
      const value = fieldValue(path);
      const shown =
        conversion === 'r' ? reprOf(value) : formatted(value, spec.includes('{') ? fill(spec) : spec);
      if (shown === null) known = false;
      return shown ?? '';
    });
  const fieldValue = (path: string): Value => {
    const [name = '', ...rest] = path.split(/[.[]/);
    let value: Value;
    if (name === '') {
      next += 1;
      value = args.positional[next];
    } else if (/^\d+$/.test(name)) value = args.positional[Number(name) + 1];
    else value = args.named.get(name);
    for (const step of rest) {
      const key = step.endsWith(']') ? step.slice(0, -1) : null;
      if (key === null) value = machine.member(value, step);
      else value = machine.getItem(value, /^\d+$/.test(key) ? Number(key) : key);
    }
    return value;
  };
  const result = fill(text(args));
  machine.budget.size(result.length);
  return known ? result : new Unknown(UNKNOWN_TEXT);
}

function replace(machine: MachineDoor, args: Arguments): Value {
  const [own, from, to] = [text(args), args.positional[1], args.positional[2]];
  if (typeof from !== 'string' || typeof to !== 'string') return new Unknown(UNKNOWN_TEXT);
  const parts = own.split(from);
  machine.budget.size(own.length + parts.length * to.length);
  return parts.join(to);
}

export const STRING_METHODS = methods({
  startswith: testing((own, other) => own.startsWith(other)),
  endswith: testing((own, other) => own.endsWith(other)),
  lower: changing((own) => own.toLowerCase()),
  upper: changing((own) => own.toUpperCase()),
  title: changing((own) => own.toLowerCase().replace(/(^|[^a-z])[a-z]/g, (part) => part.toUpperCase())),
  capitalize: changing((own) => own.charAt(0).toUpperCase() + own.slice(1).toLowerCase()),
  strip: changing((own, characters) => stripped(own, characters, 'both')),
  lstrip: changing((own, characters) => stripped(own, characters, 'left')),
  rstrip: changing((own, characters) => stripped(own, characters, 'right')),
  isdigit: (_, args) => /^\d+$/.test(text(args)),
  isnumeric: (_, args) => /^\d+$/.test(text(args)),
  isalpha: (_, args) => /^\p{L}+$/u.test(text(args)),
  count: (_, args) => text(args).split(text(args, 1)).length - 1,
  find: (_, args) => text(args).indexOf(text(args, 1)),
  rfind: (_, args) => text(args).lastIndexOf(text(args, 1)),
  replace,
  split,
  join,
  format,
  zfill: (_, args) => {
    const width = args.positional[1];
    if (typeof width !== 'number' || width > 1_000) return new Unknown(UNKNOWN_TEXT);
    return text(args).padStart(width, '0');
  },
  encode: (_, args) => textOf(text(args)),
});
