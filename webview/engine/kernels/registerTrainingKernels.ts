// Registers the gradients of tfjs's ops: the core by itself has none.
import '@tensorflow/tfjs-layers';
import type { KernelFunc } from '@tensorflow/tfjs-core';
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { conv2dBackpropFilter } from './conv2dBackpropFilter';
import { conv2dBackpropInput } from './conv2dBackpropInput';

const WASM_KERNELS: Record<string, KernelFunc> = {
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
};

/**
 * Puts the kernels that training needs, and that the WASM backend lacks or has only in slow form, into tfjs's registry. Models stay
 * ordinary tfjs code. Calling it again changes nothing.
 */
export function registerTrainingKernels(): void {
  for (const [kernelName, kernelFunc] of Object.entries(WASM_KERNELS)) {
    const present = getKernel(kernelName, 'wasm');
    if (present?.kernelFunc === kernelFunc) continue;
    if (present) unregisterKernel(kernelName, 'wasm');
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}
