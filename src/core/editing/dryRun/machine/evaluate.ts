/** Evaluates expressions. */
import type { Argument, Code } from '../code/code';
import { NO_ARGUMENTS } from '../values/arguments';
import { whyUnknown } from '../values/known';
import { stakeOf } from '../values/stake';
import type { Arguments, Value, Scope } from '../values/values';
import { ClassValue, Dict, Instance, Opaque, Slice, Super, Unknown } from '../values/values';
import { nextSerial } from '../values/mutable';
import { higherStake } from '../values/stakeLevels';
import { makeFunction } from './functions';
import { loseTrack } from './members';
import type { Machine } from './machine';
import { scopeOf } from './scopes';
import { comprehension, dictionary, sequence } from './collections';
import { formatText } from './formatText';
import { whyAt } from './why';
import { either } from './trials';

type CodeOf<K extends Code['kind']> = Extract<Code, { kind: K }>;

export function evaluate(machine: Machine, code: Code, scope: Scope): Value {
  machine.budget.enter();
  const value = evaluateKind(machine, code, scope);
  machine.budget.leave();
  return value;
}

function evaluateKind(machine: Machine, code: Code, scope: Scope): Value {
  switch (code.kind) {
    case 'literal':
      return code.value;
    case 'name':
      return valueOfName(machine, code.name, scope);
    case 'member': {
      const object = evaluate(machine, code.object, scope);
      if (code.optional && (object === null || object === undefined)) return undefined;
      return machine.member(object, code.property);
    }
    case 'subscript': {
      const object = evaluate(machine, code.object, scope);
      return machine.getItem(object, evaluate(machine, code.index, scope));
    }
    case 'slice': {
      const bound = (part: Code | null): Value => (part ? evaluate(machine, part, scope) : null);
      return new Slice(bound(code.lower), bound(code.upper), bound(code.step));
    }
    case 'call':
      return evaluateCall(machine, code, scope);
    case 'unary': {
      const operand = evaluate(machine, code.operand, scope);
      if (code.operator !== 'not') return machine.language.unary(code.operator, operand);
      const truth = machine.truth(operand);
      return truth === null ? new Unknown(whyUnknown(operand) ?? whyAt(machine, code)) : !truth;
    }
    case 'binary': {
      const left = evaluate(machine, code.left, scope);
      return machine.binary(code.operator, left, evaluate(machine, code.right, scope));
    }
    case 'compare':
      return comparison(machine, code, scope);
    case 'logical':
      return logical(machine, code, scope);
    case 'conditional': {
      const truth = machine.truth(evaluate(machine, code.test, scope));
      const whenTrue = (): Value => evaluate(machine, code.whenTrue, scope);
      const whenFalse = (): Value => evaluate(machine, code.whenFalse, scope);
      if (truth === null) return either(machine, whenTrue, whenFalse, whyAt(machine, code.test));
      return truth ? whenTrue() : whenFalse();
    }
    case 'sequence':
      return sequence(machine, code, scope);
    case 'dictionary':
      return dictionary(machine, code, scope);
    case 'function':
      return makeFunction(machine, code.function, scope);
    case 'comprehension':
      return comprehension(machine, code, scope);
    case 'text':
      return formatText(machine, code.parts, scope) ?? new Unknown('a text made of unknown values');
    case 'store': {
      const value = evaluate(machine, code.value, scope);
      machine.assign(code.target, value, scope);
      return value;
    }
    case 'update': {
      const old = evaluate(machine, code.target, scope);
      const value = machine.binary(code.operator, old, evaluate(machine, code.value, scope));
      machine.assign(code.target, value, scope);
      return code.answersOld ? old : value;
    }
    case 'yield':
      return yieldValue(machine, code, scope);
    case 'pattern':
    case 'unread':
      return new Unknown(
        `${code.kind === 'unread' ? code.what : 'a pattern'} (line ${machine.line(code.from)}) is not understood`,
        'holds',
      );
  }
}

function valueOfName(machine: Machine, name: string, scope: Scope): Value {
  const home = scopeOf(scope, name);
  if (home) return home.values.get(name);
  const known = machine.language.global(name);
  if (known !== undefined) return known;
  const [star, ...others] = machine.starImports;
  if (star !== undefined && others.length === 0) return machine.external(`${star}.${name}`);
  return new Unknown(`\`${name}\` is not defined in this file`, 'makes');
}

