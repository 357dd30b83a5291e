/** Runs single kernels of tfjs's WebGL backend, with ours registered, for `openWebglKernelPage`. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgl';
import { registerWebglKernels } from '../../../webview/engine/kernels/webgl/registerWebglKernels';

export interface PlainTensor {
  shape: readonly number[];
  values: readonly number[];
}

export interface KernelCall {
  kernelName: string;
  /** A `PlainTensor` with `packed` comes from a packed program of tfjs, as most tensors do in a network. */
  inputs: Record<string, PlainTensor & { isPacked?: boolean }>;
  attributes: Record<string, unknown>;
}

export interface GpuMemory {
  tensors: number;
  bytesOnGpu: number;
}

const driver = {
  async start(): Promise<void> {
    registerWebglKernels();
    tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
    await tf.setBackend('webgl');
  },

  /** Outputs of the kernel, in its order. */
  runKernel({ kernelName, inputs, attributes }: KernelCall): PlainTensor[] {
    return tf.tidy(() => {
      const tensors = Object.fromEntries(
        Object.entries(inputs).map(([name, { shape, values, isPacked }]) => {
          const tensor = tf.tensor([...values], [...shape], 'float32');
          return [name, isPacked ? tf.neg(tf.neg(tensor)) : tensor];
        }),
      );
      const outputs = tf.engine().runKernel(kernelName, tensors, attributes as tf.NamedAttrMap);
      return [outputs].flat().map((output) => {
        const tensor = output as tf.Tensor;
        return { shape: tensor.shape, values: [...tensor.dataSync()] };
      });
    });
  },

  memory(): GpuMemory {
    const { numTensors, numBytesInGPU } = tf.memory() as tf.MemoryInfo & { numBytesInGPU: number };
    return { tensors: numTensors, bytesOnGpu: numBytesInGPU };
  },
};

export type WebglKernelDriver = typeof driver;
export interface WebglKernelWindow {
  webglKernelDriver: WebglKernelDriver;
}
(globalThis as unknown as WebglKernelWindow).webglKernelDriver = driver;
