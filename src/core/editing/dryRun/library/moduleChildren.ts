/** The children of modules: attributes by their names, as in PyTorch. */
import { isPart } from '../values/stake';
import type { Arguments, MachineDoor, Value } from '../values/values';
import { Dict, Instance, Opaque, Unknown } from '../values/values';

export type Method = (machine: MachineDoor, args: Arguments) => Value;

/** Whether an attribute is a layer or module: this file's, a container's place, or an object of a library. */
function isChild(name: string, value: Value): boolean {
  if (value instanceof Instance) return isPart(value.type);
  if (!(value instanceof Opaque || value instanceof Unknown)) return false;
  return /^(\d+|\?.*)$/.test(name) || value.stake === 'holds' || (value instanceof Opaque && value.isObject);
}

/** The modules a module was given, by name, in PyTorch's order. */
export function childrenOf(module: Instance): [string, Value][] {
  return [...module.attributes].filter(([name, value]) => isChild(name, value));
}

export function onModule(run: (module: Instance, machine: MachineDoor, args: Arguments) => Value): Method {
  return (machine, args) => {
    const [module] = args.positional;
    if (!(module instanceof Instance)) return new Unknown('a method of a module');
    // Most go through all children.
    machine.budget.spend(Math.ceil(module.attributes.size / 16));
    return run(module, machine, args);
  };
}

/** One that changes the children. */
export function changing(run: (module: Instance, machine: MachineDoor, args: Arguments) => Value): Method {
  return onModule((module, machine, args) => {
    machine.journal.touch(module);
    return run(module, machine, args);
  });
}

export function put(module: Instance, name: Value, child: Value): void {
  if (typeof name === 'string') module.attributes.set(name, child);
  else {
    module.doubt ??= 'a module is added whose name is not known';
    module.attributes.set(`?${module.attributes.size}`, child);
  }
}

export function append(module: Instance, children: readonly Value[]): void {
  // A library's container holds nothing but children.
  let count = module.type.code ? childrenOf(module).length : module.attributes.size;
  for (const child of children) {
    put(module, String(count), child);
    count += 1;
  }
}

/** Adds all children of a list or the like; a doubt where they are not known. */
export function appendAll(module: Instance, machine: MachineDoor, source: Value): void {
  const items = machine.items(source);
  if (items instanceof Unknown) {
    module.doubt ??= items.why;
    append(module, [items]);
  } else {
    machine.budget.fits(module.attributes.size + items.length);
    machine.budget.size(items.length);
    append(module, [...items]);
  }
}

export function addNamed(module: Instance, machine: MachineDoor, source: Value): void {
  if (source instanceof Dict) {
    if (source.doubt !== null) module.doubt ??= source.doubt;
    for (const { key, value } of source.entries.values()) put(module, key, value);
    return;
  }
  const pairs = machine.items(source);
  if (pairs instanceof Unknown) module.doubt ??= pairs.why;
  else for (const pair of pairs) put(module, machine.getItem(pair, 0), machine.getItem(pair, 1));
}

export function replaceAll(module: Instance, children: readonly Value[]): void {
  for (const [name] of childrenOf(module)) module.attributes.delete(name);
  append(module, children);
}
