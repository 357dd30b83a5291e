/** Equality and dictionary keys. */
import { isThing, whyUnknown } from './known';
import { asNumber, Float, Numbers, Range } from './numbers';
import type { Value } from './values';
import { Visits } from './visits';
import { Bound, Builtin, Dict, External, List, Opaque, SetValue, Tuple, Unknown } from './values';

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

function identityOf(value: object): number {
  let identity = identities.get(value);
  if (identity === undefined) {
    identity = nextIdentity;
    nextIdentity += 1;
    identities.set(value, identity);
  }
  return identity;
}

/** Equal values have equal keys; null where the value cannot be known. */
export function keyOf(value: Value, visits?: Visits): string | null {
  if (typeof value === 'string') return `s${value}`;
  const number = asNumber(value);
  if (number !== null) return `n${number}`;
  if (value === null) return 'None';
  if (value === undefined) return 'undefined';
  if (typeof value !== 'object' || value instanceof Unknown) return null;
  if (value instanceof Tuple) {
    const seen = visits ?? new Visits(500);
    const keys = value.items.map((item) => (seen.next() ? keyOf(item, seen) : null));
    return keys.includes(null) ? null : `t${keys.map((key) => `${key?.length}:${key}`).join(',')}`;
  }
  if (value instanceof External) return `e${value.path}`;
  return `o${identityOf(value)}`;
}

/** A set of the items. */
export function setOf(items: Iterable<Value>): SetValue {
  const set = new SetValue();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) set.doubt = whyUnknown(item) ?? 'a member of a set is not known';
    else if (!set.members.has(key)) set.members.set(key, item);
  }
  return set;
}

/** Python's `==`; null where it cannot be known. */
export function isEqual(a: Value, b: Value, visits?: Visits): boolean | null {
  if (a instanceof Unknown || b instanceof Unknown) return null;
  if (a === b) return true;
  const left = asNumber(a);
  const right = asNumber(b);
  if (left !== null && right !== null) return left === right;
  // Someone else's classes may define equality; None is equal to nothing else.
  if (a instanceof Opaque || b instanceof Opaque) {
    const [opaque, other] = a instanceof Opaque ? [a, b] : [b as Opaque, a];
    return opaque.isObject && (other === null || typeof other !== 'object') ? false : null;
  }
  if (a instanceof External || b instanceof External) return areSameThings(a, b);
  if (a instanceof Bound && b instanceof Bound) return a.callee === b.callee && a.self === b.self;
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    if ((a instanceof List && a.doubt !== null) || (b instanceof List && b.doubt !== null)) return null;
    return areEqual(a.items, b.items, visits);
  }
  if (a instanceof SetValue && b instanceof SetValue) {
    if (a.doubt !== null || b.doubt !== null) return null;
    return a.members.size === b.members.size && [...a.members.keys()].every((key) => b.members.has(key));
  }
  if (a instanceof Dict && b instanceof Dict) {
    if (a.unsure !== null || b.unsure !== null) return null;
    if (a.entries.size !== b.entries.size || [...a.entries.keys()].some((key) => !b.entries.has(key)))
      return false;
    return areEqual(
      [...a.entries.values()].map((entry) => entry.value),
      [...a.entries.keys()].map((key) => b.entries.get(key)?.value),
      visits,
    );
  }
  if (a instanceof Range && b instanceof Range)
    return a.start === b.start && a.stop === b.stop && a.step === b.step;
  if (a instanceof Numbers || b instanceof Numbers) return null;
  return false;
}

function areEqual(a: readonly Value[], b: readonly Value[], visits = new Visits()): boolean | null {
  if (a.length !== b.length) return false;
  let known = true;
  for (const [index, item] of a.entries()) {
    const equal = visits.next() ? isEqual(item, b[index], visits) : null;
    if (equal === false) return false;
    if (equal === null) known = false;
  }
  return known ? true : null;
}

/** Names of other files may stand for any value, if they are no classes or functions. */
function areSameThings(a: Value, b: Value): boolean | null {
  if (a instanceof External && b instanceof External && a.path === b.path) return true;
  return [a, b].every((value) => !(value instanceof External) || isThing(value)) ? false : null;
}

/** Python's `is`, JavaScript's `===` of objects; null where it cannot be known. */
export function isSame(a: Value, b: Value): boolean | null {
  if (a instanceof Unknown || b instanceof Unknown) return null;
  if (a === b) return true;
  if (a instanceof Opaque || b instanceof Opaque) {
    const opaque = a instanceof Opaque ? a : (b as Opaque);
    return opaque.isObject ? false : null;
  }
  if (a instanceof External || b instanceof External) return areSameThings(a, b);
  if (a instanceof Float || b instanceof Float) return false;
  if (a instanceof Builtin && b instanceof Builtin) return a.name === b.name;
  return false;
}
