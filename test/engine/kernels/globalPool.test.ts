import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { globalAveragePool, globalMaxPool } from '../../../webview/engine/kernels/globalPool';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

// One image of 2x2 pixels with 2 channels.
const pixels = [1, 5, 3, 5, 3, -1, -7, 0];
const image = () => tf.tensor4d(pixels, [1, 2, 2, 2]);
const upstream = () => tf.tensor2d([8, 4], [1, 2]);

describe('globalAveragePool', () => {
  it('gives means, and every pixel its share of the gradient', () => {
    tf.tidy(() => {
      expect([...globalAveragePool(image()).dataSync()]).toEqual([0, 2.25]);
      const dx = tf.grad((x) => globalAveragePool(x as tf.Tensor4D))(image(), upstream());
      expect([...dx.dataSync()]).toEqual([2, 1, 2, 1, 2, 1, 2, 1]);
    });
  });
});

describe('globalMaxPool', () => {
  it('gives maxima, and the gradient to the largest pixels in equal parts', () => {
    tf.tidy(() => {
      expect([...globalMaxPool(image()).dataSync()]).toEqual([3, 5]);
      const dx = tf.grad((x) => globalMaxPool(x as tf.Tensor4D))(image(), upstream());
      expect([...dx.dataSync()]).toEqual([0, 2, 4, 2, 4, 0, 0, 0]);
    });
  });
});
