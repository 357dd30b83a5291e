/** TypeScript and JavaScript, as the machine asks for it. */
import { builtin } from '../library/builtins';
import type { Language } from '../machine/machine';
import { isSame, keyOf } from '../values/equality';
import { isThing, whyUnknown } from '../values/known';
import { asNumber } from '../values/numbers';
import { opaqueCall } from '../values/opaqueCall';
import { stakeOf } from '../values/stake';
import type { MachineDoor, Value } from '../values/values';
import {
  Bound,
  Builtin,
  ClassValue,
  Dict,
  External,
  FunctionValue,
  Instance,
  List,
  Opaque,
  SetValue,
  Unknown,
} from '../values/values';
import { arrayMethod } from './arrayMethods';
import { javascriptGlobal, memberOfGlobal } from './javascriptGlobals';
import { javascriptText } from './javascriptText';
import { stringMethod } from './stringMethods';

export const JAVASCRIPT: Language = {
  assignmentDeclares: false,
  everyClassIsModule: true,
  constructorName: 'constructor',
  nothing: undefined,
  global: javascriptGlobal,
  binary,
  unary,
  compare,
  truth,
  text: javascriptText,
  formatted: (value) => javascriptText(value),
  isInstance: (_, value, type) => instanceOf(value, type),
  memberOf,
  getItem,
  setItem,
  external: (path) => new External(path.replace(/^\./, '')),
  opaqueMember: (object, name) => {
    if (name !== 'apply') return undefined;
    // `layer.apply(x)` is what calling a layer is elsewhere.
    return new Builtin(name, (_, args) => opaqueCall(`${object.callee}()`, args));
  },
  runsCalls: () => false,
  moduleMember: () => undefined,
};

function unknown(what: string, ...values: readonly Value[]): Unknown {
  const why = values.map(whyUnknown).find((each) => each !== null);
  return new Unknown(why ?? what);
}

function binary(machine: MachineDoor, operator: string, left: Value, right: Value): Value {
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string')) {
    const [a, b] = [javascriptText(left), javascriptText(right)];
    if (a === null || b === null) return unknown('a text made of unknown values', left, right);
    machine.budget.size(a.length + b.length);
    return a + b;
  }
  const a = numberOf(left);
  const b = numberOf(right);
  if (a === null || b === null) return unknown(`the operands of \`${operator}\``, left, right);
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '**':
      return a ** b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '>>>':
      return a >>> b;
    default:
      return unknown(`the operator \`${operator}\``);
  }
}

function numberOf(value: Value): number | null {
  if (value === null) return 0;
  if (value === undefined) return NaN;
  return typeof value === 'string' ? Number(value) : asNumber(value);
}

function unary(operator: string, operand: Value): Value {
  if (operator === 'typeof') return typeOf(operand);
  if (operator === 'void') return undefined;
  const number = numberOf(operand);
  if (number === null) return unknown(`\`${operator}\` of such a value`, operand);
  return operator === '-' ? -number : operator === '~' ? ~number : number;
}

function typeOf(value: Value): Value {
  if (value instanceof Unknown || value instanceof Opaque || value instanceof External)
    return unknown('the type of a value', value);
  if ([FunctionValue, ClassValue, Builtin, Bound].some((kind) => value instanceof kind)) return 'function';
  return typeof value;
}

function truth(value: Value): boolean | null {
  if (value instanceof Unknown) return null;
  if (value instanceof External) return isThing(value) ? true : null;
  if (value instanceof Opaque) return value.isObject || value.callee.includes('tfjs') ? true : null;
  return Boolean(value);
}

function compare(_: MachineDoor, operator: string, left: Value, right: Value): boolean | null {
  const negated = (answer: boolean | null): boolean | null => (answer === null ? null : !answer);
  switch (operator) {
    case '===':
      return strictlyEqual(left, right);
    case '!==':
      return negated(strictlyEqual(left, right));
    case '==':
      return looselyEqual(left, right);
    case '!=':
      return negated(looselyEqual(left, right));
    case 'instanceof':
      return instanceOf(left, right);
    case 'in':
      return right instanceof Dict && right.unsure === null
        ? right.entries.has(keyOfMember(left) ?? '')
        : null;
    default:
  }
  if (typeof left === 'string' && typeof right === 'string') return ordered(operator, left, right);
  const [a, b] = [numberOf(left), numberOf(right)];
  return a === null || b === null ? null : ordered(operator, a, b);
}

function ordered<T extends string | number>(operator: string, a: T, b: T): boolean | null {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return null;
  }
}

