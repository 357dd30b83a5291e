/** Everything in a network that can be an SE block: modules of the file, its containers, and layers of libraries. */
import { FLAX_MODULE, TORCH_MODULE } from '../dryRun/library/modules';
import { isPart } from '../dryRun/values/stake';
import type { Value } from '../dryRun/values/values';
import { Dict, Instance, List, Opaque, Tuple } from '../dryRun/values/values';
import { joined } from './blockPaths';

export interface PlacedModule {
  readonly path: string;
  readonly value: Instance | Opaque;
}

/** Networks larger or deeper than this are no networks. */
const LARGEST = 40_000;
const DEEPEST = 64;

/** In the order of PyTorch's `named_modules`, the root first; each object once, by its first path. */
export function modulesOf(root: Instance): PlacedModule[] {
  const found: PlacedModule[] = [];
  const seen = new Set<Value>();
  // A stack, not recursion: modules may be nested as deep as a loop can nest them.
  const pending: {
    readonly path: string;
    readonly value: Value;
    readonly inLists: boolean;
    readonly depth: number;
  }[] = [{ path: '', value: root, inLists: false, depth: 0 }];
  for (let next = pending.pop(); next && seen.size < LARGEST; next = pending.pop()) {
    const { path, value, inLists, depth } = next;
    if (value instanceof Instance || value instanceof Opaque) {
      if (seen.has(value) || (value instanceof Instance && !isPart(value.type))) continue;
      seen.add(value);
      found.push({ path, value });
    }
    const looks = value instanceof Instance ? findsInLists(value) : inLists;
    if (depth >= DEEPEST) continue;
    const parts = partsOf(value, looks).map(([name, part]) => ({
      path: joined(path, name),
      value: part,
      inLists: looks,
      depth: depth + 1,
    }));
    pending.push(...parts.reverse());
  }
  return found;
}

/** Keras and Flax find layers in lists and dictionaries too. */
function findsInLists({ type }: Instance): boolean {
  const { order, foreign } = type;
  return order.includes(FLAX_MODULE) || (!order.includes(TORCH_MODULE) && foreign.length === 0);
}

function partsOf(value: Value, inLists: boolean): [string, Value][] {
  if (value instanceof Instance) return [...value.attributes];
  if (!inLists) return [];
  if (value instanceof List || value instanceof Tuple)
    return value.items.map((item, index) => [String(index), item]);
  if (value instanceof Dict)
    return [...value.entries.values()].map((entry) => [String(entry.key), entry.value]);
  return [];
}
