/** Attributes of PyTorch's layers that are arguments of their constructors: channels, features. */
import type { Opaque, Value } from '../values/values';

const CONVOLUTION = ['in_channels', 'out_channels', 'kernel_size', 'stride', 'padding'];

/** Layers by their names, and their first arguments. */
const ARGUMENTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(Lazy)?Conv(Transpose)?[123]d$/, CONVOLUTION],
  [/^Linear$/, ['in_features', 'out_features']],
  [/^(Sync)?BatchNorm([123]d)?$|^InstanceNorm[123]d$/, ['num_features']],
  [/^GroupNorm$/, ['num_groups', 'num_channels']],
  [/^LayerNorm$/, ['normalized_shape']],
  [/^Embedding$/, ['num_embeddings', 'embedding_dim']],
];

/** The argument that became the attribute; undefined where that is not known. */
export function layerAttribute(layer: Opaque, name: string): Value {
  if (!layer.callee.startsWith('torch.nn.') || layer.args.more) return undefined;
  const type = layer.callee.slice('torch.nn.'.length);
  const names = ARGUMENTS.find(([pattern]) => pattern.test(type))?.[1] ?? [];
  const at = names.indexOf(name);
  // Kernel sizes and the like become tuples; only numbers of channels stay as they were given.
  if (at < 0 || !/^(in_|out_|num_|embedding_)/.test(name)) return undefined;
  return layer.args.named.has(name) ? layer.args.named.get(name) : layer.args.positional[at];
}
