/** timm's `build_model_with_cfg(model_cls, variant, pretrained, **kwargs)`, which its models and many written after them end in. */
import type { Parameter } from '../code/code';
import type { Arguments, MachineDoor, Value } from '../values/values';
import { ClassValue, FunctionValue, Unknown } from '../values/values';
import { builtin } from './builtins';

/** What it keeps for itself. */
const OWN = [
  'pretrained_cfg',
  'pretrained_cfg_overlay',
  'model_cfg',
  'feature_cfg',
  'pretrained_strict',
  'pretrained_filter_fn',
  'pretrained_custom_load',
  'cache_dir',
  'kwargs_filter',
  'default_cfg',
  'pruned',
  'features_only',
  'out_indices',
  'feature_cls',
];

/** What it takes from tables of weights where the caller says nothing. */
const FROM_TABLES = ['num_classes', 'in_chans', 'img_size', 'global_pool'];

function buildModel(
  machine: MachineDoor,
  { positional: [model, variant, ...more], named }: Arguments,
): Value {
  const own = new Map(named);
  const config = own.get('model_cfg') ?? null;
  for (const name of OWN) own.delete(name);
  if (variant === undefined) own.delete('variant');
  if (more.length === 0) own.delete('pretrained');
  if (config !== null) own.set('cfg', config);
  const accepted = constructorParameters(model).map(({ name }) => name);
  for (const name of FROM_TABLES) {
    if (!own.has(name) && accepted.includes(name)) own.set(name, new Unknown(`\`${name}\` of the weights`));
  }
  return machine.call(model, { positional: [], named: own, more: null });
}

function constructorParameters(model: Value): readonly Parameter[] {
  if (model instanceof FunctionValue) return model.code.parameters;
  const own =
    model instanceof ClassValue ? model.order.find((type) => type.attributes.has('__init__')) : null;
  const construct = own?.attributes.get('__init__');
  return construct instanceof FunctionValue ? construct.code.parameters : [];
}

const PATHS = ['timm.models.build_model_with_cfg', 'timm.models.helpers.build_model_with_cfg'].concat(
  ['timm.models._builder', '._builder', '.helpers'].map((module) => `${module}.build_model_with_cfg`),
);

export const TIMM_LIBRARY = PATHS.map((path): [string, Value] => [
  path,
  builtin('build_model_with_cfg', buildModel),
]);
