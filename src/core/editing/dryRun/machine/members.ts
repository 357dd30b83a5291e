/** Attributes: reading, writing, removing. */
import { Raised } from '../values/limits';
import { whyUnknown } from '../values/known';
import { nameOf } from '../values/names';
import { isPart, stakeOf } from '../values/stake';
import type { Arguments, Value } from '../values/values';
import {
  Bound,
  Builtin,
  ClassValue,
  Dict,
  External,
  FunctionValue,
  Instance,
  Opaque,
  Partial,
  Super,
  Tuple,
  Unknown,
} from '../values/values';
import { asMember, construct, findInClass } from './classes';
import { invoke } from './functions';
import type { Machine } from './machine';
import { positional } from '../values/arguments';

/** @throws Raised AttributeError */
export function member(machine: Machine, object: Value, name: string): Value {
  machine.budget.spend(1);
  if (object instanceof Unknown) return object;
  if (object instanceof Instance) return ofInstance(machine, object, name);
  if (object instanceof ClassValue) return ofClass(machine, object, name);
  if (object instanceof Super) return ofSuper(machine, object, name);
  if (object instanceof External) return ofExternal(machine, object, name);
  if (object instanceof Opaque) {
    const known = machine.language.opaqueMember(object, name);
    return known ?? new Unknown(`\`${name}\` of ${whyUnknown(object) ?? ''}`, object.stake);
  }
  if (name === '__name__' && (object instanceof FunctionValue || object instanceof Bound))
    return nameOf(object);
  if (object instanceof FunctionValue) return new Unknown(`\`${name}\` of a function`);
  if (object instanceof Partial) {
    if (name === 'func') return object.callee;
    if (name === 'args') return new Tuple(object.args.positional);
    return new Unknown(`\`${name}\` of a partial`, stakeOf(object));
  }
  const value = machine.language.memberOf(machine, object, name);
  if (value !== undefined || !machine.language.assignmentDeclares) return value;
  throw new Raised('AttributeError', name);
}

function ofExternal(machine: Machine, { path, members }: External, name: string): Value {
  if (!members.has(name)) members.set(name, machine.external(`${path}.${name}`));
  return members.get(name);
}

function ofInstance(machine: Machine, object: Instance, name: string): Value {
  if (object.attributes.has(name)) return object.attributes.get(name);
  const found = findInClass(object.type, name);
  if (found) return bound(machine, found.value, object, object.type);
  if (name === '__class__') return object.type;
  if (name === '__dict__' || (name === '_modules' && isPart(object.type)))
    return new Unknown(`\`${name}\` of an object`, 'holds');
  if (findInClass(object.type, '__getattr__'))
    return new Unknown(`\`${name}\`, which \`__getattr__\` gives,`, 'holds');
  const native = object.native ? machine.language.opaqueMember(object.native, name) : undefined;
  if (native !== undefined) return native;
  if (isPart(object.type)) {
    const ofModule = machine.language.moduleMember(object, name);
    if (ofModule !== undefined) return ofModule;
  }
  const [foreign] = object.type.foreign;
  if (foreign) return new Unknown(`\`${name}\` of the class \`${foreign.path}\`, which is not in this file,`);
  if (!machine.language.assignmentDeclares) return undefined;
  throw new Raised('AttributeError', `\`${object.type.name}\` has no \`${name}\``);
}

function ofClass(machine: Machine, type: ClassValue, name: string): Value {
  const found = findInClass(type, name);
  if (found) {
    const { value } = found;
    if (type.role === 'enum' && type.code) return asMember(machine, type, name, value);
    if (value instanceof FunctionValue && value.binding === 'class') return new Bound(value, type);
    return value;
  }
  if (name === '__name__' || name === '__qualname__' || name === 'name') return type.name;
  if (name === '__class__') return new Unknown('a metaclass');
  if (name === '__members__' && type.role === 'enum') return new Unknown('the members of an enumeration');
  if (type.foreign.length > 0 || type.code === null || type.role === 'enum')
    return new Unknown(`\`${name}\` of the class \`${type.foreign[0]?.path ?? type.name}\``);
  if (!machine.language.assignmentDeclares) return undefined;
  throw new Raised('AttributeError', `\`${type.name}\` has no \`${name}\``);
}

function ofSuper(machine: Machine, { owner, self }: Super, name: string): Value {
  const type = self instanceof Instance ? self.type : self;
  if (name === machine.language.constructorName && self instanceof Instance) {
    const order = type.order.slice(type.order.indexOf(owner) + 1);
    return new Builtin(name, (_, args: Arguments) => {
      construct(machine, self, args, order);
      return null;
    });
  }
  const found = findInClass(type, name, owner);
  if (found) return bound(machine, found.value, self, type);
  const native = self instanceof Instance ? machine.language.moduleMember(self, name) : undefined;
  return native ?? new Unknown(`\`${name}\` of a base class that is not in this file`);
}

/** A class's attribute as its instances see it. */
function bound(machine: Machine, value: Value, self: Value, type: ClassValue): Value {
  if (value instanceof Builtin) return new Bound(value, self);
  if (!(value instanceof FunctionValue)) return value;
  switch (value.binding) {
    case 'plain':
      return new Bound(value, self);
    case 'static':
      return value;
    case 'class':
      return new Bound(value, type);
    case 'property':
      return invoke(machine, value, positional(self));
  }
}

export function setMember(machine: Machine, object: Value, name: string, value: Value): void {
  if (object instanceof Instance) {
    putAttribute(machine, object, name, value);
    return;
  }
  if (object instanceof ClassValue && object.code) {
    machine.journal.touch(object);
    object.attributes.set(name, value);
    return;
  }
  if (object instanceof Dict && !machine.language.assignmentDeclares) {
    machine.setItem(object, name, value);
    return;
  }
  loseTrack(machine, value, `\`.${name}\` of something that is not known`);
}

/** PyTorch registers a module when it is assigned: over something else it comes last. */
export function putAttribute(machine: Machine, object: Instance, name: string, value: Value): void {
  machine.journal.touch(object);
  const own = findInClass(object.type, name)?.value;
  // A setter may do anything.
  if (own instanceof FunctionValue && own.binding === 'property')
    object.doubt ??= `the property \`${name}\` is set`;
  const old = object.attributes.get(name);
  if (value instanceof Instance && old !== undefined && !(old instanceof Instance))
    object.attributes.delete(name);
  object.attributes.set(name, value);
}

/** A block that goes where it cannot be followed leaves a doubt behind. */
export function loseTrack(machine: Machine, value: Value, where: string): void {
  if (stakeOf(value) === 'holds') machine.log.doubts.push(`blocks are kept in ${where}`);
}
