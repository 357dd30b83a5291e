/** The networks among the modules that code has made. */
import { WRAPPER } from '../library/modules';
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
export function rootIn(value: Value): Root | null {
  if (value instanceof Instance) {
    if (!isPart(value.type)) return null;
    const inner = value.type === WRAPPER ? value.attributes.get('module') : undefined;
    return inner instanceof Instance ? rootIn(inner) : { instance: value, doubt: null };
  }
  if (value instanceof Tuple || value instanceof List) {
    const roots = value.items.filter((item) => item instanceof Instance && isPart(item.type));
    return roots.length === 1 ? rootIn(roots[0]) : null;
  }
  if (!(value instanceof Opaque)) return null;
  const passed = [...value.args.positional, ...value.args.named.values()];
  const inside = passed.map(rootIn).filter((root) => root !== null);
  const [only] = inside;
  if (!only || inside.length > 1) return null;
  return {
    instance: only.instance,
    doubt: `\`${value.callee}\` is not in this file and may keep, make or drop blocks`,
  };
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