function evaluateCall(machine: Machine, code: CodeOf<'call'>, scope: Scope): Value {
  if (code.callee.kind === 'name' && code.callee.name === 'super' && code.args.length === 0)
    return superOf(scope) ?? new Unknown('`super()` outside a method', 'holds');
  const callee = evaluate(machine, code.callee, scope);
  const args = evaluateArguments(machine, code.args, scope);
  if (callee instanceof Unknown && code.callee.kind === 'member' && KEEPERS.has(code.callee.property))
    for (const value of args.positional) loseTrack(machine, value, `what ${callee.why}`);
  const { calls } = machine.log;
  const finished = calls.length;
  const serial = nextSerial();
  const value = machine.call(callee, args);
  // Outer calls end last: of `self.se = makeBlock(64)` that one counts, not the constructor's in `makeBlock`.
  if (value instanceof Instance && value.serial >= serial) value.madeAt = code;
  if (value instanceof Opaque) value.madeAt ??= code;
  for (let at = calls.length - 1; at >= finished; at -= 1) {
    const record = calls[at];
    if (!record || record.calledAt !== null) break;
    record.calledAt = code;
  }
  return value;
}

/** Methods that keep what they are given. */
const KEEPERS = new Set([
  'append',
  'extend',
  'insert',
  'add',
  'add_module',
  'register_module',
  'update',
  'push',
]);

/** Python's `super()`: of the method around, whose first parameter is the object. */
function superOf(scope: Scope): Super | null {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const owner = at.callee?.owner;
    if (!owner) continue;
    const self = at.values.get(at.callee?.code.parameters[0]?.name ?? '');
    return self instanceof Instance || self instanceof ClassValue ? new Super(owner, self) : null;
  }
  return null;
}

export function evaluateArguments(machine: Machine, args: readonly Argument[], scope: Scope): Arguments {
  const positional: Value[] = [];
  let named: Map<string, Value> | null = null;
  let more: Unknown | null = null;
  for (const { kind, name, value: code } of args) {
    const value = evaluate(machine, code, scope);
    if (kind === 'named') (named ??= new Map()).set(name, value);
    else if (kind === 'namedSpread') {
      named ??= new Map();
      if (!(value instanceof Dict) || value.doubt !== null) more = moreOf(more, value, whyAt(machine, code));
      else spreadEntries(value, named);
    } else if (kind === 'spread') {
      const items = machine.items(value);
      if (items instanceof Unknown) more = moreOf(more, items, items.why);
      else if (more === null) for (const item of items) positional.push(item);
    } else if (more === null) positional.push(value);
    // Behind an unknown number of others, its place is unknown.
    else more = moreOf(more, value, whyAt(machine, code));
  }
  return { positional, named: named ?? NO_ARGUMENTS.named, more };
}

function spreadEntries(dict: Dict, named: Map<string, Value>): void {
  for (const { key, value } of dict.entries.values()) if (typeof key === 'string') named.set(key, value);
}

function moreOf(more: Unknown | null, value: Value, why: string): Unknown {
  return new Unknown(whyUnknown(value) ?? why, higherStake(more?.stake ?? 'none', stakeOf(value)));
}

function comparison(machine: Machine, code: CodeOf<'compare'>, scope: Scope): Value {
  let left = evaluate(machine, code.first, scope);
  let known = true;
  for (const { operator, operand } of code.rest) {
    const right = evaluate(machine, operand, scope);
    const holds = machine.language.compare(machine, operator, left, right);
    if (holds === false) return false;
    if (holds === null) known = false;
    left = right;
  }
  return known ? true : new Unknown(whyAt(machine, code));
}

function logical(machine: Machine, code: CodeOf<'logical'>, scope: Scope): Value {
  const left = evaluate(machine, code.left, scope);
  const right = (): Value => evaluate(machine, code.right, scope);
  if (code.operator === '??') {
    if (left instanceof Unknown) return either(machine, () => left, right, whyAt(machine, code.left));
    return left === null || left === undefined ? right() : left;
  }
  const truth = machine.truth(left);
  if (truth === null) return either(machine, () => left, right, whyAt(machine, code.left));
  return truth === (code.operator === 'and') ? right() : left;
}

function yieldValue(machine: Machine, code: CodeOf<'yield'>, scope: Scope): Value {
  const value = code.value ? evaluate(machine, code.value, scope) : null;
  let home: Scope | null = scope;
  while (home && !home.yielded) home = home.parent;
  if (home?.yielded) {
    const items = code.all ? machine.items(value) : [value];
    const given = items instanceof Unknown ? [items] : items;
    machine.budget.fits(home.yielded.items.length + given.length);
    machine.journal.touch(home.yielded);
    home.yielded.items.push(...given);
    if (items instanceof Unknown) home.yielded.doubt = items.why;
  }
  return new Unknown('what is sent to a generator');
}
