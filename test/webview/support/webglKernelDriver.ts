/** Runs single kernels of tfjs's WebGL backend, with ours registered, for `openWebglKernelPage`. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgl';
import { sgdUpdate, type SgdAttributes } from '../../../webview/engine/kernels/sgdUpdate';
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

export interface SgdUpdates {
  parameter: PlainTensor;
  velocity: PlainTensor;
  gradient: PlainTensor;
  attributes: SgdAttributes;
  steps: number;
}

export interface GpuMemory {
  tensors: number;
  bytesOnGpu: number;
}

/** Like tf.tidy, for results that are no tensors. */
function tidied<T>(compute: () => T): T {
  tf.engine().startScope();
  try {
    return compute();
  } finally {
    tf.engine().endScope();
  }
}

function tensorOf({ shape, values }: PlainTensor): tf.Tensor {
  return tf.tensor([...values], [...shape], 'float32');
}

function plain(tensor: tf.Tensor): PlainTensor {
  return { shape: tensor.shape, values: [...tensor.dataSync()] };
}

function outputsOf({ kernelName, inputs, attributes }: KernelCall): tf.Tensor[] {
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { isPacked, ...input }]) => {
      const tensor = tensorOf(input);
      return [name, isPacked ? tf.neg(tf.neg(tensor)) : tensor];
    }),
  );
  const outputs = tf.engine().runKernel(kernelName, tensors, attributes as tf.NamedAttrMap);
  return [outputs].flat() as tf.Tensor[];
}

const driver = {
  async start(): Promise<void> {
    registerWebglKernels();
    tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
    await tf.setBackend('webgl');
  },

  /** Outputs of the kernel, in its order. */
  runKernel: (call: KernelCall): PlainTensor[] => tidied(() => outputsOf(call).map(plain)),

  /** The transpose of the output at that index, a matrix, times itself, by tfjs's own kernel. */
  selfProduct: (call: KernelCall, index: number): PlainTensor =>
    tidied(() => {
      const output = outputsOf(call)[index] as tf.Tensor2D;
      return plain(tf.matMul(output, output, true));
    }),

  /** SGD_UPDATE that often, on variables. */
  sgdUpdates({
    parameter,
    velocity,
    gradient,
    attributes,
    steps,
  }: SgdUpdates): Record<'parameter' | 'velocity', PlainTensor> {
    return tidied(() => {
      const [w, v] = [tf.variable(tensorOf(parameter)), tf.variable(tensorOf(velocity))];
      const g = tensorOf(gradient);
      for (let step = 0; step < steps; step++) sgdUpdate(w, v, g, attributes);
      const result = { parameter: plain(w), velocity: plain(v) };
      tf.dispose([w, v]);
      return result;
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
