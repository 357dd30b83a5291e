/** The SE block as a Keras layer (2 and 3, tf.keras) for [N, H, W, C]. It finds its channels when it is built. */
import type { BlockText, Words } from './blockText';
import { SUMMARY } from './blockText';

function lines(w: Words): string[] {
  const activation = w.hardSigmoid ? '' : `, activation=${w.quote(w.gate)}`;
  return [
    `class ${w.name}(${w.namespace}.Layer):`,
    `\t"""${SUMMARY}"""`,
    '',
    `\tdef __init__(self, reduction=${w.reduction}, **kwargs):`,
    '\t\tsuper().__init__(**kwargs)',
    '\t\tself.reduction = reduction',
    '',
    '\tdef build(self, input_shape):',
    '\t\tchannels = input_shape[-1]',
    '\t\thidden = max(1, channels // self.reduction)',
    `\t\tself.squeeze = ${w.namespace}.${w.squeeze}(keepdims=True)`,
    `\t\tself.fc1 = ${w.namespace}.Dense(hidden, activation=${w.quote('relu')}, use_bias=${w.bias})`,
    `\t\tself.fc2 = ${w.namespace}.Dense(channels${activation}, use_bias=${w.bias})`,
    ...(w.hardSigmoid ? [`\t\tself.relu6 = ${w.namespace}.ReLU(max_value=6.0)`] : []),
    '\t\tself.fc1.build((None, 1, 1, channels))',
    '\t\tself.fc2.build((None, 1, 1, hidden))',
    '\t\tsuper().build(input_shape)',
    '',
    '\tdef call(self, inputs):',
    '\t\tscale = self.squeeze(inputs)  # squeeze: [N, H, W, C] -> [N, 1, 1, C]',
    '\t\tscale = self.fc2(self.fc1(scale))  # excitation: C -> C/r -> C',
    ...(w.hardSigmoid ? ['\t\tscale = self.relu6(scale + 3.0) / 6.0  # hard-sigmoid'] : []),
    '\t\treturn inputs * scale',
    '',
    '\tdef get_config(self):',
    `\t\treturn {**super().get_config(), ${w.quote('reduction')}: self.reduction}`,
  ];
}

export const KERAS_BLOCK: BlockText = {
  lines,
  squeezes: { avg: 'GlobalAveragePooling2D', max: 'GlobalMaxPooling2D' },
  gates: { sigmoid: 'sigmoid', 'hard-sigmoid': '', tanh: 'tanh', relu: 'relu' },
  // Keras 2 means max(0, min(1, 0.2 x + 0.5)) by it.
  composesHardSigmoid: true,
  snippet: {
    namespace: 'layers',
    quote: '"',
    choosesBias: true,
    usage: (name) => `# Before the addition: x = ${name}()(x)   Sequential: model.add(${name}())`,
  },
};
