import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GRADIENT_LIMIT, gradientError } from '../../../webview/engine/backend/gradientOracle';
import { requireRightGradients } from '../../../webview/engine/backend/requireRightGradients';
import { startWasm } from '../support/startWasm';

type KernelConfig = tf.KernelConfig & { kernelFunc: tf.KernelFunc };

/** Puts another kernel in place until the test ends. */
function replaceKernel(kernelName: string, replacement: (own: tf.KernelFunc) => tf.KernelFunc): void {
  const own = tf.getKernel(kernelName, 'wasm') as KernelConfig;
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...own, kernelFunc: replacement(own.kernelFunc) });
  restore = () => {
    tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel(own);
  };
}

/** Spoils what a kernel computes. */
function spoilKernel(kernelName: string, spoil: (value: number) => number): void {
  replaceKernel(kernelName, (own) => (call) => {
    const result = own(call) as tf.TensorInfo;
    const values = (call.backend as BackendWasm).typedArrayFromHeap(result);
    for (const [at, value] of values.entries()) values[at] = spoil(value);
    return result;
  });
}
let restore = () => {};

beforeAll(startWasm);
afterEach(() => {
  restore();
  restore = () => {};
});

describe('gradientError', () => {
  it('is rounding where gradients are right, and leaves no tensors', async () => {
    const { numTensors } = tf.memory();
    expect(await gradientError()).toBeLessThan(GRADIENT_LIMIT / 10);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each(['Conv2DBackpropFilter', 'Conv2DBackpropInput', 'Conv2D', 'MaxPool', 'MaxPoolGrad'])(
    'sees an error of 1%% in %s',
    async (name) => {
      spoilKernel(name, (value) => 1.01 * value);
      expect(await gradientError()).toBeGreaterThan(GRADIENT_LIMIT);
    },
  );

  it('sees what is not a number', async () => {
    spoilKernel('Conv2DBackpropFilter', () => NaN);
    expect(await gradientError()).toBeNaN();
  });
});

describe('requireRightGradients', () => {
  it('lets a backend with right gradients be', async () => {
    await expect(requireRightGradients('WASM')).resolves.toBeUndefined();
  });

  it('refuses a backend with wrong ones, and says by how much', async () => {
    spoilKernel('Conv2DBackpropFilter', (value) => 1.02 * value);
    await expect(requireRightGradients('WASM')).rejects.toMatchObject({
      code: 'engine/wrong-gradients',
      message: expect.stringContaining('off by 2.0%') as string,
    });
  });

  it('refuses a backend that cannot compute them, with the reason', async () => {
    replaceKernel('Conv2DBackpropFilter', () => () => {
      throw new Error('no such kernel');
    });
    await expect(requireRightGradients('WASM')).rejects.toMatchObject({
      code: 'engine/wrong-gradients',
      cause: expect.objectContaining({ message: 'no such kernel' }) as Error,
    });
  });
});