function strictlyEqual(a: Value, b: Value): boolean | null {
  const isPrimitive = (value: Value): boolean => value === null || typeof value !== 'object';
  if (isPrimitive(a) && isPrimitive(b)) return a === b;
  // What tfjs gives is neither null nor a number.
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const)
    if (one instanceof Opaque && one.callee.includes('tfjs') && isPrimitive(other)) return false;
  return isSame(a, b);
}

function looselyEqual(a: Value, b: Value): boolean | null {
  const isNothing = (value: Value): boolean => value === null || value === undefined;
  if (isNothing(a) && isNothing(b)) return true;
  return strictlyEqual(a, b);
}

function instanceOf(value: Value, type: Value): boolean | null {
  if (value instanceof Instance && type instanceof ClassValue) return value.type.order.includes(type);
  if (type instanceof Builtin && type.name === 'Array' && whyUnknown(value) === null)
    return value instanceof List;
  return null;
}

function memberOf(_: MachineDoor, object: Value, name: string): Value {
  if (object === null || object === undefined) return new Unknown('a member of nothing');
  if (object instanceof Dict) return entryOf(object, `s${name}`);
  if (object instanceof Builtin)
    return memberOfGlobal(object, name) ?? new Unknown(`\`${object.name}.${name}\``);
  if (typeof object === 'string' && name === 'length') return object.length;
  if (object instanceof List && name === 'length')
    return object.doubt === null ? object.items.length : new Unknown(object.doubt);
  if (object instanceof SetValue) {
    if (name === 'size') return object.doubt === null ? object.members.size : new Unknown(object.doubt);
    return new Unknown(`\`${name}\` of a set`, stakeOf(object));
  }
  const method =
    object instanceof List ? arrayMethod(name) : typeof object === 'string' ? stringMethod(name) : undefined;
  if (method) return new Bound(method, object);
  if (typeof object === 'number' && (name === 'toString' || name === 'toFixed'))
    return new Bound(
      builtin(name, (_, { positional: [value, digits] }) =>
        typeof value === 'number' && name === 'toFixed'
          ? value.toFixed(Math.min(20, asNumber(digits) ?? 0))
          : String(value),
      ),
      object,
    );
  // A method that is not known here, or none at all.
  return object instanceof List || typeof object === 'string'
    ? new Unknown(`\`${name}\` of an array or text`, stakeOf(object))
    : undefined;
}

function entryOf(dict: Dict, key: string | null): Value {
  if (key === null) return new Unknown(dict.doubt ?? 'a key is not known', stakeOf(dict));
  const entry = dict.entries.get(key);
  if (entry && dict.doubt === null) return entry.value;
  return dict.doubt === null ? undefined : new Unknown(dict.doubt, stakeOf(dict));
}

/** Keys of objects are texts. */
function keyOfMember(value: Value): string | null {
  const text = typeof value === 'number' || typeof value === 'string' ? javascriptText(value) : null;
  return text === null ? null : keyOf(text);
}

function getItem(machine: MachineDoor, object: Value, index: Value): Value {
  if (object instanceof Unknown || object instanceof Opaque || object instanceof External)
    return new Unknown(whyUnknown(object) ?? '', stakeOf(object));
  if (object instanceof Dict) return entryOf(object, keyOfMember(index));
  if (typeof index === 'string') return machine.member(object, index);
  const at = asNumber(index);
  if (at === null) return new Unknown(whyUnknown(index) ?? 'an index', stakeOf(object));
  if (object instanceof List)
    return object.doubt === null ? object.items[at] : new Unknown(object.doubt, stakeOf(object));
  return typeof object === 'string' ? object[at] : new Unknown('an item of such a value', stakeOf(object));
}

function setItem(machine: MachineDoor, object: Value, index: Value, value: Value): boolean {
  if (object instanceof Dict) {
    machine.journal.touch(object);
    const key = keyOfMember(index);
    if (key === null) object.doubt ??= whyUnknown(index) ?? 'a key is not known';
    else object.entries.set(key, { key: javascriptText(index) ?? '', value });
    return true;
  }
  if (!(object instanceof List)) return false;
  machine.journal.touch(object);
  const at = asNumber(index);
  if (at === null || !Number.isInteger(at) || at < 0 || object.doubt !== null) {
    object.doubt ??= whyUnknown(index) ?? 'an index is not known';
    object.items.push(value);
    return true;
  }
  machine.budget.size(at + 1);
  while (object.items.length < at) object.items.push(undefined);
  object.items[at] = value;
  return true;
}
