import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgl';
import { PlaygroundError } from '../../../src/core/errors';
import type { BackendChoice, BackendName } from '../../../src/core/training/runPlan';
import { registerTrainingKernels } from '../kernels/registerTrainingKernels';
import type { StartedBackend } from './chooseBackend';
import { chooseBackend } from './chooseBackend';
import { probeGpu } from './gpuProbe';
import { withWasmBinary } from './wasmBinary';

export type { StartedBackend } from './chooseBackend';

/**
 * Chooses (see `chooseBackend`) and starts the tfjs backend, with the kernels that training needs.
 *
 * @param wasm content of `tfjs-backend-wasm-simd.wasm`; nothing is fetched
 * @throws PlaygroundError `engine/no-webgl`, `engine/no-simd`, `engine/bad-wasm`, `engine/start`
 */
export async function startBackend(options: {
  choice: BackendChoice;
  wasm: Uint8Array;
}): Promise<StartedBackend> {
  const decision = chooseBackend(options.choice, probeGpu());
  registerTrainingKernels();
  if (decision.backend === 'wasm') {
    await withWasmBinary(options.wasm, () => start('wasm'));
  } else {
    // The user may have chosen software rendering, which tfjs refuses unless told.
    tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
    await start('webgl');
  }
  return decision;
}

async function start(backend: BackendName): Promise<void> {
  let started: boolean;
  try {
    started = await tf.setBackend(backend);
  } catch (thrown) {
    throw PlaygroundError.from(thrown, 'engine/start');
  }
  if (!started) {
    throw new PlaygroundError(
      'engine/start',
      `The TensorFlow.js backend "${backend}" did not start. Choose another backend in the settings.`,
    );
  }
}
