/** Python's operators on known values. What raises in Python raises here; what cannot be known is `Unknown`. */
import { vectorBinary } from '../library/vectors';
import type { Budget } from '../values/limits';
import { Raised } from '../values/limits';
import { keyOf } from '../values/equality';
import { whyUnknown } from '../values/known';
import { asNumber, Float, Numbers } from '../values/numbers';
import { stakeOf } from '../values/stake';
import type { Value } from '../values/values';
import {
  ClassValue,
  Dict,
  Instance,
  List,
  Opaque,
  External,
  SetValue,
  Tuple,
  Unknown,
} from '../values/values';
import { higherStake } from '../values/stakeLevels';
import { percentFormatted } from './formatText';

export function pythonBinary(operator: string, left: Value, right: Value, budget: Budget): Value {
  if (isForeign(left) || isForeign(right)) {
    const stake = higherStake(stakeOf(left), stakeOf(right));
    return new Unknown(whyUnknown(left) ?? whyUnknown(right) ?? `the operands of \`${operator}\``, stake);
  }
  if (left instanceof Numbers || right instanceof Numbers)
    return vectorBinary(operator, left, right) ?? new Unknown('an operation on vectors');
  const a = asNumber(left);
  const b = asNumber(right);
  if (a !== null && b !== null) {
    const isFloat = left instanceof Float || right instanceof Float;
    return arithmetic(operator, a, b, isFloat, typeof left === 'boolean' && typeof right === 'boolean');
  }
  return ofContainers(operator, left, right, budget);
}

/** Of other files, or with operators of its own. */
function isForeign(value: Value): boolean {
  return (
    value instanceof Unknown ||
    value instanceof Opaque ||
    value instanceof External ||
    value instanceof Instance ||
    value instanceof ClassValue
  );
}

function arithmetic(operator: string, a: number, b: number, isFloat: boolean, isBoolean: boolean): Value {
  const answer = (value: number, float = isFloat): Value => {
    if (float) return new Float(value);
    return Number.isSafeInteger(value) ? value + 0 : new Unknown('a whole number beyond 2^53');
  };
  const divisor = (): void => {
    if (b === 0) throw new Raised('ZeroDivisionError', `${operator} by zero`);
  };
  switch (operator) {
    case '+':
      return answer(a + b);
    case '-':
      return answer(a - b);
    case '*':
      return answer(a * b);
    case '/':
      divisor();
      return answer(a / b, true);
    case '//':
      divisor();
      return answer(Math.floor(a / b));
    case '%':
      divisor();
      return answer(a - b * Math.floor(a / b));
    case '**':
      if (a === 0 && b < 0) throw new Raised('ZeroDivisionError', '0 to a negative power');
      if (a < 0 && !Number.isInteger(b)) return new Unknown('a complex number');
      return answer(a ** b, isFloat || b < 0);
    default:
  }
  if (isFloat) throw new Raised('TypeError', `\`${operator}\` of a float`);
  const bits = bitwise(operator, a, b);
  if (bits === null) return new Unknown(`the operator \`${operator}\``);
  return isBoolean && /[&|^]/.test(operator) ? bits !== 0 : answer(bits);
}

function bitwise(operator: string, a: number, b: number): number | null {
  const fits = Math.abs(a) < 2 ** 31 && Math.abs(b) < 2 ** 31;
  switch (operator) {
    case '<<':
      return b >= 0 && b < 1024 ? a * 2 ** b : null;
    case '>>':
      return b >= 0 ? Math.floor(a / 2 ** b) : null;
    case '&':
      return fits ? a & b : null;
    case '|':
      return fits ? a | b : null;
    case '^':
      return fits ? a ^ b : null;
    default:
      return null;
  }
}

