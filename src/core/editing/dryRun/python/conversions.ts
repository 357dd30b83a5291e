/** Python's int(), float(), list() and the like. */
import { whyUnknown } from '../values/known';
import { Raised } from '../values/limits';
import { asNumber, Float, truncate } from '../values/numbers';
import { stakeOf } from '../values/stake';
import type { Arguments, MachineDoor, Value } from '../values/values';
import { List, Unknown } from '../values/values';

type Run = (machine: MachineDoor, args: Arguments) => Value;

export function unknownFrom(value: Value, what: string): Unknown {
  return new Unknown(whyUnknown(value) ?? what, stakeOf(value));
}

/** `list`, `tuple` and the like: of all items of what they get. */
export function collecting(make: (items: readonly Value[]) => Value): Run {
  return (machine, { positional: [source] }) => {
    if (source === undefined) return make([]);
    const items = machine.items(source);
    if (!(items instanceof Unknown)) return make([...items]);
    if (source instanceof List) {
      const list = new List([...source.items]);
      list.doubt = source.doubt;
      return list;
    }
    return items;
  };
}

export const toInt: Run = (_, { positional: [value = 0, base] }) => {
  const number = asNumber(value);
  if (number !== null && Number.isFinite(number)) {
    const whole = truncate(number);
    return Number.isSafeInteger(whole) ? whole : new Unknown('a whole number beyond 2^53');
  }
  if (typeof value !== 'string') return unknownFrom(value, 'a whole number of such a value');
  const radix = asNumber(base) ?? 10;
  const digits = value.trim().replace(/_/g, '');
  if (radix === 10 && !/^[+-]?\d+$/.test(digits)) throw new Raised('ValueError', 'int() of such a text');
  const parsed = parseInt(digits, radix);
  return Number.isSafeInteger(parsed) ? parsed : new Unknown('a whole number beyond 2^53');
};

export const toFloat: Run = (_, { positional: [value = 0] }) => {
  const number = asNumber(value);
  if (number !== null) return new Float(number);
  if (typeof value !== 'string') return unknownFrom(value, 'a number of such a value');
  const text = value.trim().toLowerCase();
  if (/^[+-]?inf(inity)?$/.test(text)) return new Float(text.startsWith('-') ? -Infinity : Infinity);
  if (!/^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text))
    throw new Raised('ValueError', 'float() of such a text');
  return new Float(Number(text.replace(/_/g, '')));
};
