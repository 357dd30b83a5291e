import type { KernelFunc } from '@tensorflow/tfjs-core';
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import {
  BATCH_NORM_TRAINING,
  BATCH_NORM_TRAINING_GRAD,
  SCALE_CHANNELS,
  SCALE_CHANNELS_GRAD,
} from '../kernelNames';
import { batchNormTraining, batchNormTrainingGrad } from './batchNormKernels';
import {
  globalAveragePool,
  globalAveragePoolGradient,
  scaleChannels,
  scaleChannelsGrad,
} from './channelKernels';
import { GLOBAL_AVERAGE_POOL, GLOBAL_AVERAGE_POOL_GRADIENT } from '../globalPool';
import { SGD_UPDATE } from '../sgdUpdate';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './convolutionKernels';
import { sgdUpdate } from './sgdKernel';

/** Ours in place of tfjs's, which they get for what they leave to it. */
const REPLACEMENTS: Record<string, (stock: KernelFunc) => KernelFunc> = {
  Conv2D: conv2d,
  Conv2DBackpropInput: conv2dBackpropInput,
  Conv2DBackpropFilter: conv2dBackpropFilter,
};

const ADDITIONS: Record<string, KernelFunc> = {
  [BATCH_NORM_TRAINING]: batchNormTraining,
  [BATCH_NORM_TRAINING_GRAD]: batchNormTrainingGrad,
  [SCALE_CHANNELS]: scaleChannels,
  [SCALE_CHANNELS_GRAD]: scaleChannelsGrad,
  [GLOBAL_AVERAGE_POOL]: globalAveragePool,
  [GLOBAL_AVERAGE_POOL_GRADIENT]: globalAveragePoolGradient,
  [SGD_UPDATE]: sgdUpdate,
};

const registered = new Set<string>();

/** Puts our kernels into tfjs's registry for the WebGL backend. Calling it again changes nothing. */
export function registerWebglKernels(): void {
  for (const [kernelName, replace] of Object.entries(REPLACEMENTS)) {
    const stock = getKernel(kernelName, 'webgl');
    if (!stock || registered.has(kernelName)) continue;
    unregisterKernel(kernelName, 'webgl');
    registerKernel({ ...stock, kernelFunc: replace(stock.kernelFunc) });
    registered.add(kernelName);
  }
  for (const [kernelName, kernelFunc] of Object.entries(ADDITIONS)) {
    if (!getKernel(kernelName, 'webgl')) registerKernel({ kernelName, backendName: 'webgl', kernelFunc });
  }
}
