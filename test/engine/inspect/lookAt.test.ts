import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalAveragePool } from '../../../webview/engine/kernels/globalPool';
import { dense } from '../../../webview/engine/kernels/dense';
import { gradCam, pooledAlphas } from '../../../webview/engine/inspect/gradCam';
import { writeNormalised } from '../../../src/core/data/augmentation';
import { compileModel } from '../../../src/core/model/compileModel';
import { modelSpecSchema } from '../../../src/core/model/modelSpec';
import { lookAtImages } from '../../../webview/engine/inspect/lookAtImages';
import { buildNetwork } from '../../../webview/engine/network/buildNetwork';
import { relativeError } from '../support/relativeError';
import { OpenModel } from '../../../webview/engine/inspect/openModel';
import { randomArray } from '../support/randomArray';
import { referenceForward } from '../support/referenceNetwork';
import { startWasm } from '../support/startWasm';
import { tinyData } from '../trainer/tinyJob';
import { inspectedModel } from './inspectedModel';

const inspected = inspectedModel({}, 6);
const { order, graph, values, chosen, images } = inspected;
const expected = referenceForward(graph, values, images, false);
const logits = expected.outputs.get('fc')!.data;
const features = expected.outputs.get(graph.nodes.at(-2)!.inputs[0]!)!;
let model: OpenModel;

beforeAll(async () => {
  await startWasm();
  model = new OpenModel(order, tinyData);
});
afterAll(() => model.dispose());

/** Eq. 1 and 2 of the paper, with derivatives by central differences of the class's logit through pooling and dense layer in float64. */
function numericalGradCam(image: number, label: number): number[] {
  const [, height, width, channels] = features.shape;
  const size = height * width * channels;
  const map = features.data.slice(image * size, (image + 1) * size);
  const weight = values.get('fc.weight')!;
  const logitOf = (one: Float64Array) => {
    let sum = values.get('fc.bias')![label]!;
    for (let channel = 0; channel < channels; channel++) {
      let mean = 0;
      for (let at = channel; at < size; at += channels) mean += one[at]! / (height * width);
      sum += weight[channel * 10 + label]! * mean;
    }
    return sum;
  };
  const alphas = new Float64Array(channels);
  for (let at = 0; at < size; at++) {
    const nudged = (by: number) => logitOf(map.map((value, other) => (other === at ? value + by : value)));
    alphas[at % channels]! += (nudged(1e-3) - nudged(-1e-3)) / 2e-3 / (height * width);
  }
  return Array.from({ length: height * width }, (_, place) =>
    Math.max(
      0,
      alphas.reduce((sum, alpha, channel) => sum + alpha * map[place * channels + channel]!, 0),
    ),
  );
}

