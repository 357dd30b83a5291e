import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import { nodeById, type Graph, type GraphNode, type Shape } from '../../../src/core/model/graph';
import { hiddenWidth } from '../../../src/core/model/hiddenWidth';
import { GATES, PLACES, SQUEEZES } from '../../../src/core/model/modelSpec';
import { BACKBONE_DEPTHS, STEMS } from '../../../src/core/model/backboneFamily';
import { specOf } from './definitionFixture';

const specs = fc.record({
  depth: fc.constantFrom(...BACKBONE_DEPTHS),
  stem: fc.constantFrom(undefined, ...STEMS),
  width: fc.integer({ min: 4, max: 24 }),
  height: fc.integer({ min: 8, max: 80 }),
  place: fc.constantFrom(...PLACES),
  squeeze: fc.constantFrom(...SQUEEZES),
  gate: fc.constantFrom(...GATES),
  bias: fc.boolean(),
  reduction: fc.constantFrom(1, 2, 4, 8, 16),
  stages: fc.constantFrom<number[] | undefined>(undefined, [1], [2], [3], [1, 3], [2, 3]),
});
const compiled = specs.map(({ depth, width, stem, height, ...se }) =>
  compileModel(
    specOf(depth, se, { backbone: { depth, width, stem }, input: { height, width: height, channels: 3 } }),
  ),
);

/** Shape rules written down again from the definition of each operation. */
function expectedShape(graph: Graph, node: GraphNode): Shape {
  const inputs = node.inputs.map((id) => nodeById(graph, id).outputShape);
  const [first = []] = inputs;
  const { attributes } = node;
  switch (attributes.op) {
    case 'input':
      return graph.inputShape;
    case 'maxPool': {
      const out = (size: number) => Math.floor((size - 1) / attributes.stride) + 1;
      return [out(first[0]!), out(first[1]!), first[2]!];
    }
    case 'conv2d': {
      const out = (size: number) => Math.floor((size - 1) / attributes.stride) + 1;
      return [out(first[0]!), out(first[1]!), attributes.filters];
    }
    case 'add':
      expect(inputs[1]).toEqual(first);
      return first;
    case 'globalAveragePool':
      return [first[2]!];
    case 'dense':
      return [attributes.units];
    case 'batchNorm':
    case 'relu':
    case 'squeezeExcite':
      return first;
    default:
      throw new RangeError(`A ResNet has no ${attributes.op}`);
  }
}

