import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/core/model/graph';
import type { SeSpec } from '../../../src/core/model/modelSpec';
import { GATES, PLACES } from '../../../src/core/model/modelSpec';
import type { Network } from '../../../webview/engine/network/buildNetwork';
import { buildNetwork } from '../../../webview/engine/network/buildNetwork';
import { softmaxCrossEntropy } from '../../../webview/engine/kernels/softmaxCrossEntropy';
import type { Float64Images } from '../support/float64Image';
import { randomArray } from '../support/randomArray';
import { channelStatistics } from '../support/referenceBatchNorm';
import type { ParameterValues } from '../support/referenceNetwork';
import { referenceForward, referenceGradients } from '../support/referenceNetwork';
import { relativeError } from '../support/relativeError';
import { randomValues, smallGraph } from '../support/smallNetwork';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

const LABELS = [0, 3, 1, 1];
const SMOOTHING = 0.1;

function imagesOf(graph: Graph, batch: number): Float64Images {
  const shape = [batch, ...graph.inputShape] as [number, number, number, number];
  return {
    shape,
    data: randomArray(
      shape.reduce((a, b) => a * b),
      5,
      'images',
    ),
  };
}

const tensorOf = ({ shape, data }: Float64Images) => tf.tensor4d(Float32Array.from(data), [...shape]);

function setValues(network: Network, values: ParameterValues): void {
  for (const { info, variable } of network.parameters) {
    tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(values.get(info.name)!), [...info.shape])));
  }
}

/** One plain gradient step; gives the loss. */
function step(network: Network, images: tf.Tensor4D): number {
  return tf.tidy(() => {
    const trainable = network.parameters.filter(({ info }) => info.trainable).map(({ variable }) => variable);
    const labels = tf.tensor1d(LABELS, 'int32');
    const { value, grads } = tf.variableGrads(
      () => softmaxCrossEntropy(network.forward(images, { training: true }), labels, SMOOTHING),
      trainable,
    );
    for (const variable of trainable) variable.assign(tf.sub(variable, tf.mul(grads[variable.name]!, 0.1)));
    return value.dataSync()[0]!;
  });
}

describe('gradients of a whole network against float64 loops', () => {
  const variants: { se: Partial<SeSpec> | 'none'; stem?: 'imagenet' }[] = [
    { se: 'none' },
    ...PLACES.map((place) => ({ se: { place } })),
    ...GATES.map((gate) => ({ se: { gate, bias: false } })),
    { se: { squeeze: 'max', stages: [2] } },
    { se: {}, stem: 'imagenet' },
  ];
  it.each(variants)('%o', ({ se, stem }) => {
    const graph = smallGraph({ se, width: 4, size: stem ? 25 : 9, stem });
    const images = imagesOf(graph, LABELS.length);
    const values = randomValues(graph, 21);
    const expected = referenceGradients(graph, values, images, LABELS, SMOOTHING);
    // A ReLU input nearer to zero than float32 can tell flips its mask and looks like a wrong gradient.
    expect(expected.forward.nearestKink).toBeGreaterThan(2e-6);
    const network = buildNetwork(graph, 1);
    setValues(network, values);
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() =>
        softmaxCrossEntropy(
          network.forward(tensorOf(images), { training: true }),
          tf.tensor1d(LABELS, 'int32'),
          SMOOTHING,
        ),
      );
      expect(relativeError(value.dataSync(), [expected.loss])).toBeLessThan(1e-5);
      const trainable = network.parameters.filter(({ info }) => info.trainable);
      expect(trainable.map(({ info }) => info.name).sort()).toEqual([...expected.gradients.keys()].sort());
      for (const { info, variable } of trainable) {
        const gradient = grads[variable.name]!.dataSync();
        expect(relativeError(gradient, expected.gradients.get(info.name)!), info.name).toBeLessThan(1e-4);
      }
    });
    network.dispose();
  });
});