describe('lookAt', () => {
  it('tells probabilities and gates as plain loops find them', async () => {
    const { probabilities, gates } = await model.lookAt(
      { kind: 'validation', indices: [0, 1, 2, 3, 4, 5] },
      Array<null>(6).fill(null),
    );
    for (let image = 0; image < 6; image++) {
      const row = logits.subarray(image * 10, image * 10 + 10);
      const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
      row.forEach((value, label) =>
        expect(probabilities[image * 10 + label]).toBeCloseTo(Math.exp(value) / total, 5),
      );
    }
    expect(gates.map(({ block }) => block)).toEqual(graph.blocks.map(({ id }) => id));
    for (const { block, gates: told } of gates) {
      const own = expected.gates.get(block)!;
      expect(told).toHaveLength(own.length);
      told.forEach((gate, at) => expect(Math.abs(gate - own[at]!)).toBeLessThan(1e-5));
    }
  });

  it('explains the class it is asked for, or the predicted one, as Grad-CAM with derivatives of its own', async () => {
    const classes = [null, 7, null];
    const answer = await model.lookAt({ kind: 'validation', indices: [5, 0, 2] }, classes);
    const { maps, height, width, explained } = answer;
    expect([height, width]).toEqual([8, 8]);
    [5, 0, 2].forEach((image, slot) => {
      const row = [...logits.subarray(image * 10, image * 10 + 10)];
      expect(explained[slot]).toBe(classes[slot] ?? row.indexOf(Math.max(...row)));
      const map = numericalGradCam(image, explained[slot]!);
      expect(Math.max(...map)).toBeGreaterThan(0);
      map.forEach((value, place) =>
        expect(Math.abs(maps[slot * 64 + place]! - value)).toBeLessThan(1e-4 * Math.max(...map)),
      );
    });
  });

  it('takes pixels as well as validation images', async () => {
    const pixels = Uint8Array.from(
      [1, 4].flatMap((index) => [
        ...tinyData.train.images.subarray(chosen[index]! * 3072, chosen[index]! * 3072 + 3072),
      ]),
    );
    const classes = [3, null];
    const before = tf.memory().numTensors;
    expect(await model.lookAt({ kind: 'pixels', pixels }, classes)).toEqual(
      await model.lookAt({ kind: 'validation', indices: [1, 4] }, classes),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses images and classes that do not fit, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const pixels = new Uint8Array(3072);
    const asked: [Parameters<OpenModel['lookAt']>, string][] = [
      [[{ kind: 'pixels', pixels: pixels.subarray(1) }, [null]], '3071 bytes'],
      [[{ kind: 'pixels', pixels: new Uint8Array(65 * 3072) }, Array<null>(65).fill(null)], '64'],
      [[{ kind: 'pixels', pixels: new Uint8Array() }, []], 'no image'],
      [[{ kind: 'pixels', pixels }, []], '0 classes'],
      [[{ kind: 'pixels', pixels }, [10]], 'classes 0 to 9, and no 10'],
      [[{ kind: 'validation', indices: [6] }, [null]], '6 validation images, and no number 6'],
    ];
    for (const [[choice, classes], text] of asked) {
      const answer = Promise.resolve().then(() => model.lookAt(choice, classes));
      await expect(answer).rejects.toMatchObject({ code: 'engine/images' });
      await expect(Promise.resolve().then(() => model.lookAt(choice, classes))).rejects.toThrow(text);
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('gradCam', () => {
  it("is what automatic differentiation gives through the engine's own pooling and dense layer", () => {
    const [count, height, width, channels, classes] = [3, 4, 5, 6, 4];
    const own = Float32Array.from(randomArray(count * height * width * channels, 3, 'features'));
    const weight = Float32Array.from(randomArray(channels * classes, 4, 'weight'));
    const explained = [2, 0, 3];
    const size = { images: count, height, width, channels };
    const maps = gradCam({ features: own, ...size }, pooledAlphas(size, weight, classes, explained));
    const expectedMaps = tf.tidy(() => {
      const x = tf.tensor4d(own, [count, height, width, channels]);
      const chosenLogits = (input: tf.Tensor) => {
        const scores = dense(
          globalAveragePool(input as tf.Tensor4D),
          tf.tensor2d(weight, [channels, classes]),
          undefined,
        );
        return tf.sum(tf.mul(scores, tf.oneHot(tf.tensor1d(explained, 'int32'), classes)));
      };
      const gradient = tf.grad(chosenLogits)(x);
      const alphas = tf.mean(gradient, [1, 2], true);
      return tf.relu(tf.sum(tf.mul(alphas, x), 3)).dataSync();
    });
    expect(maps.some((value) => value > 0)).toBe(true);
    expect(maps.some((value) => value === 0)).toBe(true);
    expectedMaps.forEach((value, at) => expect(maps[at]).toBeCloseTo(value, 5));
  });
});

describe('lookAt at networks with other heads', () => {
  it.each<v.InferInput<typeof modelSpecSchema>['backbone']>([
    { family: 'mobilenet-v3', size: 'small', multiplier: 0.25 },
    { family: 'vgg', depth: 11, width: 4, head: 'dense' },
  ])('%o: the map is that of differences of the logit', async (backbone) => {
    const spec = v.parse(modelSpecSchema, {
      version: 1,
      name: 'other',
      backbone,
      se: { hidden: 3 },
      training: { dataset: 'synthetic', subset: 30, validationSplit: 0.2 },
    });
    const graphOfOther = compileModel(spec);
    const network = buildNetwork(graphOfOther, 5);
    const pixels = Uint8Array.from({ length: 3072 }, (_, at) => (at * 37) % 251);
    const before = tf.memory().numTensors;
    const { maps, height, width } = await lookAtImages(network, pixels, [4]);
    expect(tf.memory().numTensors).toBe(before);
    const { steps } = network;
    const pool = steps.findIndex(
      ({ nodes }) => /Pool|flatten/.test(nodes[0]!.attributes.op) && nodes[0]!.outputShape.length === 1,
    );
    tf.tidy(() => {
      const data = new Float32Array(3072);
      writeNormalised(pixels, 0, { shiftX: 0, shiftY: 0, flip: false }, data, 0);
      const images = tf.tensor4d(data, [1, 32, 32, 3]);
      const reached = network.advance(network.begin(images), pool, { training: false });
      const input = steps[pool]!.inputs[0]!;
      const own = reached.values.get(input)!;
      const logitOf = (features: tf.Tensor) => {
        const values = new Map(reached.values).set(input, features);
        const end = network.advance({ step: reached.step, values }, steps.length, { training: false });
        return end.values.get('fc')!.dataSync()[4]!;
      };
      const channels = own.shape[3]!;
      // Small against the kinks of ReLUs in the head, and far above rounding.
      const step = 1e-3 * tf.max(own).dataSync()[0]!;
      const alphas = Array.from({ length: channels }, (_, channel) => {
        const nudge = tf.mul(tf.oneHot(tf.scalar(channel, 'int32'), channels), step);
        const difference = logitOf(tf.add(own, nudge)) - logitOf(tf.sub(own, nudge));
        // All places at once: the sum of their derivatives, of which eq. 1 takes the mean.
        return difference / (2 * step) / (height * width);
      });
      const map = tf.relu(tf.sum(tf.mul(own, tf.tensor1d(alphas)), 3)).dataSync();
      expect(relativeError(maps, map)).toBeLessThan(2e-2);
    });
    network.dispose();
  });
});
