/** What the head of a generated file says: the definition, the papers, and where the network departs from them. */
import { backboneLayout } from '../../model/backboneFamily';
import { stagesOf } from '../../model/backboneStages';
import { compileModel } from '../../model/compileModel';
import type { SeBlock } from '../../model/graph';
import { modelCost } from '../../model/modelCost';
import type { ModelSpec, SeSpec } from '../../model/modelSpec';
import { requireResNet } from './requireResNet';
import { lines, wrapped } from './sourceLines';
import { commentName } from './sourceNames';

const WIDTH = 100;

/**
 * Title, sources, deviations and size; no line longer than 100 characters.
 *
 * @param framework in words, e.g. "PyTorch"
 * @param notes what is particular to the framework, a sentence each
 */
export function describeModel(spec: ModelSpec, framework: string, notes: readonly string[] = []): string {
  const withSe = spec.se === 'none' ? '' : ' with squeeze-and-excitation (SE) blocks';
  const listed = [...deviations(spec), ...notes].map((item) => wrapped(`- ${item}`, WIDTH, '  '));
  return lines(
    wrapped(`${commentName(spec.name)}: a residual network${withSe}, in ${framework}.`, WIDTH),
    '',
    wrapped(`Written by SE Playground from a model definition. ${sources(spec)}`, WIDTH),
    '',
    'Where it departs from them:',
    ...listed,
    '',
    wrapped(sizes(spec), WIDTH),
  );
}

function sources(spec: ModelSpec): string {
  const { se } = spec;
  const backbone = requireResNet(spec);
  const section = backboneLayout(backbone.depth).family === 'cifar' ? 'section 4.2' : 'table 1';
  const resnet = `He et al., "Deep Residual Learning for Image Recognition" (arXiv 1512.03385), ${section}, depth ${backbone.depth}`;
  const senet = `Hu et al., "Squeeze-and-Excitation Networks" (arXiv 1709.01507 v4)`;
  return se === 'none' ? `Paper: ${resnet}.` : `Papers: ${resnet}; ${senet}.`;
}

function deviations(spec: ModelSpec): string[] {
  const { se } = spec;
  const backbone = requireResNet(spec);
  const { family, bottleneck } = backboneLayout(backbone.depth);
  const found: string[] = [];
  if (family === 'cifar') {
    found.push(
      'Where a unit changes the shape, the shortcut is a projection (1x1 convolution, batch norm); He et al. pad with zeros on CIFAR-10.',
    );
    if (bottleneck) {
      found.push(
        'The bottlenecks end with a ReLU after the addition; those of the later arXiv 1603.05027 begin with it.',
      );
    }
  } else if (bottleneck && backbone.stride === '3x3') {
    found.push('The stride of a bottleneck is in its 3x3 convolution; He et al. have it in the first 1x1.');
  }
  if (family === 'imagenet' && backbone.stem === 'cifar') {
    found.push(
      'For small images, a 3x3 convolution of stride 1 stands for the 7x7 convolution and the pooling of the stem.',
    );
  }
  found.push(
    `Padding is by TensorFlow's rule "same": with stride 2, an even size gets its odd zero after the last row and column.`,
  );
  return se === 'none' ? found : [...found, ...seDeviations(se, compileModel(spec).blocks)];
}

function seDeviations(se: SeSpec, blocks: readonly SeBlock[]): string[] {
  const found: string[] = [];
  if (se.hidden !== undefined) {
    found.push(`Every SE block has ${se.hidden} hidden units, whatever its channels.`);
  } else if (blocks.some(({ channels, hidden }) => hidden !== channels / se.reduction)) {
    const multiple = se.divisor > 1 ? `, and then up to a multiple of ${se.divisor}` : '';
    found.push(
      `The hidden units of an SE block, C / ${se.reduction}, are rounded down, to 1 or more${multiple}.`,
    );
  }
  if (!se.bias) found.push("The SE layers have no biases, as in the paper's ablations.");
  if (se.squeeze === 'max') found.push('The squeeze takes the maximum, not the mean (Table 11).');
  if (se.gate === 'hard-sigmoid') {
    found.push('The gate is the hard sigmoid, relu6(x + 3) / 6, of MobileNetV3 (arXiv 1905.02244).');
  } else if (se.gate !== 'sigmoid') {
    found.push(`The gate is ${se.gate}, not the sigmoid (Table 12).`);
  }
  if (se.place !== 'standard') found.push(`The SE blocks sit ${PLACES[se.place]} (Table 14).`);
  return found;
}

const PLACES: Readonly<Record<Exclude<SeSpec['place'], 'standard'>, string>> = {
  pre: 'before the convolutions of their units',
  post: 'after the addition and its ReLU',
  identity: 'on the shortcut',
};

function sizes(spec: ModelSpec): string {
  const { input, classes, se } = spec;
  const cost = modelCost(compileModel(spec));
  const number = (count: number) => count.toLocaleString('en-US');
  const inSe = se === 'none' ? '' : `, ${number(cost.se.params)} of them in SE blocks (${seWhere(spec, se)})`;
  return (
    `Images of ${input.height} x ${input.width} x ${input.channels} to ${classes} logits: ` +
    `${number(cost.params)} parameters${inSe}; ${number(cost.macs)} multiply-adds an image.`
  );
}

function seWhere({ backbone }: ModelSpec, se: SeSpec): string {
  const width = se.hidden === undefined ? `r = ${se.reduction}` : `${se.hidden} hidden units`;
  const stages = [...new Set(se.stages)].sort();
  if (stages.length === stagesOf(backbone).length) return width;
  return `${width}, ${stages.length === 1 ? 'stage' : 'stages'} ${stages.join(', ')} only`;
}