describe('compileModel', () => {
  it('gives a graph whose order, shapes and names hold together, for any spec', () => {
    fc.assert(
      fc.property(compiled, (graph) => {
        const seen = new Set<string>();
        for (const node of graph.nodes) {
          expect(seen.has(node.id)).toBe(false);
          for (const input of node.inputs) expect(seen.has(input)).toBe(true);
          seen.add(node.id);
          expect(node.outputShape).toEqual(expectedShape(graph, node));
          for (const param of node.params) expect(param.name).toBe(`${node.id}.${param.role}`);
        }
        // Every node but the last is used, so nothing is built in vain.
        const used = new Set(graph.nodes.flatMap((node) => node.inputs));
        expect(graph.nodes.filter((node) => !used.has(node.id)).map((node) => node.id)).toEqual(['fc']);
        expect(graph.nodes.at(-1)!.outputShape).toEqual([10]);
      }),
      { numRuns: 30 },
    );
  });

  it('has an SE block in every unit of the chosen stages and nowhere else', () => {
    fc.assert(
      fc.property(compiled, (graph) => {
        const fromNodes = graph.nodes.filter((node) => node.attributes.op === 'squeezeExcite');
        expect(graph.blocks.map((block) => block.id)).toEqual(fromNodes.map((node) => node.id));
        for (const block of graph.blocks) {
          const node = nodeById(graph, block.id);
          expect(block).toMatchObject({ id: `${node.unit}.se`, stage: node.stage, unit: node.unit });
          expect(node.outputShape[2]).toBe(block.channels);
          expect(node.attributes).toMatchObject({ hidden: block.hidden });
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [8, 1],
    [14, 2],
    [20, 3],
    [32, 5],
    [44, 7],
    [56, 9],
    [110, 18],
    [164, 18],
  ] as const)('counts weighted layers so that ResNet-%i has %i units a stage', (depth, units) => {
    const graph = compileModel(specOf(depth));
    const layers = graph.nodes.filter(
      (node) =>
        node.attributes.op === 'dense' ||
        (node.attributes.op === 'conv2d' && !node.id.includes('downsample')),
    );
    expect(layers).toHaveLength(depth);
    for (const stage of [1, 2, 3]) {
      const names = new Set(graph.nodes.filter((node) => node.stage === stage).map((node) => node.unit));
      expect([...names]).toEqual(Array.from({ length: units }, (_, index) => `layer${stage}.${index}`));
    }
  });

  it.each([
    [18, [2, 2, 2, 2], 2],
    [34, [3, 4, 6, 3], 2],
    [50, [3, 4, 6, 3], 3],
    [101, [3, 4, 23, 3], 3],
    [152, [3, 8, 36, 3], 3],
  ] as const)('gives ResNet-%i the units of table 1 of He et al., %o', (depth, units, convolutions) => {
    const graph = compileModel(specOf(depth));
    const isConvolution = (node: GraphNode) => node.attributes.op === 'conv2d';
    const main = graph.nodes.filter((node) => isConvolution(node) && !node.id.includes('downsample'));
    expect(main).toHaveLength(depth - 1);
    units.forEach((count, before) => {
      const stage = main.filter((node) => node.stage === before + 1);
      const names = new Set(stage.map((node) => node.unit));
      expect([...names]).toEqual(Array.from({ length: count }, (_, index) => `layer${before + 1}.${index}`));
      expect(stage).toHaveLength(count * convolutions);
    });
    expect(Math.max(...graph.nodes.map(({ stage }) => stage))).toBe(4);
  });

  it('has the output sizes of table 1 of He et al. on images of 224 x 224', () => {
    const input = { height: 224, width: 224 };
    const shapes = (depth: 34 | 50) => {
      const graph = compileModel(specOf(depth, 'none', { input, classes: 1000 }));
      const ends = ['relu1', 'maxpool', 'layer1.2.relu', 'layer2.3.relu', 'layer3.5.relu', 'layer4.2.relu'];
      return [...ends, 'avgpool', 'fc'].map((id) => nodeById(graph, id).outputShape);
    };
    const stem = [
      [112, 112, 64],
      [56, 56, 64],
    ];
    expect(shapes(34)).toEqual([
      ...stem,
      [56, 56, 64],
      [28, 28, 128],
      [14, 14, 256],
      [7, 7, 512],
      [512],
      [1000],
    ]);
    expect(shapes(50)).toEqual([
      ...stem,
      [56, 56, 256],
      [28, 28, 512],
      [14, 14, 1024],
      [7, 7, 2048],
      [2048],
      [1000],
    ]);
  });

  it('starts with the stem that is asked for', () => {
    const stem = (name: (typeof STEMS)[number]) =>
      compileModel(specOf(18, 'none', { backbone: { depth: 18, stem: name } }))
        .nodes.filter(({ stage, inputs }) => stage === 0 && inputs.length > 0)
        .map(({ id, attributes, outputShape }) => [id, attributes, outputShape] as const)
        .slice(0, -2);
    const convolution = { op: 'conv2d', filters: 64, padding: 'same', groups: 1, bias: false };
    expect(stem('cifar').map(([id]) => id)).toEqual(['conv1', 'bn1', 'relu1']);
    expect(stem('cifar')[0]![1]).toEqual({ ...convolution, kernel: 3, kernelWidth: 3, stride: 1 });
    const [first, , , last] = stem('imagenet');
    expect(first!.slice(1)).toEqual([{ ...convolution, kernel: 7, kernelWidth: 7, stride: 2 }, [16, 16, 64]]);
    expect(last).toEqual(['maxpool', { op: 'maxPool', kernel: 3, stride: 2, padding: 'same' }, [8, 8, 64]]);
  });

  it('halves the image and doubles the channels at stages 2 and 3', () => {
    const graph = compileModel(specOf(20));
    expect(nodeById(graph, 'relu1').outputShape).toEqual([32, 32, 16]);
    expect(nodeById(graph, 'layer1.2.relu').outputShape).toEqual([32, 32, 16]);
    expect(nodeById(graph, 'layer2.2.relu').outputShape).toEqual([16, 16, 32]);
    expect(nodeById(graph, 'layer3.2.relu').outputShape).toEqual([8, 8, 64]);
    expect(nodeById(graph, 'avgpool').outputShape).toEqual([64]);
  });

  it('projects the shortcut only where the shape changes', () => {
    const projections = (depth: 18 | 20 | 50 | 164) =>
      compileModel(specOf(depth))
        .nodes.filter((node) => node.id.endsWith('downsample.conv'))
        .map((node) => [node.unit, node.attributes.op === 'conv2d' && node.attributes.stride]);
    expect(projections(20)).toEqual([
      ['layer2.0', 2],
      ['layer3.0', 2],
    ]);
    expect(projections(18)).toEqual([
      ['layer2.0', 2],
      ['layer3.0', 2],
      ['layer4.0', 2],
    ]);
    expect(projections(50)[0]).toEqual(['layer1.0', 1]);
    expect(projections(164)).toEqual([
      ['layer1.0', 1],
      ['layer2.0', 2],
      ['layer3.0', 2],
    ]);
  });

  it('builds a bottleneck unit of 1x1, 3x3 with the stride, 1x1 to four times the width', () => {
    const graph = compileModel(specOf(164));
    const convolution = (id: string) => {
      const { attributes } = nodeById(graph, `layer2.0.${id}`);
      return attributes.op === 'conv2d' ? [attributes.kernel, attributes.stride, attributes.filters] : [];
    };
    expect([convolution('conv1'), convolution('conv2'), convolution('conv3')]).toEqual([
      [1, 1, 32],
      [3, 2, 32],
      [1, 1, 128],
    ]);
  });

  it.each([
    // [place, what SE reads, who reads SE, what `add` reads]
    ['standard', 'layer2.0.bn2', ['layer2.0.add'], ['layer2.0.se', 'layer2.0.downsample.bn']],
    ['pre', 'layer1.0.relu', ['layer2.0.conv1'], ['layer2.0.bn2', 'layer2.0.downsample.bn']],
    [
      'post',
      'layer2.0.relu',
      ['layer3.0.conv1', 'layer3.0.downsample.conv'],
      ['layer2.0.bn2', 'layer2.0.downsample.bn'],
    ],
    ['identity', 'layer2.0.downsample.bn', ['layer2.0.add'], ['layer2.0.bn2', 'layer2.0.se']],
  ] as const)('wires the %s place as in figure 5 of the paper', (place, reads, readers, sum) => {
    const graph = compileModel(specOf(8, { place, stages: [2] }));
    expect(nodeById(graph, 'layer2.0.se').inputs).toEqual([reads]);
    const found = graph.nodes.filter((node) => node.inputs.includes('layer2.0.se')).map((node) => node.id);
    expect(found).toEqual(readers);
    expect(nodeById(graph, 'layer2.0.add').inputs).toEqual(sum);
    expect(nodeById(graph, 'layer2.0.relu').inputs).toEqual(['layer2.0.add']);
  });

  it('leaves the shortcut of the pre place ungated', () => {
    const graph = compileModel(specOf(8, { place: 'pre' }));
    expect(nodeById(graph, 'layer1.0.add').inputs).toEqual(['layer1.0.bn2', 'relu1']);
    expect(nodeById(graph, 'layer2.0.downsample.conv').inputs).toEqual(['layer1.0.relu']);
  });

  it('gives both arms of a pair the same common parameters', () => {
    const shapes = (graph: Graph) =>
      new Map(graph.nodes.flatMap((node) => node.params.map((param) => [param.name, param.shape] as const)));
    const plain = shapes(compileModel(specOf(20)));
    const gated = shapes(compileModel(specOf(20, { place: 'identity' })));
    for (const [name, shape] of plain) expect(gated.get(name)).toEqual(shape);
    const extra = [...gated.keys()].filter((name) => !plain.has(name));
    expect(extra.every((name) => /^layer[123]\.[012]\.se\.(w1|b1|w2|b2)$/.test(name))).toBe(true);
    expect(extra).toHaveLength(9 * 4);
  });

  it('describes the parameters of each kind of node', () => {
    const graph = compileModel(specOf(8, { reduction: 4, bias: true }));
    const params = (id: string) => nodeById(graph, id).params.map(({ name: _name, ...rest }) => rest);
    expect(params('layer1.0.se')).toEqual([
      { role: 'w1', shape: [16, 4], trainable: true, decay: true, init: 'heNormal' },
      { role: 'b1', shape: [4], trainable: true, decay: false, init: 'zeros' },
      { role: 'w2', shape: [4, 16], trainable: true, decay: true, init: 'glorotUniform' },
      { role: 'b2', shape: [16], trainable: true, decay: false, init: 'zeros' },
    ]);
    expect(params('bn1')).toEqual([
      { role: 'gamma', shape: [16], trainable: true, decay: false, init: 'ones' },
      { role: 'beta', shape: [16], trainable: true, decay: false, init: 'zeros' },
      { role: 'movingMean', shape: [16], trainable: false, decay: false, init: 'zeros' },
      { role: 'movingVariance', shape: [16], trainable: false, decay: false, init: 'ones' },
    ]);
    expect(params('layer2.0.conv1')).toEqual([
      { role: 'weight', shape: [3, 3, 16, 32], trainable: true, decay: true, init: 'heNormal' },
    ]);
    expect(params('fc').map(({ role, shape, decay }) => [role, shape, decay])).toEqual([
      ['weight', [64, 10], true],
      ['bias', [10], false],
    ]);
    expect(nodeById(graph, 'bn1').attributes).toEqual({ op: 'batchNorm', epsilon: 1e-5, momentum: 0.9 });
  });

  it('drops both SE biases when asked to', () => {
    const graph = compileModel(specOf(8, { bias: false }));
    expect(nodeById(graph, 'layer1.0.se').params.map((param) => param.role)).toEqual(['w1', 'w2']);
  });
});

describe('hiddenWidth', () => {
  it.each([
    [{ reduction: 16, divisor: 1 }, 64, 4],
    [{ reduction: 16, divisor: 1 }, 16, 1],
    [{ reduction: 16, divisor: 1 }, 8, 1],
    [{ reduction: 3, divisor: 1 }, 16, 5],
    [{ reduction: 2.5, divisor: 1 }, 16, 6],
    [{ reduction: 16, divisor: 8 }, 64, 8],
    [{ reduction: 4, divisor: 8 }, 36, 16],
    [{ reduction: 4, divisor: 8 }, 32, 8],
    [{ reduction: 4, divisor: 8, hidden: 5 }, 64, 5],
  ])('%o of %i channels is %i', (se, channels, expected) => {
    expect(hiddenWidth(se, channels)).toBe(expected);
  });
});
