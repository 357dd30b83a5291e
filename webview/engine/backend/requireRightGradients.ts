import { PlaygroundError } from '../../../src/core/errors';
import { GRADIENT_LIMIT, gradientError } from './gradientOracle';

/**
 * Lets the running backend compute the gradients of a tiny network, and refuses it if they are wrong.
 *
 * @param name of the backend, for the user
 * @throws PlaygroundError `engine/wrong-gradients`
 */
export async function requireRightGradients(name: string): Promise<void> {
  let error: number;
  try {
    error = await gradientError();
  } catch (cause) {
    throw new PlaygroundError(
      'engine/wrong-gradients',
      `${name} cannot compute the gradients that training needs here. Choose "auto" in the settings instead.`,
      { cause },
    );
  }
  // Not a number is no small error either.
  if (error < GRADIENT_LIMIT) return;
  throw new PlaygroundError(
    'engine/wrong-gradients',
    `${name} computes wrong gradients here: they are off by ${Number.isFinite(error) ? `${(100 * error).toPrecision(2)}%` : 'more than can be said'}. Choose "auto" in the settings instead.`,
  );
}
