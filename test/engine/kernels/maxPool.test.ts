import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomArray } from '../support/randomArray';
import { referenceMaxPool, referenceMaxPoolGradient } from '../support/referenceMaxPool';
import { relativeError } from '../support/relativeError';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

const pool = (kernel: number, stride: number) => (x: tf.Tensor) =>
  tf.maxPool(x as tf.Tensor4D, kernel, stride, 'same');

describe('max pooling on WASM', () => {
  it.each([
    { name: 'of the ImageNet stem, even', image: [2, 8, 8, 4], kernel: 3, stride: 2 },
    { name: 'odd, channels not in fours', image: [3, 9, 7, 5], kernel: 3, stride: 2 },
    { name: 'of a single pixel', image: [1, 1, 1, 3], kernel: 3, stride: 2 },
    { name: 'smaller than the window', image: [2, 2, 3, 6], kernel: 5, stride: 3 },
    { name: 'window as large as the step', image: [2, 5, 6, 4], kernel: 2, stride: 2 },
    { name: 'overlapping everywhere', image: [1, 6, 5, 7], kernel: 3, stride: 1 },
    { name: 'with gaps', image: [2, 7, 8, 8], kernel: 2, stride: 3 },
  ] as const)('$name: $image, $kernel x $kernel, stride $stride', ({ image, kernel, stride }) => {
    // Of either sign, all negative (zeros of a padding would win), and behind a ReLU, where zeros tie.
    for (const shape of [(v: number) => v, (v: number) => v - 10, (v: number) => Math.max(v, 0)]) {
      const data = randomArray(
        image.reduce<number>((a, b) => a * b, 1),
        3,
        'x',
      ).map((v) => Math.fround(shape(v)));
      const x = { shape: image, data };
      const { output } = referenceMaxPool(x, { kernel, stride });
      const dy = { shape: output.shape, data: randomArray(output.data.length, 3, 'dy') };
      const dx = referenceMaxPoolGradient(x, { kernel, stride }, dy);
      tf.tidy(() => {
        const images = tf.tensor4d(Float32Array.from(data), [...image]);
        const upstream = tf.tensor4d(Float32Array.from(dy.data), [...dy.shape]);
        const y = pool(kernel, stride)(images);
        expect(y.shape).toEqual(output.shape);
        expect(relativeError(y.dataSync(), output.data)).toBe(0);
        const gradient = tf.grad(pool(kernel, stride))(images, upstream);
        expect(relativeError(gradient.dataSync(), dx.data)).toBeLessThan(1e-6);
      });
    }
  });

  it('leaves no tensor behind', () => {
    const x = tf.randomNormal([2, 8, 8, 4]);
    const dy = tf.ones([2, 4, 4, 4]);
    const before = tf.memory().numTensors;
    tf.tidy(() => tf.grad(pool(3, 2))(x, dy)).dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, dy]);
  });
});
