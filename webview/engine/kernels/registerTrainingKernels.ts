// Registers the gradients of tfjs's ops: the core by itself has none.
import '@tensorflow/tfjs-layers';
import type { KernelFunc } from '@tensorflow/tfjs-core';
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './emitted/convolutionKernels';

/** The WASM backend lacks the filter gradient (tfjs issue 8474), and its input gradient is a plain loop. */
const WASM_KERNELS: Record<string, KernelFunc> = {
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
};

/**
 * Puts our own convolution kernels into tfjs's registry in place of the WASM backend's, so that models stay ordinary tfjs code. Calling
 * it again changes nothing.
 */
export function registerTrainingKernels(): void {
  for (const [kernelName, kernelFunc] of Object.entries(WASM_KERNELS)) {
    const present = getKernel(kernelName, 'wasm');
    if (present?.kernelFunc === kernelFunc) continue;
    if (present) unregisterKernel(kernelName, 'wasm');
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}
