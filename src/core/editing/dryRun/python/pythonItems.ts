/** Python's `object[index]`: reading, writing, slices. */
import { itemOf } from '../library/vectors';
import { keyOf } from '../values/equality';
import { whyUnknown } from '../values/known';
import { Raised } from '../values/limits';
import { asNumber, Numbers, Range } from '../values/numbers';
import { stakeOf } from '../values/stake';
import type { MachineDoor, Value } from '../values/values';
import { Builtin, ClassValue, Dict, External, List, Opaque, Slice, Tuple, Unknown } from '../values/values';

/** Of everything but instances. @throws Raised IndexError, KeyError */
export function getItem(machine: MachineDoor, object: Value, index: Value): Value {
  // Types with parameters: `List[int]`.
  if (object instanceof External || object instanceof Builtin || object instanceof ClassValue) return object;
  if (object instanceof Unknown || object instanceof Opaque)
    return new Unknown(whyUnknown(object) ?? '', stakeOf(object));
  if (object instanceof Dict) return entryOf(machine, object, index);
  if (object instanceof List && object.doubt !== null) return new Unknown(object.doubt, stakeOf(object));
  const items = itemsOf(object);
  if (index instanceof Slice) {
    const picked = sliceIndices(index, items.length);
    if (!picked) return new Unknown('the bounds of a slice', stakeOf(object));
    machine.budget.size(picked.length);
    return collect(object, picked);
  }
  const at = asNumber(index);
  if (at === null) return new Unknown(whyUnknown(index) ?? 'an index', stakeOf(object));
  const place = at < 0 ? at + items.length : at;
  if (!Number.isInteger(place) || place < 0 || place >= items.length)
    throw new Raised('IndexError', `[${at}]`);
  return items.at(place);
}

interface Indexed {
  readonly length: number;
  at(index: number): Value;
}

function itemsOf(object: Value): Indexed {
  if (object instanceof List || object instanceof Tuple) {
    const { items } = object;
    return { length: items.length, at: (index) => items[index] };
  }
  if (typeof object === 'string') return { length: object.length, at: (index) => object.charAt(index) };
  if (object instanceof Range)
    return { length: object.length, at: (index) => object.start + index * object.step };
  if (object instanceof Numbers)
    return { length: object.values.length, at: (index) => itemOf(object, index) };
  throw new Raised('TypeError', 'such a value has no items');
}

function collect(object: Value, indices: readonly number[]): Value {
  if (object instanceof Numbers)
    return new Numbers(
      indices.map((index) => object.values[index] ?? NaN),
      object.isFloat,
      object.library,
    );
  const items = itemsOf(object);
  const picked = indices.map((index) => items.at(index));
  if (typeof object === 'string') return picked.join('');
  return object instanceof Tuple ? new Tuple(picked) : new List(picked);
}

/** The places a slice picks; null where its bounds are not known. */
export function sliceIndices({ lower, upper, step }: Slice, length: number): number[] | null {
  const numbers = [lower, upper, step].map((bound) => (bound === null ? null : (asNumber(bound) ?? NaN)));
  if (numbers.some((bound) => bound !== null && !Number.isInteger(bound))) return null;
  const [from = null, to = null, by = null] = numbers;
  const stride = by ?? 1;
  if (stride === 0) throw new Raised('ValueError', 'a slice with step 0');
  const clamp = (bound: number): number => {
    const place = bound < 0 ? bound + length : bound;
    return stride > 0 ? Math.min(Math.max(place, 0), length) : Math.min(Math.max(place, -1), length - 1);
  };
  const start = from === null ? (stride > 0 ? 0 : length - 1) : clamp(from);
  const stop = to === null ? (stride > 0 ? length : -1) : clamp(to);
  const indices: number[] = [];
  for (let at = start; stride > 0 ? at < stop : at > stop; at += stride) indices.push(at);
  return indices;
}

function entryOf(machine: MachineDoor, dict: Dict, index: Value): Value {
  const key = keyOf(index);
  if (key === null || dict.doubt !== null)
    return new Unknown(dict.doubt ?? whyUnknown(index) ?? 'a key is not known', stakeOf(dict));
  const entry = dict.entries.get(key);
  if (entry) return entry.value;
  if (dict.missing === undefined) throw new Raised('KeyError', key.slice(1, 60));
  const value = machine.call(dict.missing, { positional: [], named: new Map(), more: null });
  machine.setItem(dict, index, value);
  return value;
}

/** Of everything but instances. Answers whether the place is known. */
export function setItem(machine: MachineDoor, object: Value, index: Value, value: Value): boolean {
  if (object instanceof Dict) {
    machine.journal.touch(object);
    const key = keyOf(index);
    if (key === null) object.doubt ??= whyUnknown(index) ?? 'a key is not known';
    else object.entries.set(key, { key: object.entries.get(key)?.key ?? index, value });
    return key !== null;
  }
  if (!(object instanceof List)) return false;
  machine.journal.touch(object);
  const at = asNumber(index);
  if (at === null) {
    object.doubt ??= whyUnknown(index) ?? 'an index is not known';
    return false;
  }
  const place = at < 0 ? at + object.items.length : at;
  if (object.doubt !== null) return false;
  if (!(place in object.items)) throw new Raised('IndexError', `[${at}]`);
  object.items[place] = value;
  return true;
}