describe('a network', () => {
  const graph = smallGraph({ se: {}, width: 4, size: 8 });

  it('computes logits and gates with the moving statistics in inference', () => {
    const images = imagesOf(graph, 3);
    const values = randomValues(graph, 22);
    const expected = referenceForward(graph, values, images, false);
    const network = buildNetwork(graph, 1);
    setValues(network, values);
    tf.tidy(() => {
      const seen = new Map<string, ArrayLike<number>>();
      const logits = network.forward(tensorOf(images), {
        training: false,
        onGates: (block, gates) => {
          expect(gates.shape[0]).toBe(3);
          seen.set(block, gates.dataSync());
        },
      });
      expect(relativeError(logits.dataSync(), expected.outputs.get('fc')!.data)).toBeLessThan(1e-5);
      expect([...seen.keys()]).toEqual(graph.blocks.map(({ id }) => id));
      for (const [block, gates] of expected.gates) {
        expect(relativeError(seen.get(block)!, gates), block).toBeLessThan(1e-5);
      }
    });
    network.dispose();
  });

  it('moves the moving statistics in training only', () => {
    const images = imagesOf(graph, 4);
    const network = buildNetwork(graph, 1);
    const read = (name: string) => [
      ...network.parameters.find(({ info }) => info.name === name)!.variable.dataSync(),
    ];
    tf.tidy(() => void network.forward(tensorOf(images), { training: false }));
    expect(read('bn1.movingMean')).toEqual([0, 0, 0, 0]);
    const weights = new Map(
      network.parameters.map(({ info, variable }) => [info.name, Float64Array.from(variable.dataSync())]),
    );
    const batch = channelStatistics(referenceForward(graph, weights, images, true).outputs.get('conv1')!);
    tf.tidy(() => void network.forward(tensorOf(images), { training: true }));
    const moved = (start: number, values: Float64Array) => [...values].map((v) => 0.9 * start + 0.1 * v);
    expect(relativeError(read('bn1.movingMean'), moved(0, batch.mean))).toBeLessThan(1e-5);
    expect(relativeError(read('bn1.movingVariance'), moved(1, batch.variance))).toBeLessThan(1e-5);
    network.dispose();
  });

  const networks = [
    ['ResNet-8', graph],
    ['ResNet-18 with the stem for ImageNet', smallGraph({ se: {}, width: 4, size: 64, depth: 18 })],
    ['ResNet-50 with the stem for CIFAR', smallGraph({ se: {}, width: 4, size: 16, depth: 50 })],
  ] as const;

  it.each(networks)('%s leaves no tensor behind, step after step and when disposed', (_, graph) => {
    const before = tf.memory().numTensors;
    const network = buildNetwork(graph, 1);
    const images = tensorOf(imagesOf(graph, 4));
    const built = tf.memory();
    expect(built.numTensors).toBe(before + network.parameters.length + 1);
    for (let i = 0; i < 5; i++) step(network, images);
    tf.tidy(() => void network.forward(images, { training: false, onGates: () => {} }));
    expect(tf.memory().numTensors).toBe(built.numTensors);
    expect(tf.memory().numBytes).toBe(built.numBytes);
    images.dispose();
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(networks)('%s repeats its losses bit for bit, and learns', (_, graph) => {
    const images = tensorOf(imagesOf(graph, 4));
    const runs = [1, 1, 2].map((seed) => {
      const network = buildNetwork(graph, seed);
      const losses = Array.from({ length: 3 }, () => step(network, images));
      network.dispose();
      return losses;
    });
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
    expect(runs[0]![2]).toBeLessThan(runs[0]![0]!);
    images.dispose();
  });

  it('shares the starting values of all common parameters with its plain twin', () => {
    const [excited, plain] = [graph, smallGraph({ se: 'none', width: 4, size: 8 })].map((g) =>
      buildNetwork(g, 3),
    );
    const valuesOf = (network: Network) =>
      new Map(network.parameters.map(({ info, variable }) => [info.name, [...variable.dataSync()]]));
    const [withSe, without] = [valuesOf(excited!), valuesOf(plain!)];
    expect(without.size).toBeGreaterThan(0);
    for (const [name, values] of without) expect(withSe.get(name), name).toEqual(values);
    expect(
      [...withSe.keys()].filter((name) => !without.has(name)).every((name) => name.includes('.se.')),
    ).toBe(true);
    for (const network of [excited!, plain!]) network.dispose();
  });

  it('lists its parameters in graph order, with the shapes of the graph', () => {
    const network = buildNetwork(graph, 1);
    expect(network.parameters.map(({ info }) => info)).toEqual(graph.nodes.flatMap((node) => node.params));
    for (const { info, variable } of network.parameters) {
      expect(variable.shape, info.name).toEqual(info.shape);
      expect(variable.trainable, info.name).toBe(info.trainable);
    }
    network.dispose();
  });
});
