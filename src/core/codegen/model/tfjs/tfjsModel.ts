/**
 * TensorFlow.js: an ES module with a layers model, channels last, as JavaScript or TypeScript. Layers are named by the Graph's node ids.
 */
import { compileModel } from '../../../model/compileModel';
import type { ModelSpec } from '../../../model/modelSpec';
import { describeModel } from '../description';
import type { GeneratedSource } from '../generatedSource';
import { firstHiddenDiffers, outlineOf, type Outline } from '../outline';
import { indented, lines, shortNumber } from '../sourceLines';
import { snakeName } from '../sourceNames';
import { tfjsSqueezeExcite } from './squeezeExcite';

export function tfjsModel(spec: ModelSpec, typed: boolean): GeneratedSource {
  const outline = outlineOf(compileModel(spec));
  const name = snakeName(spec.name);
  const type = (annotation: string): string => (typed ? annotation : '');
  const { epsilon, momentum } = outline.batchNorm;
  const symbolic = type(' as FeatureMap');
  const text = `/**
${indented(describeModel(spec, 'TensorFlow.js'), ' * ').replace(/^$/gm, ' *')}
 */
import * as tf from '@tensorflow/tfjs';

/** He et al. (arXiv 1502.01852); tfjs's own heNormal is truncated, which makes the weights smaller. */
function heNormal(fan${type(': number')}) {
  return tf.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(2 / fan) });
}
${outline.se ? `\n${tfjsSqueezeExcite(outline.se, typed)}\n` : ''}
${interfaces(outline, typed)}/** Convolution without bias, then batch norm. */
function convBn(${signature('x, convName, bnName, filters, kernelSize, strides', typed, true)})${type(': FeatureMap')} {
  const convolution = tf.layers.conv2d({
    filters,
    kernelSize,
    strides,
    padding: 'same',
    useBias: false,
    kernelInitializer: heNormal(kernelSize * kernelSize * filters), // fan-out
    name: convName,
  });
  const norm = tf.layers.batchNormalization({ momentum: ${momentum}, epsilon: ${shortNumber(epsilon)}, name: bnName });
  return norm.apply(convolution.apply(x))${symbolic};
}

function relu(${signature('x, name', typed)})${type(': FeatureMap')} {
  return tf.layers.reLU({ name }).apply(x)${symbolic};
}

${residualUnit(outline, typed)}

${stageFunction(outline, typed)}

${createModel(outline, name, typed)}
`;
  return {
    fileName: `${name.replaceAll('_', '-')}.${typed ? 'ts' : 'js'}`,
    languageId: typed ? 'typescript' : 'javascript',
    text,
  };
}

const PARAMETER_TYPES: Readonly<Record<string, string>> = {
  x: 'FeatureMap',
  name: 'string',
  convName: 'string',
  bnName: 'string',
  filters: 'number',
  kernelSize: 'number',
  strides: 'number',
};

/** Parameters, with their types in TypeScript; there one a line where they are many. */
function signature(names: string, typed: boolean, broken = false): string {
  if (!typed) return names;
  const parameters = names.split(', ').map((name) => `${name}: ${PARAMETER_TYPES[name]}`);
  return broken ? `\n  ${parameters.join(',\n  ')},\n` : parameters.join(', ');
}

function interfaces(outline: Outline, typed: boolean): string {
  if (!typed) return '';
  const hidden = outline.se
    ? '  /** Hidden units of the SE block; none without one. */\n  hidden?: number | undefined;\n'
    : '';
  const first = firstHiddenDiffers(outline) ? '  firstHidden?: number;\n' : '';
  const fields = '  /** Channels of the inner convolutions. */\n  width: number;\n  strides?: number;\n';
  return `type FeatureMap = tf.SymbolicTensor;\n\ninterface UnitOptions {\n${fields}${hidden}}\n\ninterface StageOptions extends UnitOptions {\n  units: number;\n${first}}\n\n`;
}

