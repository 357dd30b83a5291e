// Registers the gradients of tfjs's ops: the core by itself has none.
import '@tensorflow/tfjs-layers';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { CONV_CHAIN_GRADIENT, CONV_CHAIN_INFERENCE, CONV_CHAIN_TRAINING } from './convChain';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './emitted/convolutionKernels';
import { convChainInference, convChainTraining } from './emitted/convChainForward';
import { convChainGradient } from './emitted/convChainGradient';
import {
  crossEntropyKernel,
  globalAveragePoolGradientKernel,
  globalAveragePoolKernel,
} from './emitted/headKernels';
import { maxPoolGradientKernel } from './emitted/maxPoolKernels';
import { squeezeExciteGradientKernel, squeezeExciteKernel } from './emitted/squeezeExciteKernels';
import { addKernel, sgdUpdateKernel } from './emitted/vectorKernels';
import { GLOBAL_AVERAGE_POOL, GLOBAL_AVERAGE_POOL_GRADIENT } from './globalPool';
import { SGD_UPDATE } from './sgdUpdate';
import { CROSS_ENTROPY } from './softmaxCrossEntropy';
import { SQUEEZE_EXCITE, SQUEEZE_EXCITE_GRADIENT } from './squeezeExcite';

/**
 * A second name for the same data, as on tfjs's other backends; the WASM backend's own kernel copies. tfjs clones whatever is kept for the way
 * back, which was a sixteenth of a step.
 */
const identity: KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = (inputs as { x: TensorInfo }).x;
  (backend as BackendWasm).incRef(dataId);
  return { dataId, shape, dtype };
};

/**
 * The WASM backend lacks the filter gradient (tfjs issue 8474), and its input gradient is a plain loop; so is its gradient of max pooling, which
 * besides loses what belongs to maxima that are not positive.
 */
const WASM_KERNELS: Record<string, KernelFunc> = {
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  Identity: identity,
  MaxPoolGrad: maxPoolGradientKernel,
  [CROSS_ENTROPY]: crossEntropyKernel,
  [GLOBAL_AVERAGE_POOL]: globalAveragePoolKernel,
  [GLOBAL_AVERAGE_POOL_GRADIENT]: globalAveragePoolGradientKernel,
  [SGD_UPDATE]: sgdUpdateKernel,
  [SQUEEZE_EXCITE]: squeezeExciteKernel,
  [SQUEEZE_EXCITE_GRADIENT]: squeezeExciteGradientKernel,
  [CONV_CHAIN_TRAINING]: convChainTraining,
  [CONV_CHAIN_INFERENCE]: convChainInference,
  [CONV_CHAIN_GRADIENT]: convChainGradient,
};

/** Made once, of the backend's own kernel. */
let add: KernelFunc | undefined;

/**
 * Puts our own kernels into tfjs's registry, in place of the WASM backend's where it has some, so that models stay ordinary tfjs code.
 * Calling it again changes nothing.
 */
export function registerTrainingKernels(): void {
  for (const [kernelName, kernelFunc] of Object.entries(WASM_KERNELS)) replaceKernel(kernelName, kernelFunc);
  add ??= addKernel(getKernel('Add', 'wasm').kernelFunc);
  replaceKernel('Add', add);
}

function replaceKernel(kernelName: string, kernelFunc: KernelFunc): void {
  const present = getKernel(kernelName, 'wasm');
  if (present?.kernelFunc === kernelFunc) return;
  if (present) unregisterKernel(kernelName, 'wasm');
  // With the set-up of the kernel that was there, for where it is still called.
  registerKernel({ ...present, kernelName, backendName: 'wasm', kernelFunc });
}
