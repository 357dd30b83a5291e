/** The SE block as a Flax nnx module for [N, H, W, C]. nnx.hard_sigmoid is jax.nn's, relu6(x + 3) / 6. */
import type { BlockText, Words } from './blockText';
import { SUMMARY } from './blockText';

function lines(w: Words): string[] {
  return [
    `class ${w.name}(${w.namespace}.Module):`,
    `\t"""${SUMMARY}"""`,
    '',
    `\tdef __init__(self, channels, reduction=${w.reduction}, *, rngs):`,
    '\t\thidden = max(1, channels // reduction)',
    `\t\tself.fc1 = ${w.namespace}.Linear(channels, hidden, use_bias=${w.bias}, rngs=rngs)`,
    `\t\tself.fc2 = ${w.namespace}.Linear(hidden, channels, use_bias=${w.bias}, rngs=rngs)`,
    '',
    '\tdef __call__(self, x):',
    `\t\tscale = x.${w.squeeze}(axis=(1, 2), keepdims=True)  # squeeze: [N, H, W, C] -> [N, 1, 1, C]`,
    `\t\tscale = self.fc2(${w.namespace}.relu(self.fc1(scale)))  # excitation: C -> C/r -> C`,
    // Linear computes in float32 unless told; without the cast a bfloat16 network would go on in float32.
    `\t\treturn x * ${w.namespace}.${w.gate}(scale).astype(x.dtype)`,
  ];
}

export const FLAX_NNX_BLOCK: BlockText = {
  lines,
  squeezes: { avg: 'mean', max: 'max' },
  gates: { sigmoid: 'sigmoid', 'hard-sigmoid': 'hard_sigmoid', tanh: 'tanh', relu: 'relu' },
  composesHardSigmoid: false,
  snippet: {
    namespace: 'nnx',
    quote: '"',
    choosesBias: true,
    usage: (name) =>
      `# __init__: self.se = ${name}(channels, rngs=rngs)   __call__, before the addition: x = self.se(x)`,
  },
};
