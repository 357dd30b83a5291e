import type { SeSpec } from './modelSpec';

/**
 * Hidden units of the excitation for `channels` channels: the explicit width as it is, or floor(C / r), at least 1, rounded
 * UP to a multiple of the divisor (paper section 3.2: W1 maps C -> C / r).
 */
export function hiddenWidth(se: Pick<SeSpec, 'reduction' | 'hidden' | 'divisor'>, channels: number): number {
  if (se.hidden !== undefined) return se.hidden;
  const reduced = Math.max(1, Math.floor(channels / se.reduction));
  return Math.ceil(reduced / se.divisor) * se.divisor;
}
