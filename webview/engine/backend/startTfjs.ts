import * as tf from '@tensorflow/tfjs-core';
import { PlaygroundError } from '../../../src/core/errors';
import type { BackendName } from '../../../src/core/training/runPlan';
import { registerTrainingKernels } from '../kernels/registerTrainingKernels';
import { registerWebglKernels } from '../kernels/webgl/registerWebglKernels';

/**
 * Starts a backend of tfjs, with the kernels that training needs.
 *
 * @throws PlaygroundError `engine/start`
 */
export async function startTfjs(backend: BackendName): Promise<void> {
  registerTrainingKernels();
  registerWebglKernels();
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
