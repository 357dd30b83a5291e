/** Python, as the machine asks for it. */
import { builtin } from '../library/builtins';
import { layerAttribute } from '../library/layers';
import { moduleMember } from '../library/moduleMethods';
import { FLAX_MODULE } from '../library/modules';
import { pythonExternal } from '../library/pythonLibrary';
import { vectorMethod } from '../library/vectorFunctions';
import type { Language } from '../machine/machine';
import { isSame } from '../values/equality';
import { isThing } from '../values/known';
import { asNumber, Float, Numbers, Range } from '../values/numbers';
import type { Builtin, MachineDoor, Value } from '../values/values';
import {
  Bound,
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
import { DICT_METHODS, LIST_METHODS, SET_METHODS, TUPLE_METHODS } from './containerMethods';
import { formatted, reprOf, textOf } from './formatText';
import { isOtherGlobal, PYTHON_GLOBALS } from './pythonGlobals';
import { getItem, setItem } from './pythonItems';
import { holdsKey, pythonBinary, pythonUnary } from './pythonOperators';
import { isInstance } from './pythonTypes';
import { STRING_METHODS } from './stringMethods';

export const PYTHON: Language = {
  assignmentDeclares: true,
  everyClassIsModule: false,
  constructorName: '__init__',
  nothing: null,
  global: (name) => PYTHON_GLOBALS.get(name) ?? (isOtherGlobal(name) ? new External(name) : undefined),
  binary: (machine, operator, left, right) => pythonBinary(operator, left, right, machine.budget),
  unary: pythonUnary,
  compare,
  truth,
  text: textOf,
  formatted: (value, conversion, spec) => formatted(conversion === 'r' ? reprOf(value) : value, spec),
  isInstance,
  memberOf: (_, object, name) => {
    const method = methodOf(object, name);
    if (method) return new Bound(method, object);
    return object instanceof Numbers ? new Unknown(`\`${name}\` of a vector`) : undefined;
  },
  getItem,
  setItem,
  external: pythonExternal,
  opaqueMember: (object, name) =>
    layerAttribute(object, name) ??
    (object.stake === 'holds' && SELF_RETURNING.has(name) ? builtin(name, () => object) : undefined),
  runsCalls: (type) => type.order.includes(FLAX_MODULE),
  moduleMember,
};

/** Methods of modules, wrapped ones too, that answer the module. */
const SELF_RETURNING = new Set(['to', 'cuda', 'cpu', 'eval', 'train', 'half', 'float', 'double', 'apply']);

function methodOf(object: Value, name: string): Builtin | undefined {
  if (typeof object === 'string') return STRING_METHODS.get(name);
  if (object instanceof List) return LIST_METHODS.get(name);
  if (object instanceof Tuple) return TUPLE_METHODS.get(name);
  if (object instanceof Dict) return DICT_METHODS.get(name);
  if (object instanceof SetValue) return SET_METHODS.get(name);
  if (object instanceof Numbers) return vectorMethod(name);
  if (object instanceof Float && name === 'is_integer')
    return builtin(name, () => Number.isInteger(object.value));
  // Numbers that a vector gave.
  if (asNumber(object) !== null && name === 'item') return builtin(name, () => object);
  return undefined;
}

function truth(value: Value): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === null || value === undefined) return false;
  const number = asNumber(value);
  if (number !== null) return number !== 0;
  if (typeof value === 'string') return value !== '';
  if (value instanceof Unknown || value instanceof Numbers) return null;
  if (value instanceof Opaque) return value.isObject ? true : null;
  if (value instanceof External) return isThing(value) ? true : null;
  if (value instanceof List) return value.doubt === null ? value.items.length > 0 : null;
  if (value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict) return value.unsure === null ? value.entries.size > 0 : null;
  if (value instanceof SetValue) return value.doubt === null ? value.members.size > 0 : null;
  return value instanceof Range ? value.length > 0 : true;
}

function negated(truth: boolean | null): boolean | null {
  return truth === null ? null : !truth;
}

function compare(machine: MachineDoor, operator: string, left: Value, right: Value): boolean | null {
  switch (operator) {
    case '==':
      return machine.isEqual(left, right);
    case '!=':
    case '<>':
      return negated(machine.isEqual(left, right));
    case 'is':
      return isSame(left, right);
    case 'is not':
      return negated(isSame(left, right));
    case '<':
      return machine.isLess(left, right);
    case '>':
      return machine.isLess(right, left);
    case '<=':
      return negated(machine.isLess(right, left));
    case '>=':
      return negated(machine.isLess(left, right));
    case 'in':
      return contains(machine, left, right);
    case 'not in':
      return negated(contains(machine, left, right));
    default:
      return null;
  }
}

function contains(machine: MachineDoor, item: Value, container: Value): boolean | null {
  const held = holdsKey(item, container);
  if (held !== undefined) return held;
  if (container instanceof Range) {
    const number = asNumber(item);
    if (number === null) return null;
    const at = (number - container.start) / container.step;
    return Number.isInteger(at) && at >= 0 && at < container.length;
  }
  if (container instanceof Instance || container instanceof ClassValue || container instanceof Iteration)
    return null;
  const items = machine.items(container);
  if (items instanceof Unknown) return null;
  machine.budget.spend(items.length);
  let known = true;
  for (const each of items) {
    const equal = machine.isEqual(item, each);
    if (equal) return true;
    if (equal === null) known = false;
  }
  return known ? false : null;
}
