/** The base classes and containers of PyTorch, Keras and Flax. */
import { Raised } from '../values/limits';
import { asNumber } from '../values/numbers';
import { opaqueCall } from '../values/opaqueCall';
import type { Arguments, ClassRole, MachineDoor, Value } from '../values/values';
import {
  Builtin,
  ClassValue,
  Dict,
  Instance,
  Iteration,
  List,
  Slice,
  Tuple,
  Unknown,
} from '../values/values';
import { methods } from './builtins';
import type { Method } from './moduleChildren';
import {
  addNamed,
  append,
  appendAll,
  changing,
  childrenOf,
  onModule,
  put,
  replaceAll,
} from './moduleChildren';

function container(
  path: string,
  table: Readonly<Record<string, Method>>,
  base: ClassValue,
  role: ClassRole,
): ClassValue {
  const type = new ClassValue(path.slice(path.lastIndexOf('.') + 1), path, role, null);
  type.order = [type, ...base.order];
  type.attributes = new Map<string, Value>(methods(table));
  return type;
}

const PLAIN = new ClassValue('object', '', 'plain', null);

export const TORCH_MODULE = container('torch.nn.Module', { __init__: () => null }, PLAIN, 'module');

const getChild = onModule((module, machine, { positional: [, index] }) => {
  const children = childrenOf(module);
  if (module.doubt !== null) return new Unknown(module.doubt, 'holds');
  if (index instanceof Slice) {
    const items = machine.getItem(new List(children.map(([, child]) => child)), index);
    const part = new Instance(module.type, null);
    if (items instanceof List) append(part, items.items);
    else part.doubt = 'the bounds of a slice';
    return part;
  }
  if (typeof index === 'string') {
    const named = children.find(([name]) => name === index);
    if (!named) throw new Raised('KeyError', index);
    return named[1];
  }
  const at = asNumber(index);
  if (at === null) return new Unknown('which child is meant', 'holds');
  const found = children.at(at);
  if (!found) throw new Raised('IndexError', `[${at}]`);
  return found[1];
});

const setChild = changing((module, _, { positional: [, index, child] }) => {
  const at = asNumber(index);
  const name = at === null ? index : (childrenOf(module).at(at)?.[0] ?? String(at));
  put(module, name, child);
  return null;
});

const SEQUENCE: Readonly<Record<string, Method>> = {
  append: changing((module, _, { positional: [, child] }) => {
    append(module, [child]);
    return module;
  }),
  add: changing((module, _, { positional: [, child] }) => {
    append(module, [child]);
    return null;
  }),
  extend: changing((module, machine, { positional: [, source] }) => {
    appendAll(module, machine, source);
    return module;
  }),
  __iadd__: changing((module, machine, { positional: [, source] }) => {
    appendAll(module, machine, source);
    return module;
  }),
  __add__: onModule((module, machine, { positional: [, source] }) => {
    const sum = new Instance(module.type, null);
    machine.made(sum);
    sum.doubt = module.doubt;
    append(
      sum,
      childrenOf(module).map(([, child]) => child),
    );
    appendAll(sum, machine, source);
    return sum;
  }),
  insert: changing((module, _, { positional: [, index, child] }) => {
    const children = childrenOf(module).map(([, each]) => each);
    const at = asNumber(index);
    if (at === null) module.doubt ??= 'where a module is inserted is not known';
    children.splice(at ?? 0, 0, child);
    replaceAll(module, children);
    return module;
  }),
  pop: changing((module, _, { positional: [, index = -1] }) => {
    const children = childrenOf(module).map(([, each]) => each);
    const at = asNumber(index);
    if (at === null || module.doubt !== null) {
      module.doubt ??= 'which module is taken is not known';
      return new Unknown(module.doubt, 'holds');
    }
    const [taken] = children.splice(at, 1);
    replaceAll(module, children);
    return taken;
  }),
  __getitem__: getChild,
  __setitem__: setChild,
  __len__: onModule((module) =>
    module.doubt === null ? childrenOf(module).length : new Unknown(module.doubt),
  ),
  __iter__: onModule((module) => new Iteration(childrenOf(module).map(([, child]) => child))),
};