function residualUnit({ unit, se }: Outline, typed: boolean): string {
  const type = (annotation: string): string => (typed ? annotation : '');
  const convBn = (from: string, layer: number, filters: string, kernel: number, strides: string) =>
    `convBn(${from}, \`\${name}.conv${layer}\`, \`\${name}.bn${layer}\`, ${filters}, ${kernel}, ${strides})`;
  const start = se?.place === 'pre' ? 'out' : 'x';
  const first = se?.place === 'pre' ? '  out = ' : '  let out = ';
  const convolutions =
    unit.kind === 'basic'
      ? [
          `${first}${convBn(start, 1, 'width', 3, 'strides')};`,
          `  out = ${convBn('relu(out, `${name}.relu1`)', 2, 'channels', 3, '1')};`,
        ]
      : [
          `${first}${convBn(start, 1, 'width', 1, '1')};`,
          `  out = ${convBn('relu(out, `${name}.relu1`)', 2, 'width', 3, 'strides')};`,
          `  out = ${convBn('relu(out, `${name}.relu2`)', 3, 'channels', 1, '1')};`,
        ];
  const gated = (value: string) =>
    `  if (hidden) ${value} = new SqueezeExcite({ hidden, name: \`\${name}.se\` }).apply(${value})${type(' as FeatureMap')};`;
  const layers = unit.kind === 'basic' ? 'Two 3x3 convolutions' : 'A 1x1, a 3x3 and a 1x1 convolution';
  return lines(
    `/** ${layers} and a shortcut around them. */`,
    `function residualUnit(${signature('x, name', typed)}, { width, strides = 1${se ? ', hidden' : ''} }${type(': UnitOptions')})${type(': FeatureMap')} {`,
    `  const channels = width${unit.expansion === 1 ? '' : ` * ${unit.expansion}`};`,
    se?.place === 'pre' && `  let out = x;\n${gated('out')}`,
    ...convolutions,
    se?.place === 'standard' && gated('out'),
    '  let shortcut = x;',
    '  if (strides !== 1 || x.shape[3] !== channels) {',
    '    shortcut = convBn(x, `${name}.downsample.conv`, `${name}.downsample.bn`, channels, 1, strides);',
    '  }',
    se?.place === 'identity' && gated('shortcut'),
    `  out = tf.layers.add({ name: \`\${name}.add\` }).apply([out, shortcut])${type(' as FeatureMap')};`,
    se?.place === 'post' ? '  out = relu(out, `${name}.relu`);' : '  return relu(out, `${name}.relu`);',
    se?.place === 'post' && `${gated('out')}\n  return out;`,
    '}',
  );
}

function stageFunction(outline: Outline, typed: boolean): string {
  const { se } = outline;
  const type = (annotation: string): string => (typed ? annotation : '');
  const first = firstHiddenDiffers(outline);
  const fields = ['width', 'units', 'strides = 1', first && 'firstHidden', se && 'hidden'];
  const firstHidden = first ? ', hidden: firstHidden' : se ? ', hidden' : '';
  return lines(
    '/** Residual units; the first one changes the size and the channels. */',
    `function stage(${signature('x, name', typed)}, options${type(': StageOptions')})${type(': FeatureMap')} {`,
    `  const { ${fields.filter(Boolean).join(', ')} } = options;`,
    `  x = residualUnit(x, \`\${name}.0\`, { width, strides${firstHidden} });`,
    '  for (let index = 1; index < units; index++) {',
    `    x = residualUnit(x, \`\${name}.\${index}\`, { width${se ? ', hidden' : ''} });`,
    '  }',
    '  return x;',
    '}',
  );
}

function createModel(outline: Outline, name: string, typed: boolean): string {
  const { input, stem, stages, classes } = outline;
  const { height, width, channels } = input;
  const type = (annotation: string): string => (typed ? annotation : '');
  const symbolic = type(' as FeatureMap');
  const first = firstHiddenDiffers(outline);
  return lines(
    `/** Images [N, ${height}, ${width}, ${channels}] to logits [N, ${classes}]. */`,
    `export function createModel()${type(': tf.LayersModel')} {`,
    `  const inputs = tf.input({ shape: [${height}, ${width}, ${channels}], name: 'images' });`,
    `  let x = relu(convBn(inputs, 'conv1', 'bn1', ${stem.filters}, ${stem.kernel}, ${stem.stride}), 'relu1');`,
    stem.pool &&
      `  const pool = { poolSize: ${stem.pool.kernel}, strides: ${stem.pool.stride}, padding: 'same'${type(' as const')}, name: 'maxpool' };\n` +
        `  x = tf.layers.maxPooling2d(pool).apply(x)${symbolic};`,
    ...stages.map((stage) => {
      const options = [`width: ${stage.width}`, `units: ${stage.units}`];
      if (stage.stride !== 1) options.push(`strides: ${stage.stride}`);
      if (stage.hidden && first) options.push(`firstHidden: ${stage.hidden.first}`);
      if (stage.hidden) options.push(`hidden: ${stage.hidden.rest}`);
      return `  x = stage(x, 'layer${stage.number}', { ${options.join(', ')} });`;
    }),
    `  x = tf.layers.globalAveragePooling2d({ name: 'avgpool' }).apply(x)${symbolic};`,
    `  const head = tf.layers.dense({ units: ${classes}, kernelInitializer: 'glorotUniform', name: 'fc' });`,
    `  const outputs = head.apply(x)${symbolic};`,
    `  return tf.model({ inputs, outputs, name: '${name}' });`,
    '}',
  );
}
