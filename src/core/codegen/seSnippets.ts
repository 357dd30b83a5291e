/**
 * The text of the SE block in each framework, one file each in `blocks/`: the one place it is written. The insert
 * command and the `seblock` completion both read it.
 *
 * Paper: Hu et al., arXiv 1709.01507 v4. Squeeze: mean over height and width. Excitation: gate(W2 relu(W1 z)),
 * W1: C -> C/r, W2: C/r -> C. Scale: multiply, broadcast over height and width.
 * Deviations: C/r is rounded down, at least 1; squeeze, gate and biases are options; hard-sigmoid is relu6(x + 3) / 6
 * (MobileNetV3, PyTorch, JAX) everywhere, because Keras 2 and tfjs mean another function by that name.
 */
import type { BlockText, Words } from './blocks/blockText';
import { FLAX_LINEN_BLOCK } from './blocks/flaxLinen';
import { FLAX_NNX_BLOCK } from './blocks/flaxNnx';
import { KERAS_BLOCK } from './blocks/keras';
import { PYTORCH_BLOCK } from './blocks/pytorch';
import { TFJS_BLOCK } from './blocks/tfjs';
import { DEFAULT_SE_OPTIONS } from './seOptions';
import type { SeOptions } from './seOptions';
import type { SourceFramework, SourceLanguage } from './sourceLanguage';

export type { SourceFramework, SourceLanguage } from './sourceLanguage';
export { FRAMEWORK_NAMES, frameworksOf } from './sourceLanguage';

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
  /** What the file calls `torch.nn`, `keras.layers`, `flax.linen`, `flax.nnx` or the tfjs namespace, e.g. `nn`, `tf.keras.layers`, `tf`. */
  readonly namespace: string;
  readonly options: Omit<SeOptions, 'reduction'>;
  readonly style: CodeStyle;
}

/** The default r of the written class; another r is passed by its caller. */
export const DEFINITION_REDUCTION = DEFAULT_SE_OPTIONS.reduction;

const BLOCKS: Readonly<Record<SourceFramework, BlockText>> = {
  pytorch: PYTORCH_BLOCK,
  keras: KERAS_BLOCK,
  'flax-linen': FLAX_LINEN_BLOCK,
  'flax-nnx': FLAX_NNX_BLOCK,
  tfjs: TFJS_BLOCK,
};

/**
 * The source of the SE block: a class that takes the channel count (PyTorch, nnx) or finds it when built (Keras, linen,
 * tfjs) and a reduction that defaults to 16. No line end after the last line. Feature maps are [N, C, H, W] in PyTorch
 * and [N, H, W, C] in the others.
 */
export function seDefinition(request: DefinitionRequest): string {
  const { framework, language, className, namespace, options, style } = request;
  const block = BLOCKS[framework];
  const words: Words = {
    name: className,
    namespace,
    reduction: String(DEFINITION_REDUCTION),
    squeeze: block.squeezes[options.squeeze],
    gate: block.gates[options.gate],
    bias: options.bias ? 'True' : 'False',
    hasBias: options.bias,
    hardSigmoid: block.composesHardSigmoid && options.gate === 'hard-sigmoid',
    quote: (text) => style.quote + text + style.quote,
  };
  return block
    .lines(words, language)
    .map((line) => line.replace(/^\t+/, (tabs) => style.indent.repeat(tabs.length)))
    .map((line) => (style.semicolons ? line : line.replace(/;(?= \/\/|$)/, '')))
    .join(style.eol);
}

/** VS Code's placeholders for name, reduction, squeeze, gate and biases, in that order. */
function placeholders({ squeezes, gates, snippet }: BlockText): string[] {
  const choice = (id: number, words: readonly string[]): string =>
    `\${${id}|${words.filter((word) => word !== '').join(',')}|}`;
  return [
    '${1:SqueezeExcite}',
    `\${2:${DEFINITION_REDUCTION}}`,
    choice(3, Object.values(squeezes)),
    choice(4, Object.values(gates)),
    ...(snippet.choosesBias ? [choice(5, ['True', 'False'])] : []),
  ];
}

/** Placeholders stand in as private-use characters while the rest of the text is escaped for the snippet grammar. */
const FIRST_PLACEHOLDER = 0xe000;

/**
 * The same definition in VS Code's snippet syntax (indentation as tabs, which the editor turns into its own), with
 * placeholders for name, reduction, squeeze, gate and biases. It takes `nn`, `layers`, `nnx` or `tf` to be imported.
 */
export function completionSnippet(language: SourceLanguage, framework: SourceFramework): string {
  const block = BLOCKS[framework];
  const { namespace, quote, usage } = block.snippet;
  const mark = (index: number): string => String.fromCharCode(FIRST_PLACEHOLDER + index);
  const words: Words = {
    name: mark(0),
    namespace,
    reduction: mark(1),
    squeeze: mark(2),
    gate: mark(3),
    bias: mark(4),
    hasBias: true,
    hardSigmoid: false,
    quote: (text) => quote + text + quote,
  };
  const filling = placeholders(block);
  const lines = [...block.lines(words, language), '', usage(mark(0)), ''];
  const seen = new Set<number>();
  const text = lines.join('\n').replace(/[\\$}]/g, '\\$&');
  const filled = text.replace(/[\ue000-\ue004]/g, (character) => {
    const index = character.charCodeAt(0) - FIRST_PLACEHOLDER;
    if (seen.has(index)) return `$${index + 1}`;
    seen.add(index);
    return filling[index] ?? '';
  });
  return `${filled}$0`;
}