const BY_NAME: Readonly<Record<string, Method>> = {
  keys: onModule((module) => new List(childrenOf(module).map(([name]) => name))),
  values: onModule((module) => new List(childrenOf(module).map(([, child]) => child))),
  items: onModule((module) => new List(childrenOf(module).map(([name, child]) => new Tuple([name, child])))),
  update: changing((module, machine, { positional: [, source] }) => {
    addNamed(module, machine, source);
    return null;
  }),
  pop: changing((module, machine, { positional: [, name] }) => {
    const child = machine.getItem(module, name);
    if (typeof name === 'string') module.attributes.delete(name);
    else module.doubt ??= 'which module is taken is not known';
    return child;
  }),
  __getitem__: getChild,
  __setitem__: setChild,
  __contains__: onModule((module, _, { positional: [, name] }) =>
    childrenOf(module).some(([each]) => each === name),
  ),
  __len__: onModule((module) => childrenOf(module).length),
  __iter__: onModule((module) => new Iteration(childrenOf(module).map(([name]) => name))),
};

/** Their constructors take an unknown number of modules too. */
function withConstructor(
  type: ClassValue,
  run: (module: Instance, machine: MachineDoor, args: Arguments) => void,
): ClassValue {
  const construct = new Builtin('__init__', (machine, args) => {
    const [module] = args.positional;
    if (!(module instanceof Instance)) return null;
    machine.journal.touch(module);
    run(module, machine, args);
    if (args.more) {
      module.doubt ??= args.more.why;
      append(module, [args.more]);
    }
    return null;
  });
  type.attributes.set('__init__', construct);
  return type;
}

export const SEQUENTIAL = withConstructor(
  container('torch.nn.Sequential', SEQUENCE, TORCH_MODULE, 'container'),
  (module, machine, { positional: [, ...children] }) => {
    if (children.length === 1 && children[0] instanceof Dict) addNamed(module, machine, children[0]);
    else append(module, children);
  },
);

export const MODULE_LIST = withConstructor(
  container('torch.nn.ModuleList', SEQUENCE, TORCH_MODULE, 'container'),
  (module, machine, { positional: [, source], named }) => {
    const modules = source ?? named.get('modules') ?? null;
    if (modules !== null) appendAll(module, machine, modules);
  },
);

export const MODULE_DICT = withConstructor(
  container('torch.nn.ModuleDict', BY_NAME, TORCH_MODULE, 'container'),
  (module, machine, { positional: [, source], named }) => {
    const modules = source ?? named.get('modules') ?? null;
    if (modules !== null) addNamed(module, machine, modules);
  },
);

export const KERAS_LAYER = container('keras.layers.Layer', { __init__: () => null }, PLAIN, 'module');

/** Also the network that `Model(inputs, outputs)` makes: its layers are found by how they were called, not in it. */
export const KERAS_MODEL = container('keras.Model', {}, KERAS_LAYER, 'module');
KERAS_MODEL.attributes.set(
  '__init__',
  new Builtin('__init__', (_, args) => {
    const [model, ...given] = args.positional;
    if (model instanceof Instance) model.native = opaqueCall('keras.Model', { ...args, positional: given });
    return null;
  }),
);

export const KERAS_SEQUENTIAL = withConstructor(
  container('keras.Sequential', SEQUENCE, KERAS_LAYER, 'container'),
  (module, machine, { positional: [, source], named }) => {
    const layers = source ?? named.get('layers') ?? null;
    if (layers !== null) appendAll(module, machine, layers);
  },
);

/** Its subclasses are data classes, and calling them makes their parts. */
export const FLAX_MODULE = container('flax.linen.Module', {}, PLAIN, 'module');
FLAX_MODULE.hasFields = true;

/** `DataParallel` and the like: a module around another, which is its child `module`. */
export const WRAPPER = withConstructor(
  container('torch.nn.DataParallel', {}, TORCH_MODULE, 'container'),
  (module, _, { positional: [, inner] }) => put(module, 'module', inner),
);
