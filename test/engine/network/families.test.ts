import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import { modelSpecSchema } from '../../../src/core/model/modelSpec';
import { softmaxCrossEntropy } from '../../../webview/engine/kernels/softmaxCrossEntropy';
import { buildNetwork } from '../../../webview/engine/network/buildNetwork';
import { randomArray } from '../support/randomArray';
import { referenceGradients } from '../support/referenceNetwork';
import { relativeError } from '../support/relativeError';
import { randomValues } from '../support/smallNetwork';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

type Definition = v.InferInput<typeof modelSpecSchema>;
const LABELS = [0, 3, 1];
const SMOOTHING = 0.1;

const normOf = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));

describe('gradients of other families against float64 loops', () => {
  it.each<{ backbone: Definition['backbone']; se: Definition['se']; size: number }>([
    { backbone: { depth: 50, width: 4, stride: '1x1' }, se: { hidden: 3, stages: [2] }, size: 16 },
    { backbone: { family: 'preact-resnet', depth: 20, width: 4 }, se: { hidden: 3 }, size: 9 },
    { backbone: { family: 'preact-resnet', depth: 20, width: 4 }, se: { hidden: 3, place: 'pre' }, size: 9 },
    { backbone: { family: 'preact-resnet', depth: 20, width: 4 }, se: { hidden: 3, place: 'post' }, size: 9 },
    {
      backbone: { family: 'preact-resnet', depth: 20, width: 4 },
      se: { hidden: 3, place: 'identity' },
      size: 9,
    },
    { backbone: { family: 'wide-resnet', depth: 10, widen: 1 }, se: { hidden: 3 }, size: 9 },
    { backbone: { family: 'vgg', depth: 11, width: 4 }, se: { hidden: 3 }, size: 33 },
    { backbone: { family: 'vgg', depth: 11, width: 4 }, se: 'none', size: 33 },
    { backbone: { family: 'vgg', depth: 11, width: 4, head: 'dense' }, se: 'none', size: 9 },
    { backbone: { family: 'resnext', depth: 29, groups: 2, groupWidth: 2 }, se: { hidden: 3 }, size: 8 },
    { backbone: { family: 'mobilenet-v1', multiplier: 0.25 }, se: { hidden: 3 }, size: 17 },
    { backbone: { family: 'mobilenet-v2', multiplier: 0.25 }, se: { hidden: 3 }, size: 17 },
    { backbone: { family: 'mobilenet-v3', size: 'small', multiplier: 0.25 }, se: { hidden: 3 }, size: 17 },
    { backbone: { family: 'shufflenet', multiplier: 0.25 }, se: { hidden: 3 }, size: 9 },
  ])('$backbone with SE $se', ({ backbone, se, size }) => {
    const spec = {
      version: 1,
      name: 'small',
      classes: 4,
      input: { height: size, width: size },
      backbone,
      se,
    };
    const graph = compileModel(v.parse(modelSpecSchema, spec));
    const shape = [LABELS.length, size, size, 3] as const;
    const data = randomArray(
      shape.reduce((a, b) => a * b),
      5,
      'images',
    );
    const values = randomValues(graph, 21);
    const expected = referenceGradients(graph, values, { shape: [...shape], data }, LABELS, SMOOTHING);
    // A ReLU input nearer to zero than float32 can tell flips its mask and looks like a wrong gradient.
    expect(expected.forward.nearestKink).toBeGreaterThan(1e-6);
    const network = buildNetwork(graph, 1);
    tf.tidy(() => {
      for (const { info, variable } of network.parameters) {
        variable.assign(tf.tensor(Float32Array.from(values.get(info.name)!), [...info.shape]));
      }
      const images = tf.tensor4d(Float32Array.from(data), [...shape]);
      const { value, grads } = tf.variableGrads(() =>
        softmaxCrossEntropy(
          network.forward(images, { training: true }),
          tf.tensor1d(LABELS, 'int32'),
          SMOOTHING,
        ),
      );
      expect(relativeError(value.dataSync(), [expected.loss])).toBeLessThan(5e-5);
      const trainable = network.parameters.filter(({ info }) => info.trainable);
      expect(trainable.map(({ info }) => info.name).sort()).toEqual([...expected.gradients.keys()].sort());
      const largest = Math.max(...[...expected.gradients.values()].map(normOf));
      for (const { info, variable } of trainable) {
        const gradient = grads[variable.name]!.dataSync();
        const right = expected.gradients.get(info.name)!;
        // What a later batch norm takes out again has no gradient but rounding.
        const scale = Math.max(normOf(right), 1e-4 * largest);
        const error = normOf(right.map((value, i) => value - gradient[i]!)) / scale;
        // Looser than what small networks are held to: these have 10 to 50 layers.
        expect(error, info.name).toBeLessThan(5e-4);
      }
    });
    network.dispose();
  });
});

describe('other families', () => {
  it.each<Definition['backbone']>([
    { family: 'bn-inception' },
    { family: 'inception-resnet-v2' },
    { family: 'mobilenet-v3', multiplier: 0.5 },
    { family: 'shufflenet', multiplier: 0.5 },
    { family: 'resnext', depth: 29, groups: 4, groupWidth: 4 },
  ])('%o learns, and leaves no tensor behind', (backbone) => {
    const spec = { version: 1, name: 'small', classes: 4, input: { height: 16, width: 16 }, backbone };
    const network = buildNetwork(compileModel(v.parse(modelSpecSchema, spec)), 1);
    const images = tf.tensor4d(Float32Array.from(randomArray(3 * 16 * 16 * 3, 9, 'images')), [3, 16, 16, 3]);
    const labels = tf.tensor1d(LABELS, 'int32');
    const trainable = network.parameters.filter(({ info }) => info.trainable).map(({ variable }) => variable);
    const step = () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(
          () => softmaxCrossEntropy(network.forward(images, { training: true }), labels, SMOOTHING),
          trainable,
        );
        for (const variable of trainable) {
          variable.assign(tf.sub(variable, tf.mul(grads[variable.name]!, 0.02)));
        }
        return value.dataSync()[0]!;
      });
    const first = step();
    const tensors = tf.memory().numTensors;
    const losses = [step(), step(), step()];
    expect(tf.memory().numTensors).toBe(tensors);
    expect(Math.min(...losses)).toBeLessThan(first);
    network.dispose();
    tf.dispose([images, labels]);
  });
});
