/** Classes of the file: making them and their instances. */
import type { ClassCode } from '../code/code';
import { Raised } from '../values/limits';
import { isPart, stakeOf } from '../values/stake';
import type { Arguments, ClassRole, Value } from '../values/values';
import {
  Builtin,
  ClassValue,
  External,
  FunctionValue,
  Instance,
  List,
  Opaque,
  Scope,
  Unknown,
} from '../values/values';
import type { Machine } from './machine';
import { NO_ARGUMENTS, positional, withSelf } from '../values/arguments';

export function makeClass(machine: Machine, code: ClassCode, scope: Scope): ClassValue {
  const bases = machine.evaluateArguments(code.bases, scope).positional;
  const known = bases.filter((base) => base instanceof ClassValue);
  const foreign = bases.filter((base) => !(base instanceof ClassValue)).map(foreignBase);
  const role = machine.language.everyClassIsModule ? 'module' : roleOf(known, foreign);
  const type = new ClassValue(code.name, '', role, code);
  type.order = [type, ...linearized(known)];
  type.foreign = [...foreign, ...known.flatMap((base) => base.foreign)];
  // Data classes say it of themselves; the library's classes with fields (NamedTuple, Flax) for all that inherit.
  type.hasFields = type.order.some((each) => each.code === null && each.hasFields);
  const body = new Scope(scope, 'class');
  machine.execute(code.body, body);
  type.attributes = body.values;
  type.annotated = code.body.flatMap((statement) => (statement.kind === 'field' ? [statement.name] : []));
  for (const value of body.values.values()) {
    // Not a function from elsewhere that the class only names.
    const isOwn = value instanceof FunctionValue && code.from <= value.code.from && value.code.to <= code.to;
    if (isOwn) value.owner ??= type;
  }
  return type;
}

function foreignBase(base: Value): External {
  return base instanceof External ? base : new External('a class that is not known');
}

function roleOf(known: readonly ClassValue[], foreign: readonly External[]): ClassRole {
  const role = known.find((base) => base.role !== 'plain')?.role;
  if (role) return role === 'container' ? 'module' : role;
  const [first] = foreign;
  if (!first) return 'plain';
  if (/(Error|Exception|Warning)$/.test(first.path)) return 'exception';
  return /Enum$/.test(first.path) ? 'enum' : 'module';
}

/** Python's method resolution order of the bases (C3); where they have none, depth first. */
function linearized(bases: readonly ClassValue[]): ClassValue[] {
  const queues = [...bases.map((base) => [...base.order]), [...bases]];
  const order: ClassValue[] = [];
  for (;;) {
    const open = queues.filter((queue) => queue.length > 0);
    if (open.length === 0) return order;
    const next = open
      .map((queue) => queue[0])
      .find((head) => head && !open.some((queue) => queue.indexOf(head) > 0));
    if (!next) return [...new Set(bases.flatMap((base) => base.order))];
    order.push(next);
    for (const queue of queues) if (queue[0] === next) queue.shift();
  }
}

/** The attribute that a class gives its instances; null where none of its known classes has it. */
export function findInClass(
  type: ClassValue,
  name: string,
  after: ClassValue | null = null,
): { value: Value } | null {
  const order = after ? type.order.slice(type.order.indexOf(after) + 1) : type.order;
  for (const each of order) if (each.attributes.has(name)) return { value: each.attributes.get(name) };
  return null;
}

export function instantiate(machine: Machine, type: ClassValue, args: Arguments): Value {
  if (type.role === 'enum') return enumMember(machine, type, args.positional[0]);
  if (type.role === 'exception') return new Opaque(type.name, args, 'none');
  machine.budget.spend(1);
  const instance = new Instance(type, machine.trail);
  if (isPart(type)) machine.made(instance);
  instance.doubt = ownMagic(type);
  construct(machine, instance, args, type.order);
  if (machine.language.runsCalls(type)) attach(machine, instance);
  return instance;
}

/** Methods by which a class changes what making it or setting its attributes means. */
const MAGIC = ['__new__', '__setattr__', '__getattribute__'];

function ownMagic(type: ClassValue): string | null {
  const name = MAGIC.find((each) => findInClass(type, each)?.value instanceof FunctionValue);
  return name === undefined ? null : `\`${type.name}\` writes its own \`${name}\``;
}

