/** Puts the parts of the machine together. */
import type { Code } from '../code/code';
import { isEqual } from '../values/equality';
import { Budget } from '../values/limits';
import { Journal } from '../values/mutable';
import type { Value } from '../values/values';
import { External, Instance, List, Scope, Tuple, Unknown } from '../values/values';
import { isLess } from '../values/order';
import { assign } from './assign';
import { call } from './call';
import { findInClass, instantiate } from './classes';
import { evaluate, evaluateArguments } from './evaluate';
import { execute } from './execute';
import { items, truth } from './iteration';
import type { Language, Machine } from './machine';
import { emptyLog } from './machine';
import { positional } from '../values/arguments';
import { loseTrack, member, setMember } from './members';

export function createMachine(language: Language, text: string): Machine {
  const budget = new Budget();
  const lineStarts = [...text.matchAll(/\n/g)].map(({ index }) => index);
  const externals = new Map<string, Value>();
  const machine: Machine = {
    language,
    source: text,
    budget,
    journal: new Journal((steps) => budget.spend(steps)),
    module: new Scope(null, 'module'),
    starImports: [],
    trail: null,
    log: emptyLog(),
    made: (instance) => {
      machine.log.created.push(instance);
      if (machine.journal.trying) machine.log.tentative.add(instance);
    },
    external: (path) => {
      if (!externals.has(path)) externals.set(path, language.external(path));
      return externals.get(path);
    },
    evaluate: (code, scope) => evaluate(machine, code, scope),
    evaluateArguments: (args, scope) => evaluateArguments(machine, args, scope),
    assign: (target, value, scope, declares) => assign(machine, target, value, scope, declares),
    execute: (body, scope, isWholeFunction) => execute(machine, body, scope, isWholeFunction),
    call: (callee, args) => call(machine, callee, args),
    instantiate: (type, args) => instantiate(machine, type, args),
    member: (object, name) => member(machine, object, name),
    setMember: (object, name, value) => setMember(machine, object, name, value),
    items: (value) => items(machine, value),
    truth: (value) => truth(machine, value),
    isEqual: (a, b) => {
      if (a instanceof List || a instanceof Tuple) budget.spend(Math.ceil(a.items.length / 8));
      return equal(a, b);
    },
    isLess: (a, b) => isLess(a, b),
    binary: (operator, left, right) => binary(machine, operator, left, right),
    update: (operator, old, value) => update(machine, operator, old, value),
    isInstance: (value, type) => language.isInstance(machine, value, type),
    getItem: (object, index) => getItem(machine, object, index),
    setItem: (object, index, value) => setItem(machine, object, index, value),
    remove: (target, scope) => remove(machine, target, scope),
    text: (value) => language.text(value),
    line: (offset) => lineOf(lineStarts, offset),
  };
  return machine;
}

/** Classes may define equality: then nothing is known. */
function equal(a: Value, b: Value): boolean | null {
  if (a === b || !(a instanceof Instance || b instanceof Instance)) return isEqual(a, b);
  const own = [a, b].some(
    (value) => value instanceof Instance && (value.type.hasFields || findInClass(value.type, '__eq__')),
  );
  return own ? null : isEqual(a, b);
}

/** Classes may define operators. */
const OPERATOR_METHODS: Readonly<Record<string, string>> = { '+': '__add__', '*': '__mul__', '-': '__sub__' };

function binary(machine: Machine, operator: string, left: Value, right: Value): Value {
  const name = left instanceof Instance ? OPERATOR_METHODS[operator] : undefined;
  const own = name !== undefined && left instanceof Instance ? findInClass(left.type, name) : null;
  if (own) return machine.call(own.value, positional(left, right));
  return machine.language.binary(machine, operator, left, right);
}

function update(machine: Machine, operator: string, old: Value, value: Value): Value {
  const own = old instanceof Instance && operator === '+' ? findInClass(old.type, '__iadd__') : null;
  if (own) return machine.call(own.value, positional(old, value));
  if (!(old instanceof List) || operator !== '+' || !machine.language.assignmentDeclares)
    return machine.binary(operator, old, value);
  const added = machine.items(value);
  machine.journal.touch(old);
  if (added instanceof Unknown) {
    old.doubt ??= added.why;
    old.items.push(added);
  } else {
    machine.budget.fits(old.items.length + added.length);
    machine.budget.size(added.length);
    old.items.push(...[...added]);
  }
  return old;
}

function getItem(machine: Machine, object: Value, index: Value): Value {
  if (!(object instanceof Instance)) return machine.language.getItem(machine, object, index);
  const own = findInClass(object.type, '__getitem__');
  if (own) return machine.call(own.value, positional(object, index));
  if (object.type.order.some(({ path }) => path === 'collections.namedtuple'))
    return machine.getItem(new List([...object.attributes.values()]), index);
  return new Unknown(`an item of \`${object.type.name}\``, 'holds');
}

function setItem(machine: Machine, object: Value, index: Value, value: Value): void {
  const own = object instanceof Instance ? findInClass(object.type, '__setitem__') : null;
  if (own) machine.call(own.value, positional(object, index, value));
  else if (!machine.language.setItem(machine, object, index, value))
    loseTrack(machine, value, 'an item of something that is not known');
}

function remove(machine: Machine, target: Code, scope: Scope): void {
  if (target.kind === 'sequence') {
    for (const { value } of target.elements) remove(machine, value, scope);
  } else if (target.kind === 'name') {
    machine.journal.touch(scope);
    scope.values.delete(target.name);
  } else if (target.kind === 'member') {
    const object = machine.evaluate(target.object, scope);
    if (!(object instanceof Instance)) return;
    machine.journal.touch(object);
    object.attributes.delete(target.property);
  } else if (target.kind === 'subscript') {
    const object = machine.evaluate(target.object, scope);
    const pop =
      object instanceof External || object instanceof Unknown ? object : machine.member(object, 'pop');
    const index = machine.evaluate(target.index, scope);
    machine.call(pop, positional(index));
  }
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
