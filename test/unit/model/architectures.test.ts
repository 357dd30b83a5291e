import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import { elementCount, nodeById, parameterCount, type Graph } from '../../../src/core/model/graph';
import { modelSpecSchema } from '../../../src/core/model/modelSpec';
import { stagesOf } from '../../../src/core/model/backboneStages';

type Definition = v.InferInput<typeof modelSpecSchema>;

function specOfFamily(backbone: Definition['backbone'], size: number, se: Definition['se'] = 'none') {
  const classes = size === 32 ? 10 : 1000;
  return v.parse(modelSpecSchema, {
    version: 1,
    name: 'net',
    input: { height: size, width: size },
    classes,
    backbone,
    se,
  });
}
const graphOf = (...args: Parameters<typeof specOfFamily>) => compileModel(specOfFamily(...args));

const FAMILIES: readonly Definition['backbone'][] = [
  { family: 'resnet', depth: 50, stride: '1x1' },
  { family: 'preact-resnet', depth: 20 },
  { family: 'preact-resnet', depth: 164 },
  { family: 'wide-resnet', depth: 16 },
  { family: 'resnext', depth: 29, groups: 8, groupWidth: 4 },
  { family: 'resnext', depth: 50 },
  { family: 'senet', depth: 154 },
  { family: 'vgg', depth: 16 },
  { family: 'bn-inception' },
  { family: 'inception-resnet-v2' },
  { family: 'mobilenet-v1' },
  { family: 'mobilenet-v2' },
  { family: 'mobilenet-v3' },
  { family: 'mobilenet-v3', size: 'small' },
  { family: 'shufflenet' },
  { family: 'shufflenet', groups: 8, multiplier: 0.5 },
];

describe('architectures', () => {
  const mobileNetV3 = { reduction: 4, divisor: 8, gate: 'hard-sigmoid', bias: true } as const;

  it.each<[string, Definition['backbone'], Definition['se'], number]>([
    // Counted on torchvision's networks; VGG without the biases of its convolutions.
    ['ResNet-50 with the stride in the 1x1', { depth: 50, stride: '1x1' }, 'none', 25_557_032],
    ['ResNeXt-50', { family: 'resnext', depth: 50 }, 'none', 25_028_904],
    ['MobileNetV2', { family: 'mobilenet-v2' }, 'none', 3_504_872],
    ['MobileNetV3 large', { family: 'mobilenet-v3' }, mobileNetV3, 5_483_032],
    ['MobileNetV3 small', { family: 'mobilenet-v3', size: 'small' }, mobileNetV3, 2_542_856],
    ['VGG-11', { family: 'vgg', depth: 11 }, 'none', 132_868_840 - 2_752],
    ['VGG-16', { family: 'vgg', depth: 16 }, 'none', 138_365_992 - 4_224],
    ['VGG-19', { family: 'vgg', depth: 19 }, 'none', 143_678_248 - 5_504],
    // Published with the model zoos that have them.
    ['SENet-154', { family: 'senet', depth: 154 }, { reduction: 16 }, 115_088_984],
    ['Inception-ResNet-v2', { family: 'inception-resnet-v2' }, 'none', 55_843_464],
  ])('%s for ImageNet has its published number of parameters', (_, backbone, se, parameters) => {
    expect(parameterCount(graphOf(backbone, 224, se))).toBe(parameters);
  });

  it.each<[string, Definition['backbone'], number]>([
    // Tables 1 and 2 of the papers print 1.7 M for both pre-activation nets and 11.0 M for WRN-16-8.
    ['pre-activation ResNet-110', { family: 'preact-resnet', depth: 110 }, 1.7],
    ['pre-activation ResNet-164', { family: 'preact-resnet', depth: 164 }, 1.7],
    ['WRN-16-8', { family: 'wide-resnet', depth: 16 }, 11.0],
    ['WRN-40-4', { family: 'wide-resnet', depth: 40, widen: 4 }, 8.9],
    ['WRN-28-10', { family: 'wide-resnet', depth: 28, widen: 10 }, 36.5],
    ['ResNeXt-29 (8x64d)', { family: 'resnext', depth: 29, groups: 8, groupWidth: 64 }, 34.4],
  ])('%s for CIFAR-10 has about the parameters that its paper prints', (_, backbone, millions) => {
    expect(parameterCount(graphOf(backbone, 32)) / 1e6).toBeCloseTo(millions, 1);
  });

  it.each(FAMILIES)('%o holds together on small and on large images, with SE and without', (backbone) => {
    for (const size of [32, 224]) {
      for (const se of ['none', {}] as const) expectSound(graphOf(backbone, size, se));
    }
  });

  it('has SE blocks in the chosen stages only, and stages as many as it says', () => {
    for (const backbone of FAMILIES) {
      const all = specOfFamily(backbone, 32, {});
      const stages = stagesOf(all.backbone);
      const graph = compileModel(all);
      expect(new Set(graph.nodes.map(({ stage }) => stage).filter((stage) => stage > 0))).toEqual(
        new Set(graph.nodes[0] && firstStages(graph, stages)),
      );
      const last = stages.at(-1)!;
      const only = graphOf(backbone, 32, { stages: [last] });
      expect(only.blocks.length).toBeGreaterThan(0);
      expect(only.blocks.every(({ stage }) => stage === last)).toBe(true);
      expect(only.blocks).toEqual(graph.blocks.filter(({ stage }) => stage === last));
    }
  });

  it('gates the expanded features of MobileNetV3 where its tables say so, and the branch elsewhere', () => {
    const channels = (graph: Graph) => graph.blocks.map((block) => block.channels);
    expect(channels(graphOf({ family: 'mobilenet-v3' }, 224, {}))).toEqual([
      72, 120, 120, 480, 672, 672, 960, 960,
    ]);
    expect(channels(graphOf({ family: 'shufflenet' }, 224, {})).slice(0, 5)).toEqual([
      216, 240, 240, 240, 240,
    ]);
    expect(channels(graphOf({ family: 'bn-inception' }, 224, {}))).toEqual([
      256, 320, 576, 576, 576, 608, 608, 1056, 1024, 1024,
    ]);
  });

  it('keeps channels divisible for any width multiplier', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.25, max: 2, noNaN: true }),
        fc.constantFrom('mobilenet-v1', 'mobilenet-v2', 'mobilenet-v3', 'shufflenet'),
        (multiplier, family) =>
          expectSound(graphOf({ family, multiplier } as Definition['backbone'], 32, {})),
      ),
      { numRuns: 25 },
    );
  });
});

