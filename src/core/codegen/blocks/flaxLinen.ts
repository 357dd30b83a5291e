/**
 * The SE block as a Flax linen module for [N, H, W, C]. It finds its channels when it is first called, and makes its layers there.
 * nn.hard_sigmoid is jax.nn's, relu6(x + 3) / 6.
 */
import type { BlockText, Words } from './blockText';
import { SUMMARY } from './blockText';

function lines(w: Words): string[] {
  return [
    `class ${w.name}(${w.namespace}.Module):`,
    `\t"""${SUMMARY}"""`,
    '',
    `\treduction: int = ${w.reduction}`,
    '',
    `\t@${w.namespace}.compact`,
    '\tdef __call__(self, x):',
    '\t\tchannels = x.shape[-1]',
    '\t\thidden = max(1, channels // self.reduction)',
    `\t\tscale = x.${w.squeeze}(axis=(1, 2), keepdims=True)  # squeeze: [N, H, W, C] -> [N, 1, 1, C]`,
    `\t\tscale = ${w.namespace}.relu(${w.namespace}.Dense(hidden, use_bias=${w.bias})(scale))`,
    `\t\tscale = ${w.namespace}.Dense(channels, use_bias=${w.bias})(scale)  # excitation: C -> C/r -> C`,
    // Dense computes in float32 unless told; without the cast a bfloat16 network would go on in float32.
    `\t\treturn x * ${w.namespace}.${w.gate}(scale).astype(x.dtype)`,
  ];
}

export const FLAX_LINEN_BLOCK: BlockText = {
  lines,
  squeezes: { avg: 'mean', max: 'max' },
  gates: { sigmoid: 'sigmoid', 'hard-sigmoid': 'hard_sigmoid', tanh: 'tanh', relu: 'relu' },
  composesHardSigmoid: false,
  snippet: {
    namespace: 'nn',
    quote: '"',
    choosesBias: true,
    usage: (name) => `# @nn.compact, before the addition: y = ${name}()(y)   setup: self.se = ${name}()`,
  },
};
