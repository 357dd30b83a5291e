/** What every module of PyTorch, Keras and Flax can do. */
import type { Value } from '../values/values';
import { Bound, Instance, Iteration, Tuple, Unknown } from '../values/values';
import { methods } from './builtins';
import type { Method } from './moduleChildren';
import { changing, childrenOf, onModule, put } from './moduleChildren';
import { FLAX_MODULE, KERAS_LAYER } from './modules';

/** Modules below a module, itself first, each once. */
function* eachModule(module: Instance, path: string, seen: Set<Instance>): Generator<[string, Value]> {
  if (seen.has(module) || seen.size > 2_000) return;
  seen.add(module);
  yield [path, module];
  for (const [name, child] of childrenOf(module)) {
    const childPath = path === '' ? name : `${path}.${name}`;
    if (child instanceof Instance) yield* eachModule(child, childPath, seen);
    else yield [childPath, child];
  }
}

const itself: Method = (_, { positional: [module] }) => module;
/** Buffers and parameters are tensors: nothing is known of them but that they are there. */
const registering: Method = (machine, { positional: [module, name] }) => {
  if (typeof name === 'string') machine.setMember(module, name, new Unknown(`the tensor \`${name}\``));
  return null;
};

const MODULE_METHODS = methods({
  add_module: changing((module, _, { positional: [, name, child] }) => {
    put(module, name, child);
    return null;
  }),
  register_module: changing((module, _, { positional: [, name, child] }) => {
    put(module, name, child);
    return null;
  }),
  children: onModule((module) => new Iteration(childrenOf(module).map(([, child]) => child))),
  named_children: onModule(
    (module) => new Iteration(childrenOf(module).map(([name, child]) => new Tuple([name, child]))),
  ),
  modules: onModule((module, machine) => {
    const all = [...eachModule(module, '', new Set())];
    machine.budget.size(all.length);
    return new Iteration(all.map(([, each]) => each));
  }),
  named_modules: onModule((module, machine) => {
    const all = [...eachModule(module, '', new Set())];
    machine.budget.size(all.length);
    return new Iteration(all.map(([name, each]) => new Tuple([name, each])));
  }),
  register_buffer: registering,
  register_parameter: registering,
  load_state_dict: () => new Unknown('what loading weights gives'),
  parameters: () => new Unknown('the parameters of a module'),
  named_parameters: () => new Unknown('the parameters of a module'),
  state_dict: () => new Unknown('the weights of a module'),
  ...Object.fromEntries(
    'to cuda cpu eval train half float double bfloat16 type requires_grad_ share_memory apply'
      .split(' ')
      .map((name) => [name, itself]),
  ),
});

/** What the library gives every module; undefined where it has nothing of that name. */
export function moduleMember(module: Instance, name: string): Value {
  const { order } = module.type;
  if (order.includes(KERAS_LAYER) || order.includes(FLAX_MODULE))
    return new Unknown(`\`${name}\` of a module`);
  const method = MODULE_METHODS.get(name);
  if (method) return new Bound(method, module);
  if (name === 'training') return true;
  return /^(register_\w+_hook|buffers|named_buffers|zero_grad|extra_repr|get_submodule|get_parameter|forward|__call__|__repr__|__str__|__init__)$/.test(
    name,
  )
    ? new Unknown(`\`${name}\` of a module`)
    : undefined;
}
