/** The networks among the modules that code has made. */
import { KERAS_MODEL, WRAPPER } from '../library/modules';
import type { Log } from '../machine/machine';
import type { Value } from '../values/values';
import { Instance, List, Opaque, Tuple } from '../values/values';
import { isPart } from '../values/stake';
import { moduleTree } from './moduleTree';

export interface Root {
  readonly instance: Instance;
  /** Why it may not be the whole network. */
  readonly doubt: string | null;
}

/** The network that a function returned, also out of a wrapper or from among other values; null where there is none. */
export function rootIn(value: Value, depth = 0): Root | null {
  if (value instanceof Instance) {
    if (!isPart(value.type) || libraryModel(value)) return null;
    const inner = value.type === WRAPPER ? value.attributes.get('module') : undefined;
    return inner instanceof Instance ? rootIn(inner, depth + 1) : { instance: value, doubt: null };
  }
  if (value instanceof Tuple || value instanceof List) {
    const roots = value.items.filter((item) => item instanceof Instance && isPart(item.type));
    return roots.length === 1 ? rootIn(roots[0], depth + 1) : null;
  }
  // Not through the layers of a network: only a wrapper around the whole.
  if (!(value instanceof Opaque) || depth > 2) return null;
  const passed = [...value.args.positional, ...value.args.named.values()];
  const inside = passed.map((each) => rootIn(each, depth + 1)).filter((root) => root !== null);
  const [only] = inside;
  if (!only || inside.length > 1) return null;
  return {
    instance: only.instance,
    doubt: `\`${value.callee}\` is not in this file and may keep, make or drop blocks`,
  };
}

/** The call by which a library made a network of what it was given: `keras.Model(inputs, outputs)`; null where the value is none. */
export function libraryModel(value: Value): Opaque | null {
  if (value instanceof Instance) return value.type === KERAS_MODEL ? value.native : null;
  const isModel =
    value instanceof Opaque && /(^|\.)(Model|Functional|Sequential|model|sequential)$/.test(value.callee);
  return isModel ? value : null;
}

/** Modules that are in no other. */
export function rootsAmong(log: Log): Instance[] {
  const inner = new Set<Instance>();
  for (const instance of log.created) {
    if (inner.has(instance)) continue;
    for (const { instance: part } of moduleTree(instance).modules) if (part !== instance) inner.add(part);
  }
  return log.created.filter((instance) => !inner.has(instance));
}
