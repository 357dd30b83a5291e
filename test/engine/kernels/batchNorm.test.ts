import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchNormInference, batchNormTraining } from '../../../webview/engine/kernels/batchNorm';
import type { Float64Images } from '../support/float64Image';
import { randomArray } from '../support/randomArray';
import {
  channelStatistics,
  referenceBatchNormGradients,
  referenceNormalise,
} from '../support/referenceBatchNorm';
import { relativeError } from '../support/relativeError';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

const EPSILON = 1e-5;

function problem(shape: readonly [number, number, number, number], shift = 0) {
  const data = randomArray(
    shape.reduce((a, b) => a * b),
    3,
    'x',
  ).map((value) => Math.fround(value + shift));
  const x: Float64Images = { shape, data };
  const gamma = randomArray(shape[3], 3, 'gamma');
  const beta = randomArray(shape[3], 3, 'beta');
  return { x, gamma, beta, dy: { shape, data: randomArray(data.length, 3, 'dy') }, epsilon: EPSILON };
}

const tensor4d = ({ shape, data }: Float64Images) => tf.tensor4d(Float32Array.from(data), [...shape]);
const tensor1d = (data: Float64Array) => tf.tensor1d(Float32Array.from(data));

describe('batchNormTraining', () => {
  it.each([
    ['a batch', [4, 5, 6, 7]],
    ['one image', [1, 8, 8, 16]],
    ['one pixel an image', [6, 1, 1, 3]],
    ['one channel', [3, 4, 4, 1]],
  ] as const)('output, statistics and gradients: %s', (_, shape) => {
    const { x, gamma, beta, dy, epsilon } = problem(shape);
    const statistics = channelStatistics(x);
    const expected = referenceBatchNormGradients(x, { gamma, beta, epsilon }, dy);
    tf.tidy(() => {
      let seen: { mean: ArrayLike<number>; variance: ArrayLike<number> } = { mean: [], variance: [] };
      const normalise = (images: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
        batchNormTraining(
          images as tf.Tensor4D,
          scale as tf.Tensor1D,
          offset as tf.Tensor1D,
          EPSILON,
          (batch) => {
            seen = { mean: batch.mean.dataSync(), variance: batch.variance.dataSync() };
          },
        );
      const inputs: [tf.Tensor, tf.Tensor, tf.Tensor] = [tensor4d(x), tensor1d(gamma), tensor1d(beta)];
      const y = normalise(...inputs).dataSync();
      expect(relativeError(y, referenceNormalise(x, { gamma, beta, epsilon }, statistics).data)).toBeLessThan(
        1e-5,
      );
      expect(relativeError(seen.mean, statistics.mean)).toBeLessThan(1e-5);
      expect(relativeError(seen.variance, statistics.variance)).toBeLessThan(1e-5);
      const [dx, dGamma, dBeta] = tf.grads(normalise as (...xs: tf.Tensor[]) => tf.Tensor)(
        inputs,
        tensor4d(dy),
      );
      expect(relativeError(dx!.dataSync(), expected.dx.data)).toBeLessThan(2e-5);
      expect(relativeError(dGamma!.dataSync(), expected.dGamma)).toBeLessThan(1e-5);
      expect(relativeError(dBeta!.dataSync(), expected.dBeta)).toBeLessThan(1e-5);
    });
  });

  it('keeps the variance of channels far from zero', () => {
    const { x, gamma, beta, epsilon } = problem([4, 8, 8, 3], 1000);
    const expected = referenceNormalise(x, { gamma, beta, epsilon }, channelStatistics(x)).data;
    tf.tidy(() => {
      const y = batchNormTraining(tensor4d(x), tensor1d(gamma), tensor1d(beta), EPSILON, () => {});
      // 1000 has 24 bits for itself and its deviations of about 1: 14 bits are left for those.
      expect(relativeError(y.dataSync(), expected)).toBeLessThan(1e-3);
    });
  });
});

describe('batchNormInference', () => {
  it('normalises with the statistics it is given', () => {
    const { x, gamma, beta, epsilon } = problem([2, 3, 5, 6]);
    const mean = randomArray(6, 4, 'mean');
    const variance = randomArray(6, 4, 'variance').map((value) => Math.fround(value * value + 0.1));
    const expected = referenceNormalise(x, { gamma, beta, epsilon }, { mean, variance }).data;
    tf.tidy(() => {
      const moving = { mean: tensor1d(mean), variance: tensor1d(variance) };
      const y = batchNormInference(tensor4d(x), tensor1d(gamma), tensor1d(beta), moving, EPSILON);
      expect(relativeError(y.dataSync(), expected)).toBeLessThan(1e-5);
    });
  });
});