/** Flax: a module made in the `__call__` of another is its part, under its name or that of its class and a number. */
function attach(machine: Machine, instance: Instance): void {
  let at = machine.trail;
  while (at && at.module === undefined) at = at.parent;
  if (at?.module) {
    const around = at.module;
    const prefix = `${instance.type.name}_`;
    const alike = [...around.attributes.keys()].filter((name) => name.startsWith(prefix)).length;
    const name = instance.attributes.get('name');
    machine.setMember(around, typeof name === 'string' ? name : `${prefix}${alike}`, instance);
  }
  const setup = findInClass(instance.type, 'setup');
  if (setup) machine.call(setup.value, positional(instance));
}

/** Runs the first constructor in the order. */
export function construct(
  machine: Machine,
  instance: Instance,
  args: Arguments,
  order: readonly ClassValue[],
): void {
  const { constructorName } = machine.language;
  for (const each of order) {
    const own = each.attributes.get(constructorName);
    if (own !== undefined) {
      machine.call(own, withSelf(instance, args));
      return;
    }
    if (each.hasFields && (each.code || each.annotated.length > 0)) {
      fillFields(machine, instance, each, args);
      return;
    }
  }
  const [foreign] = instance.type.foreign;
  if (foreign) takeForeign(instance, foreign, args);
}

/** The constructor of a base class in another file. */
export function takeForeign(instance: Instance, base: External, args: Arguments): void {
  const passed = new List([...args.positional, ...args.named.values()]);
  const stake = stakeOf(passed);
  instance.native ??= new Opaque(base.path, args, stake);
  if (stake === 'makes' || stake === 'holds')
    instance.doubt ??= `its base class \`${base.path}\` is not in this file and may make blocks`;
}

function fillFields(machine: Machine, instance: Instance, type: ClassValue, args: Arguments): void {
  const names = new Set<string>();
  for (const each of [...type.order].reverse()) {
    if (each.hasFields) for (const name of each.annotated) names.add(name);
  }
  const given = new Map(args.named);
  let at = 0;
  for (const name of names) {
    let value: Value;
    if (isLeftOut(type, name)) value = fieldFallback(machine, type, name);
    else if (at < args.positional.length) {
      value = args.positional[at];
      at += 1;
    } else if (given.has(name)) value = given.get(name);
    else if (args.more) value = new Unknown(args.more.why, args.more.stake);
    else value = fieldFallback(machine, type, name);
    given.delete(name);
    instance.attributes.set(name, value);
  }
  const label = given.get('name');
  if (label !== undefined && isPart(type)) instance.attributes.set('name', label);
  const after = findInClass(type, '__post_init__');
  if (after) machine.call(after.value, positional(instance));
}

/** `field(init=False)`. */
function isLeftOut(type: ClassValue, name: string): boolean {
  const value = findInClass(type, name)?.value;
  return isField(value) && value.args.named.get('init') === false;
}

function isField(value: Value): value is Opaque {
  return value instanceof Opaque && /(^|\.)field$/.test(value.callee);
}

/** What `field(default=..., default_factory=...)` or a plain default gives. */
function fieldFallback(machine: Machine, type: ClassValue, name: string): Value {
  const found = findInClass(type, name);
  if (!found) throw new Raised('TypeError', `\`${type.name}\` needs \`${name}\``);
  const { value } = found;
  if (!isField(value)) return value;
  const { named } = value.args;
  if (named.has('default')) return named.get('default');
  if (named.has('default_factory')) return machine.call(named.get('default_factory'), NO_ARGUMENTS);
  if (named.get('init') === false) return new Unknown(`\`${name}\` of \`${type.name}\``);
  throw new Raised('TypeError', `\`${type.name}\` needs \`${name}\``);
}

/** A member of an enumeration: an instance with name and value. */
export function asMember(machine: Machine, type: ClassValue, name: string, value: Value): Value {
  const isMember = !(value instanceof Instance || value instanceof FunctionValue || value instanceof Builtin);
  if (!isMember || name.startsWith('_')) return value;
  const member = new Instance(type, null);
  member.attributes.set('name', name);
  member.attributes.set('value', value);
  machine.journal.touch(type);
  // The same object at each access, as `is` compares them.
  type.attributes.set(name, member);
  return member;
}

function enumMember(machine: Machine, type: ClassValue, wanted: Value): Value {
  for (const [name, value] of type.attributes) {
    const raw = value instanceof Instance ? value.attributes.get('value') : value;
    if (machine.isEqual(raw, wanted) === true) return asMember(machine, type, name, value);
  }
  return new Unknown(`a member of \`${type.name}\``);
}
