/** Starts tfjs's WebGPU backend on whatever adapter there is and lets our oracle judge its gradients, for `webGpu.test.ts`. */
import * as tf from '@tensorflow/tfjs-core';
// Its kernels are those that registerTrainingKernels replaces.
import '@tensorflow/tfjs-backend-wasm';
import { gradientError } from '../../../webview/engine/backend/gradientOracle';
import { startTfjs } from '../../../webview/engine/backend/startTfjs';
import { requireRightGradients } from '../../../webview/engine/backend/requireRightGradients';
import { startWebGpu } from '../../../webview/engine/backend/startWebGpu';
import type { PlaygroundError } from '../../../src/core/errors';

type Verdict = 'accepted' | Pick<PlaygroundError, 'code' | 'message'>;

async function verdictOf(attempt: Promise<unknown>): Promise<Verdict> {
  try {
    await attempt;
    return 'accepted';
  } catch (thrown) {
    const { code, message } = thrown as PlaygroundError;
    return { code, message };
  }
}

const driver = {
  /** As the worker does when the user has chosen WebGPU. */
  startAsChosen: () => verdictOf(startWebGpu()),

  /** Although the adapter is software. */
  startAnyway: () => startTfjs('webgpu'),

  gradientError,
  judge: () => verdictOf(requireRightGradients('WebGPU')),

  /** From now on the kernel's results are off by that factor. */
  spoil(kernelName: string, factor: number): void {
    const own = tf.getKernel(kernelName, 'webgpu') as tf.KernelConfig;
    tf.unregisterKernel(kernelName, 'webgpu');
    tf.registerKernel({
      ...own,
      kernelFunc: (call) => {
        const { dataId, shape, dtype } = own.kernelFunc(call) as tf.TensorInfo;
        const right = tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
        return tf.keep(tf.mul(right, factor));
      },
    });
  },
};

export type WebGpuDriver = typeof driver;
export interface WebGpuWindow {
  webGpuDriver: WebGpuDriver;
}
(globalThis as unknown as WebGpuWindow).webGpuDriver = driver;
