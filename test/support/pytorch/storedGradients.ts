/**
 * PyTorch's gradients in a few numbers, for machines without PyTorch: of each parameter's gradient its norm, and its products with random
 * vectors of +1 and -1. The products of a DIFFERENCE with such vectors are on average, squared, its squared norm (Johnson and Lindenstrauss,
 * 1984): eight of them tell an error's size to a factor of two or so, wherever in the gradient it is.
 */
import { createRandom } from '../../../src/core/data/random';

export interface StoredGradient {
  norm: number;
  products: number[];
}

export interface StoredReference {
  /** Version of PyTorch. */
  torch: string;
  cases: Record<string, { loss: number; nearestKink: number; gradients: Record<string, StoredGradient> }>;
}

const PRODUCTS = 8;
/** Digits kept: far below the tolerance of the comparison, far above the noise of float64. */
const DIGITS = 9;

export function storeGradient(name: string, gradient: Float64Array): StoredGradient {
  const round = (value: number) => Number(value.toPrecision(DIGITS));
  return { norm: round(norm(gradient)), products: signedSums(name, gradient).map(round) };
}

/** Norm of the error of `actual`, estimated from the stored products, relative to the norm of the stored gradient. */
export function storedError(name: string, actual: ArrayLike<number>, stored: StoredGradient): number {
  const gaps = signedSums(name, actual).map((sum, index) => sum - (stored.products[index] ?? NaN));
  return relative(norm(gaps) / Math.sqrt(PRODUCTS), stored.norm);
}

/** Norm of the difference, relative to the norm of `expected`. */
export function gradientError(actual: ArrayLike<number>, expected: Float64Array): number {
  return relative(norm(expected.map((value, index) => (actual[index] ?? NaN) - value)), norm(expected));
}

function relative(error: number, scale: number): number {
  return scale === 0 ? error : error / scale;
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
}

/** Sums of the values under signs that depend on the parameter's name alone. */
function signedSums(name: string, values: ArrayLike<number>): number[] {
  return Array.from({ length: PRODUCTS }, (_, product) => {
    const { integer } = createRandom(product, 'signs', name);
    return Array.from(values).reduce((sum, value) => sum + (integer(2) === 1 ? value : -value), 0);
  });
}
