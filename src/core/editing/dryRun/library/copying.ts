import { isPart, stakeOf } from '../values/stake';
import type { MachineDoor, Value } from '../values/values';
import { Dict, Instance, List, Tuple, Unknown } from '../values/values';

/** Deeper structures are not copied: their copy is unknown. */
const DEPTH = 60;

/** Python's copy.copy and copy.deepcopy. What is shared inside stays shared in the copy. */
export function copied(machine: MachineDoor, value: Value, isDeep: boolean): Value {
  const known = new Map<Value, Value>();
  const copy = (item: Value, depth: number): Value => {
    if (known.has(item)) return known.get(item);
    if (depth > DEPTH) return new Unknown('a copy of something deep', stakeOf(item));
    machine.budget.spend(1);
    const inner = (part: Value): Value => (isDeep ? copy(part, depth + 1) : part);
    if (item instanceof List) {
      const list = new List([]);
      known.set(item, list);
      list.items = item.items.map(inner);
      list.doubt = item.doubt;
      return list;
    }
    if (item instanceof Tuple) return isDeep ? new Tuple(item.items.map(inner)) : item;
    if (item instanceof Dict) {
      const dict = new Dict();
      known.set(item, dict);
      for (const [key, entry] of item.entries)
        dict.entries.set(key, { key: entry.key, value: inner(entry.value) });
      dict.doubt = item.doubt;
      return dict;
    }
    if (!(item instanceof Instance)) return item;
    const instance = new Instance(item.type, item.trail);
    known.set(item, instance);
    if (isPart(item.type)) machine.made(instance);
    for (const [name, part] of item.attributes) instance.attributes.set(name, inner(part));
    instance.constructions.push(...item.constructions);
    instance.native = item.native;
    instance.madeAt = item.madeAt;
    instance.doubt = item.doubt;
    return instance;
  };
  return copy(value, 0);
}
