import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { softmaxCrossEntropy } from '../../../webview/engine/kernels/softmaxCrossEntropy';
import { randomArray } from '../support/randomArray';
import { referenceCrossEntropy } from '../support/referenceCrossEntropy';
import { relativeError } from '../support/relativeError';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

describe('softmaxCrossEntropy', () => {
  it.each([0, 0.1, 0.5])('loss and gradient with label smoothing %d', (smoothing) => {
    const labels = [0, 3, 2, 2, 9];
    const logits = randomArray(50, 5, 'logits').map((value) => Math.fround(value * 4));
    const expected = referenceCrossEntropy(logits, labels, smoothing);
    tf.tidy(() => {
      const loss = (x: tf.Tensor) =>
        softmaxCrossEntropy(x as tf.Tensor2D, tf.tensor1d(labels, 'int32'), smoothing);
      const { value, grad } = tf.valueAndGrad(loss)(tf.tensor2d(Float32Array.from(logits), [5, 10]));
      expect(relativeError(value.dataSync(), [expected.loss])).toBeLessThan(1e-6);
      expect(relativeError(grad.dataSync(), expected.dLogits)).toBeLessThan(1e-6);
    });
  });

  it('stays finite for logits that overflow exp', () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([1000, -1000, 0], [1, 3]);
      const labels = tf.tensor1d([1], 'int32');
      expect(softmaxCrossEntropy(logits, labels, 0).dataSync()[0]).toBe(2000);
    });
  });

  it('scales its gradient with the upstream one', () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([1], 'int32');
      const once = tf.grad((x) => softmaxCrossEntropy(x as tf.Tensor2D, labels, 0));
      const thrice = tf.grad((x) => tf.mul(softmaxCrossEntropy(x as tf.Tensor2D, labels, 0), 3));
      const logits = tf.tensor2d([1, 2, 3], [1, 3]);
      expect(
        relativeError(
          thrice(logits).dataSync(),
          [...once(logits).dataSync()].map((v) => 3 * v),
        ),
      ).toBeLessThan(1e-6);
    });
  });
});
