// Not by a dynamic import: the worker is one file, in which esbuild then puts every module of tfjs in a function of its own, and that costs each
// start of a worker 40 ms; these modules cost 7 ms. The GPU is asked for only when the backend is started.
import '@tensorflow/tfjs-backend-webgpu';
import { PlaygroundError } from '../../../src/core/errors';
import type { StartedBackend } from './chooseBackend';
import { requireRightGradients } from './requireRightGradients';
import { startTfjs } from './startTfjs';
import { probeWebGpu, type WebGpuProbe } from './webGpuProbe';

/**
 * Starts tfjs's WebGPU backend, where there is a GPU for it and its gradients are right.
 *
 * @throws PlaygroundError `engine/no-webgpu`, `engine/wrong-gradients`, `engine/start`
 */
export async function startWebGpu(): Promise<StartedBackend> {
  const started = chooseWebGpu(await probeWebGpu());
  await startTfjs('webgpu');
  await requireRightGradients('WebGPU');
  return started;
}

/** @throws PlaygroundError `engine/no-webgpu` where WebGPU has no GPU behind it */
export function chooseWebGpu({ adapter, software }: WebGpuProbe): StartedBackend {
  if (adapter === undefined) {
    throw new PlaygroundError(
      'engine/no-webgpu',
      'WebGPU was chosen in the settings, but there is none here. Choose "auto" instead.',
    );
  }
  if (software) {
    throw new PlaygroundError(
      'engine/no-webgpu',
      `WebGPU was chosen in the settings, but here the CPU computes it (${adapter}). Choose "auto" or "wasm" instead, which is much faster.`,
    );
  }
  return { backend: 'webgpu', device: adapter, reason: 'WebGPU was chosen in the settings.' };
}
