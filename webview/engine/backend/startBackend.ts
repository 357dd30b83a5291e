import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgl';
import type { BackendChoice } from '../../../src/core/training/runPlan';
import type { StartedBackend } from './chooseBackend';
import { afterWrongGradients, chooseBackend } from './chooseBackend';
import { probeGpu } from './gpuProbe';
import { requireRightGradients } from './requireRightGradients';
import { startTfjs } from './startTfjs';
import { startWebGpu } from './startWebGpu';
import { withWasmBinary } from './wasmBinary';

export type { StartedBackend } from './chooseBackend';

/**
 * Chooses (see `chooseBackend`) and starts the tfjs backend, with the kernels that training needs. WebGPU is started only when it is chosen. A GPU is
 * used only if its gradients are right: drivers are many, and a wrong one would train quietly to nowhere.
 *
 * @param wasm content of `tfjs-backend-wasm-simd.wasm`; nothing is fetched
 * @throws PlaygroundError `engine/no-webgl`, `engine/half-floats`, `engine/no-webgpu`, `engine/wrong-gradients`, `engine/no-simd`,
 * `engine/bad-wasm`, `engine/start`
 */
export async function startBackend(options: {
  choice: BackendChoice;
  wasm: Uint8Array;
}): Promise<StartedBackend> {
  if (options.choice === 'webgpu') return startWebGpu();
  const decision = chooseBackend(options.choice, probeGpu());
  const startWasm = () => withWasmBinary(options.wasm, () => startTfjs('wasm'));
  if (decision.backend === 'wasm') {
    await startWasm();
    return decision;
  }
  // The user may have chosen software rendering, which tfjs refuses unless told.
  tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
  await startTfjs('webgl');
  try {
    await requireRightGradients('WebGL');
  } catch (problem) {
    const instead = afterWrongGradients(options.choice, decision, problem);
    await startWasm();
    return instead;
  }
  return decision;
}
