/** The modules inside a network, as PyTorch's `named_modules` lists them: each once, by its first path. */
import { childrenOf } from '../library/moduleChildren';
import { TORCH_MODULE } from '../library/modules';
import { isPart, stakeOf } from '../values/stake';
import type { Value } from '../values/values';
import { Visits } from '../values/visits';
import { ClassValue, Dict, Instance, List, Opaque, Partial, Tuple, Unknown } from '../values/values';

export interface PlacedModule {
  readonly path: string;
  readonly instance: Instance;
  readonly parent: PlacedModule | null;
}

export interface ModuleTree {
  /** In PyTorch's order; the root first. */
  readonly modules: readonly PlacedModule[];
  readonly doubts: readonly Doubt[];
}

/** Why there may be other modules than those that were found. */
export interface Doubt {
  readonly why: string;
  /** Names of the classes of which there may be more or fewer; null: of all. */
  readonly about: ReadonlySet<string> | null;
}

/** Networks larger than this are no networks. */
const LARGEST = 20_000;

export function moduleTree(root: Instance): ModuleTree {
  const modules: PlacedModule[] = [];
  const doubts: Doubt[] = [];
  const seen = new Set<Instance>();
  // A stack, not recursion: modules may be nested as deep as a loop can nest them.
  const pending: PlacedModule[] = [{ path: '', instance: root, parent: null }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next.instance)) continue;
    seen.add(next.instance);
    modules.push(next);
    if (modules.length > LARGEST) {
      doubts.push({ why: 'the network has too many modules for a dry run', about: null });
      break;
    }
    if (next.instance.doubt !== null) doubts.push({ why: next.instance.doubt, about: null });
    const parent = next;
    const children = partsOf(next.instance, doubts).map(([name, instance]) => ({
      path: parent.path === '' ? name : `${parent.path}.${name}`,
      instance,
      parent,
    }));
    pending.push(...children.reverse());
  }
  return { modules, doubts };
}

/** Libraries whose modules may be in lists. */
const FINDS_IN_LISTS = /keras|tensorflow|flax|tfjs/;

/** Keras finds layers in lists and dictionaries too; PyTorch only those that are attributes themselves. */
function partsOf(module: Instance, doubts: Doubt[]): [string, Instance][] {
  const { order, foreign } = module.type;
  const isTorch =
    order.includes(TORCH_MODULE) ||
    (foreign.length > 0 && !foreign.some(({ path }) => FINDS_IN_LISTS.test(path)));
  const findsInLists = !isTorch;
  const parts: [string, Instance][] = [];
  const visits = new Visits(1_000);
  const add = (name: string, value: Value): void => {
    if (value instanceof Instance) {
      if (isPart(value.type)) parts.push([name, value]);
    } else if (value instanceof Unknown || value instanceof Opaque) {
      if (value.stake === 'holds') doubts.push(doubtOf(value));
    } else if (findsInLists && (value instanceof List || value instanceof Tuple || value instanceof Dict)) {
      if (!visits.next()) doubts.push({ why: 'lists of layers are too large for a dry run', about: null });
      else if (value instanceof Dict) {
        for (const entry of value.entries.values()) add(`${name}.${String(entry.key)}`, entry.value);
      } else {
        if (value instanceof List && value.doubt !== null && stakeOf(value) === 'holds')
          doubts.push({ why: value.doubt, about: null });
        for (const [index, item] of value.items.entries()) add(`${name}.${index}`, item);
      }
    }
  };
  // Containers may hold what is no module by its looks: `childrenOf` knows their places.
  for (const [name, value] of childrenOf(module)) add(name, value);
  if (findsInLists) {
    for (const [name, value] of module.attributes) if (!(value instanceof Instance)) add(name, value);
  }
  return parts;
}

function doubtOf(value: Unknown | Opaque): Doubt {
  if (value instanceof Unknown) return { why: value.why, about: null };
  const why = `\`${value.callee}\` is not in this file and may keep, make or drop blocks`;
  return { why, about: classesPassed(value) };
}

/** The classes that a call was given to make instances of; null where it was given something else that may make any. */
function classesPassed({ args }: Opaque): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const value of [...args.positional, ...args.named.values(), args.more]) {
    const stake = stakeOf(value);
    if (stake !== 'makes' && stake !== 'holds') continue;
    const type = value instanceof Partial ? value.callee : value;
    const own = type instanceof ClassValue ? type.order.filter(({ code }) => code) : [];
    // A class with a constructor may make others inside.
    if (own.length === 0 || own.some(({ attributes }) => attributes.has('__init__'))) return null;
    for (const { name } of own) names.add(name);
  }
  return names;
}
