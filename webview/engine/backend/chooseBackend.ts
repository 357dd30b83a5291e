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
 * @throws PlaygroundError `engine/no-webgl` if WebGL was chosen and there is none, `engine/half-floats` if it has no 32-bit floats
 */
export function chooseBackend(choice: Exclude<BackendChoice, 'webgpu'>, gpu: GpuProbe): StartedBackend {
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

/**
 * What to use where WebGL turned out to compute wrong gradients: WASM, unless the user insisted.
 *
 * @throws the problem, if WebGL was chosen
 */
export function afterWrongGradients(
  choice: BackendChoice,
  { device }: StartedBackend,
  problem: unknown,
): StartedBackend {
  if (choice !== 'auto') throw problem;
  return {
    ...CPU,
    reason: `The GPU (${device}) computes wrong gradients, so training runs on the processor.`,
  };
}

function webGlAsChosen(gpu: GpuProbe): StartedBackend {
  if (gpu.renderer === undefined) {
    throw new PlaygroundError(
      'engine/no-webgl',
      'WebGL was chosen in the settings, but there is no WebGL 2 here. Choose "auto" or "wasm" instead.',
    );
  }
  const webGl = { backend: 'webgl', device: rendererName(gpu.renderer) } as const;
  if (!gpu.float32) {
    throw new PlaygroundError(
      'engine/half-floats',
      `This GPU (${webGl.device}) computes with 16-bit numbers only; training needs 32 bits. Choose "auto" or "wasm" instead.`,
    );
  }
  if (gpu.software) {
    return {
      ...webGl,
      reason: 'WebGL was chosen in the settings, but the CPU draws it here: this is very slow.',
    };
  }
  return { ...webGl, reason: 'WebGL was chosen in the settings.' };
}