/** Stages of units: MobileNetV3 small has no unit in its first one. */
function firstStages({ nodes }: Graph, stages: readonly number[]): number[] {
  return stages.filter((stage) => nodes.some((node) => node.stage === stage));
}

/** Order, shapes, parameters and uses of a graph, from the definition of each operation. */
function expectSound(graph: Graph): void {
  const seen = new Set<string>();
  for (const node of graph.nodes) {
    expect(seen.has(node.id)).toBe(false);
    for (const input of node.inputs) expect(seen.has(input)).toBe(true);
    seen.add(node.id);
    for (const size of node.outputShape) expect(Number.isSafeInteger(size) && size > 0).toBe(true);
    const inputs = node.inputs.map((id) => nodeById(graph, id).outputShape);
    const [first = []] = inputs;
    const { attributes } = node;
    if (attributes.op === 'conv2d') {
      const { kernel, kernelWidth, groups, filters, padding, stride } = attributes;
      expect([kernel, kernelWidth, first[2]! / groups, filters]).toEqual(node.params[0]!.shape);
      const out = (size: number, window: number) =>
        padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1;
      expect(node.outputShape).toEqual([out(first[0]!, kernel), out(first[1]!, kernelWidth), filters]);
      expect(filters % groups).toBe(0);
    }
    if (attributes.op === 'concat') {
      expect(node.outputShape[2]).toBe(inputs.reduce((sum, shape) => sum + shape[2]!, 0));
    }
    if (attributes.op === 'add') expect(inputs[0]).toEqual(inputs[1]);
    if (attributes.op === 'flatten') expect(node.outputShape).toEqual([elementCount(first)]);
    if (attributes.op === 'shuffleChannels') expect(first[2]! % attributes.groups).toBe(0);
  }
  const used = new Set(graph.nodes.flatMap((node) => node.inputs));
  expect(graph.nodes.filter(({ id }) => !used.has(id)).map(({ id }) => id)).toEqual(['fc']);
}
