/** The SE block as a TensorFlow.js layer for [N, H, W, C], with types in TypeScript. It finds its channels when it is built. */
import type { SourceLanguage } from '../sourceLanguage';
import type { BlockText, Words } from './blockText';
import { SUMMARY } from './blockText';

function lines(w: Words, language: SourceLanguage): string[] {
  const typed = language === 'typescript';
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

export const TFJS_BLOCK: BlockText = {
  lines,
  squeezes: { avg: 'mean', max: 'max' },
  gates: { sigmoid: 'sigmoid', 'hard-sigmoid': '', tanh: 'tanh', relu: 'relu' },
  // tf.layers' hardSigmoid is max(0, min(1, 0.2 x + 0.5)).
  composesHardSigmoid: true,
  snippet: {
    namespace: 'tf',
    quote: "'",
    choosesBias: false,
    usage: (name) =>
      `// Before the addition: x = new ${name}().apply(x);   Sequential: model.add(new ${name}());`,
  },
};
