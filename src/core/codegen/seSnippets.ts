/**
 * The text of the SE block in each framework: the one place it is written. The insert command and the `seblock`
 * completion both read it.
 *
 * Paper: Hu et al., arXiv 1709.01507 v4. Squeeze: mean over height and width. Excitation: gate(W2 relu(W1 z)),
 * W1: C -> C/r, W2: C/r -> C. Scale: multiply, broadcast over height and width.
 * Deviations: C/r is rounded down, at least 1; squeeze, gate and biases are options; hard-sigmoid is relu6(x + 3) / 6
 * (MobileNetV3, PyTorch) everywhere, because Keras 2 and tfjs mean another function by that name.
 */
import { DEFAULT_SE_OPTIONS } from './seOptions';
import type { SeOptions } from './seOptions';

export type SourceLanguage = 'python' | 'typescript' | 'javascript';
export type SourceFramework = 'pytorch' | 'keras' | 'tfjs';

export interface CodeStyle {
  /** One level of indentation: a tab or n spaces. */
  readonly indent: string;
  readonly eol: '\n' | '\r\n';
  readonly quote: '"' | "'";
  /** Whether statements end with `;` (TypeScript and JavaScript). */
  readonly semicolons: boolean;
}

export interface DefinitionRequest {
  readonly framework: SourceFramework;
  readonly language: SourceLanguage;
  readonly className: string;
  /** What the file calls `torch.nn`, `keras.layers` or the tfjs namespace, e.g. `nn`, `tf.keras.layers`, `tf`. */
  readonly namespace: string;
  readonly options: Omit<SeOptions, 'reduction'>;
  readonly style: CodeStyle;
}

/** The default r of the written class; another r is passed by its caller. */
export const DEFINITION_REDUCTION = DEFAULT_SE_OPTIONS.reduction;

/** The frameworks a file of that language can use, the likeliest first. */
export function frameworksOf(language: SourceLanguage): readonly SourceFramework[] {
  return language === 'python' ? ['pytorch', 'keras'] : ['tfjs'];
}

/** The words of a definition that an option or a snippet placeholder can change. */
interface Words {
  name: string;
  namespace: string;
  reduction: string;
  squeeze: string;
  gate: string;
  bias: string;
  hasBias: boolean;
  hardSigmoid: boolean;
  quote: (text: string) => string;
}

const SUMMARY = 'Squeeze-and-Excitation (Hu et al., arXiv 1709.01507): scales each channel by a learnt gate.';

function pytorchLines(w: Words): string[] {
  return [
    `class ${w.name}(${w.namespace}.Module):`,
    `\t"""${SUMMARY}"""`,
    '',
    `\tdef __init__(self, channels, reduction=${w.reduction}):`,
    '\t\tsuper().__init__()',
    '\t\thidden = max(1, channels // reduction)',
    `\t\tself.fc1 = ${w.namespace}.Conv2d(channels, hidden, kernel_size=1, bias=${w.bias})`,
    `\t\tself.relu = ${w.namespace}.ReLU(inplace=True)`,
    `\t\tself.fc2 = ${w.namespace}.Conv2d(hidden, channels, kernel_size=1, bias=${w.bias})`,
    `\t\tself.gate = ${w.namespace}.${w.gate}()`,
    '',
    '\tdef forward(self, x):',
    `\t\tscale = x.${w.squeeze}(dim=(2, 3), keepdim=True)  # squeeze: [N, C, H, W] -> [N, C, 1, 1]`,
    '\t\tscale = self.gate(self.fc2(self.relu(self.fc1(scale))))  # excitation: C -> C/r -> C',
    '\t\treturn x * scale',
  ];
}

