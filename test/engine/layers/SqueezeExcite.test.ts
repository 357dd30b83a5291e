import * as tf from '@tensorflow/tfjs-core';
import { layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { elementCount } from '../../../src/core/model/graph';
import { GATES, SQUEEZES } from '../../../src/core/model/modelSpec';
import type { SqueezeExciteArgs } from '../../../webview/engine/layers/SqueezeExcite';
import { SqueezeExcite } from '../../../webview/engine/layers/SqueezeExcite';
import { randomArray } from '../support/randomArray';
import type { ExciteOptions, ExciteParameters } from '../support/referenceSqueezeExcite';
import { referenceSqueezeExcite, referenceSqueezeExciteGradients } from '../support/referenceSqueezeExcite';
import { relativeError } from '../support/relativeError';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

const SHAPE = [3, 4, 5, 6] as const;
const [, , , CHANNELS] = SHAPE;
const HIDDEN = 4;
const TOLERANCE = 1e-5;

const combinations = SQUEEZES.flatMap((squeeze) =>
  GATES.flatMap((gate) => [true, false].map((useBias) => ({ squeeze, gate, useBias }))),
);

function randomProblem(useBias: boolean, options: ExciteOptions) {
  const x = {
    shape: SHAPE,
    data: randomArray(elementCount(SHAPE), 11, 'x'),
  };
  // Weights wide enough that the hard sigmoid meets its three pieces.
  const wide = (length: number, label: string) =>
    randomArray(length, 11, label).map((value) => Math.fround(3 * value));
  const parameters: ExciteParameters = {
    w1: wide(CHANNELS * HIDDEN, 'w1'),
    b1: useBias ? randomArray(HIDDEN, 11, 'b1') : new Float64Array(HIDDEN),
    w2: wide(HIDDEN * CHANNELS, 'w2'),
    b2: useBias ? randomArray(CHANNELS, 11, 'b2') : new Float64Array(CHANNELS),
  };
  const forward = referenceSqueezeExcite(x, parameters, options);
  // Closer to a kink of ReLU or hard sigmoid, float32 and float64 may stand on different sides of it.
  expect(forward.nearestKink).toBeGreaterThan(1e-4);
  return { x, parameters, forward, dy: { shape: SHAPE, data: randomArray(x.data.length, 11, 'dy') } };
}

function builtLayer(args: Omit<SqueezeExciteArgs, 'hidden'>, parameters: ExciteParameters): SqueezeExcite {
  const layer = new SqueezeExcite({ hidden: HIDDEN, ...args });
  layer.build([null, ...SHAPE.slice(1)]);
  const tensor = (data: Float64Array, shape: number[]) => tf.tensor(Float32Array.from(data), shape);
  const w1 = tensor(parameters.w1, [CHANNELS, HIDDEN]);
  const w2 = tensor(parameters.w2, [HIDDEN, CHANNELS]);
  const biases = [tensor(parameters.b1, [HIDDEN]), tensor(parameters.b2, [CHANNELS])] as const;
  layer.setWeights(args.useBias === false ? [w1, w2] : [w1, biases[0], w2, biases[1]]);
  return layer;
}

describe('SqueezeExcite against float64 loops', () => {
  it.each(combinations)('output, gates and all gradients: %o', ({ squeeze, gate, useBias }) => {
    const options = { hidden: HIDDEN, squeeze, gate };
    const { x, parameters, forward, dy } = randomProblem(useBias, options);
    const layer = builtLayer({ squeeze, gate, useBias }, parameters);
    const expected = referenceSqueezeExciteGradients(x, parameters, options, dy);
    tf.tidy(() => {
      const input = tf.tensor4d(Float32Array.from(x.data), [...SHAPE]);
      const { output, gates } = layer.applyWithGates(input);
      expect(gates.shape).toEqual([SHAPE[0], CHANNELS]);
      expect(relativeError(output.dataSync(), forward.output.data)).toBeLessThan(TOLERANCE);
      expect(relativeError(gates.dataSync(), forward.gates)).toBeLessThan(TOLERANCE);
      expect(relativeError((layer.apply(input) as tf.Tensor).dataSync(), forward.output.data)).toBeLessThan(
        TOLERANCE,
      );

      const upstream = tf.tensor4d(Float32Array.from(dy.data), [...SHAPE]);
      const objective = () => tf.sum(tf.mul(layer.applyWithGates(input).output, upstream)) as tf.Scalar;
      const { grads } = tf.variableGrads(objective);
      layer.weights.forEach((weight) => {
        const role = weight.originalName as keyof ExciteParameters;
        const gradient = grads[(weight.read() as tf.Variable).name]!;
        expect(relativeError(gradient.dataSync(), expected[role]), role).toBeLessThan(TOLERANCE);
      });
      const dx = tf.grad((images) => layer.applyWithGates(images as tf.Tensor4D).output)(input, upstream);
      expect(relativeError(dx.dataSync(), expected.dx.data)).toBeLessThan(TOLERANCE);
    });
  });

  it('has no weights for biases it does not use', () => {
    const layer = new SqueezeExcite({ hidden: 2, useBias: false });
    layer.build([null, 4, 4, 8]);
    expect(layer.weights.map((weight) => weight.shape)).toEqual([
      [8, 2],
      [2, 8],
    ]);
  });
});

describe('SqueezeExcite as a tfjs layer', () => {
  it('defaults to the authors’ block: average squeeze, sigmoid gate, biases', () => {
    const { squeeze, gate, useBias } = new SqueezeExcite({ hidden: 1 });
    expect({ squeeze, gate, useBias }).toEqual({ squeeze: 'avg', gate: 'sigmoid', useBias: true });
  });

  it('refuses what it cannot do', () => {
    expect(() => new SqueezeExcite({ hidden: 0 })).toThrow(RangeError);
    expect(() => new SqueezeExcite({ hidden: 2 }).build([null, 8])).toThrow(RangeError);
    expect(() => new SqueezeExcite({ hidden: 2 }).applyWithGates(tf.zeros([1, 1, 1, 1]))).toThrow(
      /not built/,
    );
  });

  it('keeps its configuration through getConfig', () => {
    const config = new SqueezeExcite({
      hidden: 3,
      squeeze: 'max',
      gate: 'hard-sigmoid',
      useBias: false,
    }).getConfig();
    const again = tf.serialization.SerializationMap.getMap().classNameMap['SqueezeExcite']![0];
    expect(new again(config as unknown as SqueezeExciteArgs).getConfig()).toEqual(config);
  });

  it('trains, saves and loads in a stock sequential model', async () => {
    const model = sequential({
      layers: [
        layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same', inputShape: [6, 6, 3] }),
        new SqueezeExcite({ hidden: 2, gate: 'tanh', squeeze: 'max', name: 'excite' }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    model.compile({ optimizer: tf.train.sgd(0.5), loss: 'categoricalCrossentropy' });
    const images = tf.tensor4d(Float32Array.from(randomArray(4 * 108, 2, 'images')), [4, 6, 6, 3]);
    const labels = tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0], [4, 3]);
    const excite = model.getLayer('excite');
    const before = await Promise.all(excite.getWeights().map((weight) => weight.data()));
    const losses: number[] = [];
    for (let step = 0; step < 30; step++) losses.push((await model.trainOnBatch(images, labels)) as number);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const after = await Promise.all(excite.getWeights().map((weight) => weight.data()));
    expect(after).not.toEqual(before);

    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler((artifacts) => {
        saved = artifacts;
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
      }),
    );
    const loaded = await loadLayersModel(tf.io.fromMemory(saved!));
    expect(loaded.getLayer('excite')).toBeInstanceOf(SqueezeExcite);
    const [expected, actual] = [model, loaded].map((m) => (m.predict(images) as tf.Tensor).dataSync());
    expect(actual).toEqual(expected);
  });
});