function ofContainers(operator: string, left: Value, right: Value, budget: Budget): Value {
  if (typeof left === 'string' && operator === '%') {
    budget.size(left.length);
    const text = percentFormatted(left, right);
    return text ?? new Unknown('a text made of unknown values');
  }
  if (operator === '*') {
    const [items, times] = typeof left === 'number' ? [right, left] : [left, right];
    if (typeof times === 'number') return repeated(items, Math.max(0, times), budget);
  }
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') {
      budget.size(left.length + right.length);
      return left + right;
    }
    if (left instanceof List && right instanceof List) return joined(left, right, budget);
    if (left instanceof Tuple && right instanceof Tuple) {
      budget.size(left.items.length + right.items.length);
      return new Tuple([...left.items, ...right.items]);
    }
  }
  if (left instanceof Dict && right instanceof Dict && operator === '|') {
    budget.size(left.entries.size + right.entries.size);
    const dict = new Dict(new Map([...left.entries, ...right.entries]));
    dict.doubt = left.doubt ?? right.doubt;
    return dict;
  }
  if (left instanceof SetValue && right instanceof SetValue) return ofSets(operator, left, right, budget);
  throw new Raised('TypeError', `\`${operator}\` of such values`);
}

function repeated(items: Value, times: number, budget: Budget): Value {
  if (typeof items === 'string') {
    budget.size(items.length * times);
    return items.repeat(times);
  }
  if (!(items instanceof List || items instanceof Tuple)) throw new Raised('TypeError', '`*` of such values');
  budget.size(items.items.length * times);
  const all: Value[] = [];
  for (let i = 0; i < times; i += 1) all.push(...items.items);
  if (items instanceof Tuple) return new Tuple(all);
  const list = new List(all);
  list.doubt = items.doubt;
  return list;
}

function joined(left: List, right: List, budget: Budget): List {
  budget.size(left.items.length + right.items.length);
  const list = new List([...left.items, ...right.items]);
  list.doubt = left.doubt ?? right.doubt;
  return list;
}

function ofSets(operator: string, left: SetValue, right: SetValue, budget: Budget): Value {
  budget.size(left.members.size + right.members.size);
  const only = (from: SetValue, keep: (key: string) => boolean): [string, Value][] =>
    [...from.members].filter(([key]) => keep(key));
  const inRight = (key: string): boolean => right.members.has(key);
  const set = (members: [string, Value][]): SetValue => {
    const made = new SetValue(new Map(members));
    made.doubt = left.doubt ?? right.doubt;
    return made;
  };
  switch (operator) {
    case '|':
      return set([...left.members, ...right.members]);
    case '&':
      return set(only(left, inRight));
    case '-':
      return set(only(left, (key) => !inRight(key)));
    case '^':
      return set([...only(left, (key) => !inRight(key)), ...only(right, (key) => !left.members.has(key))]);
    default:
      throw new Raised('TypeError', `\`${operator}\` of sets`);
  }
}

export function pythonUnary(operator: string, operand: Value): Value {
  if (operand instanceof Numbers && operator === '-')
    return vectorBinary('*', operand, -1) ?? new Unknown('an operation on vectors');
  const why = whyUnknown(operand);
  if (why !== null) return new Unknown(why);
  const number = asNumber(operand);
  if (number === null) return new Unknown(`\`${operator}\` of such a value`);
  const value = operator === '-' ? -number : operator === '~' ? ~number : number;
  return operand instanceof Float ? new Float(value) : value + 0;
}

/** Python's `item in container` for texts and dictionaries; undefined where the container must be searched. */
export function holdsKey(item: Value, container: Value): boolean | null | undefined {
  if (typeof container === 'string') {
    if (typeof item !== 'string') return null;
    return container.includes(item);
  }
  const keys =
    container instanceof Dict ? container.entries : container instanceof SetValue ? container.members : null;
  if (!keys) return undefined;
  const key = keyOf(item);
  if (key === null) return null;
  if (keys.has(key))
    return container instanceof Dict && container.entries.get(key)?.maybe !== undefined ? null : true;
  const { doubt } = container as Dict | SetValue;
  return doubt === null ? false : null;
}