function kerasLines(w: Words): string[] {
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

function tfjsLines(w: Words, typed: boolean): string[] {
  const tf = w.namespace;
  const type = (annotation: string): string => (typed ? annotation : '');
  // `override` is right with and without the compiler's noImplicitOverride.
  const override = type('override ');
  const field = (name: string, annotation: string): string[] => (typed ? [`\t${name}: ${annotation};`] : []);
  const withBias = (product: string, bias: string): string =>
    w.hasBias ? `${tf}.add(${product}, this.${bias}.read())` : product;
  const excited = withBias(`${tf}.matMul(hidden, this.w2.read())`, 'b2');
  return [
    `/** ${SUMMARY} */`,
    `class ${w.name} extends ${tf}.layers.Layer {`,
    `\tstatic className = ${w.quote(w.name)};`,
    ...field('readonly reduction', 'number'),
    ...field('w1!', `${tf}.LayerVariable`),
    ...field('w2!', `${tf}.LayerVariable`),
    ...(w.hasBias ? [...field('b1!', `${tf}.LayerVariable`), ...field('b2!', `${tf}.LayerVariable`)] : []),
    '',
    `\tconstructor(config${type(': { reduction?: number; name?: string }')} = {}) {`,
    '\t\tsuper(config);',
    `\t\tthis.reduction = config.reduction ?? ${w.reduction};`,
    '\t}',
    '',
    `\t${override}build(inputShape${type(`: ${tf}.Shape | ${tf}.Shape[]`)})${type(': void')} {`,
    `\t\tconst channels = inputShape[inputShape.length - 1]${type(' as number')};`,
    '\t\tconst hidden = Math.max(1, Math.floor(channels / this.reduction));',
    `\t\tthis.w1 = this.addWeight(${w.quote('w1')}, [channels, hidden], ${w.quote('float32')}, ${tf}.initializers.heNormal({}));`,
    `\t\tthis.w2 = this.addWeight(${w.quote('w2')}, [hidden, channels], ${w.quote('float32')}, ${tf}.initializers.heNormal({}));`,
    ...(w.hasBias
      ? [
          `\t\tthis.b1 = this.addWeight(${w.quote('b1')}, [hidden], ${w.quote('float32')}, ${tf}.initializers.zeros());`,
          `\t\tthis.b2 = this.addWeight(${w.quote('b2')}, [channels], ${w.quote('float32')}, ${tf}.initializers.zeros());`,
        ]
      : []),
    '\t\tsuper.build(inputShape);',
    '\t}',
    '',
    `\t${override}computeOutputShape(inputShape${type(`: ${tf}.Shape | ${tf}.Shape[]`)})${type(`: ${tf}.Shape | ${tf}.Shape[]`)} {`,
    '\t\treturn inputShape;',
    '\t}',
    '',
    `\t${override}call(inputs${type(`: ${tf}.Tensor | ${tf}.Tensor[]`)})${type(`: ${tf}.Tensor`)} {`,
    `\t\treturn ${tf}.tidy(() => {`,
    `\t\t\tconst x = Array.isArray(inputs) ? inputs[0]${type('!')} : inputs;`,
    `\t\t\tconst squeezed = ${tf}.${w.squeeze}(x, [1, 2]); // squeeze: [N, H, W, C] -> [N, C]`,
    `\t\t\tconst hidden = ${tf}.relu(${withBias(`${tf}.matMul(squeezed, this.w1.read())`, 'b1')});`,
    ...(w.hardSigmoid
      ? [
          `\t\t\tconst excited = ${excited}; // excitation: C -> C/r -> C`,
          `\t\t\tconst gate = ${tf}.div(${tf}.relu6(${tf}.add(excited, 3)), 6); // hard-sigmoid`,
        ]
      : [`\t\t\tconst gate = ${tf}.${w.gate}(${excited}); // excitation: C -> C/r -> C`]),
    `\t\t\treturn ${tf}.mul(x, ${tf}.reshape(gate, [-1, 1, 1, gate.shape[1]${type('!')}]));`,
    '\t\t});',
    '\t}',
    '',
    `\t${override}getConfig()${type(`: ${tf}.serialization.ConfigDict`)} {`,
    '\t\treturn { ...super.getConfig(), reduction: this.reduction };',
    '\t}',
    '}',
    `${tf}.serialization.registerClass(${w.name});`,
  ];
}

function definitionLines(framework: SourceFramework, language: SourceLanguage, words: Words): string[] {
  switch (framework) {
    case 'pytorch':
      return pytorchLines(words);
    case 'keras':
      return kerasLines(words);
    case 'tfjs':
      return tfjsLines(words, language === 'typescript');
  }
}

const GATE_WORDS: Record<SourceFramework, Record<SeOptions['gate'], string>> = {
  pytorch: { sigmoid: 'Sigmoid', 'hard-sigmoid': 'Hardsigmoid', tanh: 'Tanh', relu: 'ReLU' },
  keras: { sigmoid: 'sigmoid', 'hard-sigmoid': '', tanh: 'tanh', relu: 'relu' },
  tfjs: { sigmoid: 'sigmoid', 'hard-sigmoid': '', tanh: 'tanh', relu: 'relu' },
};

const SQUEEZE_WORDS: Record<SourceFramework, Record<SeOptions['squeeze'], string>> = {
  pytorch: { avg: 'mean', max: 'amax' },
  keras: { avg: 'GlobalAveragePooling2D', max: 'GlobalMaxPooling2D' },
  tfjs: { avg: 'mean', max: 'max' },
};

/**
 * The source of the SE block: a class that takes the channel count (PyTorch) or finds it when built (Keras, tfjs) and a
 * reduction that defaults to 16. No line end after the last line. Feature maps are [N, C, H, W] in PyTorch and
 * [N, H, W, C] in Keras and tfjs.
 */
export function seDefinition(request: DefinitionRequest): string {
  const { framework, language, className, namespace, options, style } = request;
  const words: Words = {
    name: className,
    namespace,
    reduction: String(DEFINITION_REDUCTION),
    squeeze: SQUEEZE_WORDS[framework][options.squeeze],
    gate: GATE_WORDS[framework][options.gate],
    bias: options.bias ? 'True' : 'False',
    hasBias: options.bias,
    hardSigmoid: framework !== 'pytorch' && options.gate === 'hard-sigmoid',
    quote: (text) => style.quote + text + style.quote,
  };
  return definitionLines(framework, language, words)
    .map((line) => line.replace(/^\t+/, (tabs) => style.indent.repeat(tabs.length)))
    .map((line) => (style.semicolons ? line : line.replace(/;(?= \/\/|$)/, '')))
    .join(style.eol);
}

/** Placeholders stand in as private-use characters while the rest of the text is escaped for the snippet grammar. */
const PLACEHOLDERS: Record<SourceFramework, readonly string[]> = {
  pytorch: [
    '${1:SqueezeExcite}',
    '${2:16}',
    '${3|mean,amax|}',
    '${4|Sigmoid,Hardsigmoid,Tanh,ReLU|}',
    '${5|True,False|}',
  ],
  keras: [
    '${1:SqueezeExcite}',
    '${2:16}',
    '${3|GlobalAveragePooling2D,GlobalMaxPooling2D|}',
    '${4|sigmoid,tanh,relu|}',
    '${5|True,False|}',
  ],
  tfjs: ['${1:SqueezeExcite}', '${2:16}', '${3|mean,max|}', '${4|sigmoid,tanh,relu|}'],
};

const USAGE: Record<SourceFramework, (name: string) => string> = {
  pytorch: (name) =>
    `# __init__: self.se = ${name}(channels)   forward, before the addition: out = self.se(out)`,
  keras: (name) => `# Before the addition: x = ${name}()(x)   Sequential: model.add(${name}())`,
  tfjs: (name) =>
    `// Before the addition: x = new ${name}().apply(x);   Sequential: model.add(new ${name}());`,
};

const FIRST_PLACEHOLDER = 0xe000;

/**
 * The same definition in VS Code's snippet syntax (indentation as tabs, which the editor turns into its own), with
 * placeholders for name, reduction, squeeze, gate and biases. It takes `nn`, `layers` or `tf` to be imported.
 */
export function completionSnippet(language: SourceLanguage, framework: SourceFramework): string {
  const mark = (index: number): string => String.fromCharCode(FIRST_PLACEHOLDER + index);
  const words: Words = {
    name: mark(0),
    namespace: { pytorch: 'nn', keras: 'layers', tfjs: 'tf' }[framework],
    reduction: mark(1),
    squeeze: mark(2),
    gate: mark(3),
    bias: mark(4),
    hasBias: true,
    hardSigmoid: false,
    quote: (text) => (framework === 'tfjs' ? `'${text}'` : `"${text}"`),
  };
  const lines = [...definitionLines(framework, language, words), '', USAGE[framework](mark(0)), ''];
  const seen = new Set<number>();
  const text = lines.join('\n').replace(/[\\$}]/g, '\\$&');
  const filled = text.replace(/[\ue000-\ue004]/g, (character) => {
    const index = character.charCodeAt(0) - FIRST_PLACEHOLDER;
    if (seen.has(index)) return `$${index + 1}`;
    seen.add(index);
    return PLACEHOLDERS[framework][index] ?? '';
  });
  return `${filled}$0`;
}
