import { backend } from '@tensorflow/tfjs-core';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import { PlaygroundError } from '../../../src/core/errors';

/**
 * Tells when the browser takes the GPU away: tfjs does not notice and would go on computing garbage (tfjs#756). The context does not come
 * back to this worker; the run has to resume from its checkpoint in a new one.
 */
export function watchContextLoss(onLost: (failure: PlaygroundError) => void): void {
  // The worker's typings leave `canvas` out, because there it can only be an OffscreenCanvas.
  const { canvas } = (backend() as MathBackendWebGL).gpgpu.gl as unknown as { canvas: OffscreenCanvas };
  canvas.addEventListener('webglcontextlost', () => {
    onLost(
      new PlaygroundError(
        'engine/context-lost',
        'The browser took the GPU away from the training. Resume the run: it goes on from its last checkpoint.',
      ),
    );
  });
}
