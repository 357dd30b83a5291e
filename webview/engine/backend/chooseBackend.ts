import { PlaygroundError } from '../../../src/core/errors';
import type { BackendChoice, BackendName } from '../../../src/core/training/runPlan';
import type { GpuProbe } from './gpuProbe';
import { rendererName } from './rendererName';

export interface StartedBackend {
  backend: BackendName;
  /** What computes, in words: the GPU's name, or the CPU. */
  device: string;
  /** Why this backend, in one sentence for the user. */
  reason: string;
}

const CPU = { backend: 'wasm', device: 'CPU (WebAssembly SIMD)' } as const;

/**
 * WebGL where a real GPU with 32-bit floats is behind it, else WASM. The user's choice wins: software WebGL is then used, and called slow.
 *
 * @throws PlaygroundError `engine/no-webgl` if WebGL was chosen and there is none
 */
export function chooseBackend(choice: BackendChoice, gpu: GpuProbe): StartedBackend {
  if (choice === 'wasm') return { ...CPU, reason: 'WebAssembly was chosen in the settings.' };
  if (choice === 'webgl') return webGlAsChosen(gpu);
  if (gpu.renderer === undefined) return { ...CPU, reason: 'There is no WebGL 2 here, so no GPU to use.' };
  const device = rendererName(gpu.renderer);
  if (gpu.software) {
    return {
      ...CPU,
      reason: `WebGL here is ${device}, a software renderer; WebAssembly is much faster.`,
    };
  }
  if (!gpu.float32) {
    return { ...CPU, reason: `The GPU (${device}) cannot store 32-bit floats, which training needs.` };
  }
  return { backend: 'webgl', device, reason: 'There is a GPU with 32-bit floats.' };
}

function webGlAsChosen(gpu: GpuProbe): StartedBackend {
  if (gpu.renderer === undefined) {
    throw new PlaygroundError(
      'engine/no-webgl',
      'WebGL was chosen in the settings, but there is no WebGL 2 here. Choose "auto" or "wasm" instead.',
    );
  }
  const webGl = { backend: 'webgl', device: rendererName(gpu.renderer) } as const;
  if (gpu.software) {
    return {
      ...webGl,
      reason: 'WebGL was chosen in the settings, but the CPU draws it here: this is very slow.',
    };
  }
  if (!gpu.float32) {
    return {
      ...webGl,
      reason: 'WebGL was chosen in the settings, but this GPU rounds to 16 bits: training may fail.',
    };
  }
  return { ...webGl, reason: 'WebGL was chosen in the settings.' };
}
