/**
 * The free choices of a Squeeze-and-Excitation block and what they cost.
 *
 * Paper: Hu et al., "Squeeze-and-Excitation Networks", arXiv 1709.01507 v4: s = gate(W2 relu(W1 z)), with W1: C -> C/r and
 * W2: C/r -> C. Deviation: C/r is rounded down and never below one, so that every C has a block.
 */
import type { Gate, Squeeze } from '../model/modelSpec';

export interface SeOptions {
  /** Reduction r, a whole number from 1: the excitation has C / r hidden units. */
  readonly reduction: number;
  readonly squeeze: Squeeze;
  readonly gate: Gate;
  /** Biases in W1 and W2. The paper's ablations drop them; the authors' models keep them. */
  readonly bias: boolean;
}

export const DEFAULT_SE_OPTIONS: SeOptions = { reduction: 16, squeeze: 'avg', gate: 'sigmoid', bias: true };

/** Below this many hidden units the excitation can hardly tell channels apart; a known channel count gets a smaller r. */
export const MIN_HIDDEN_UNITS = 4;

/** Hidden units of the excitation for `channels` channels: C / r rounded down, at least 1. */
export function hiddenUnits(channels: number, reduction: number): number {
  return Math.max(1, Math.floor(channels / reduction));
}

/** The asked reduction, halved (rounding down) until at least MIN_HIDDEN_UNITS hidden units are left or r is 1. */
export function effectiveReduction(channels: number, reduction: number): number {
  let smaller = reduction;
  while (smaller > 1 && hiddenUnits(channels, smaller) < MIN_HIDDEN_UNITS) smaller = Math.floor(smaller / 2);
  return smaller;
}

/** Parameters one block adds: 2 C h weights, and h + C biases where there are biases. */
export function extraParameters(channels: number, hidden: number, bias: boolean): number {
  return 2 * channels * hidden + (bias ? hidden + channels : 0);
}

/** The cost of one block in a sentence, e.g. for 64 channels and r = 16. */
export function costSentence(channels: number, hidden: number, bias: boolean): string {
  const total = extraParameters(channels, hidden, bias).toLocaleString('en-US');
  return `Adds ${total} parameters per block: ${channels} -> ${hidden} -> ${channels}, ${bias ? 'with' : 'without'} biases.`;
}

/** What the paper found against the chosen options (Tables 11 and 12, SE-ResNet-50 on ImageNet), in sentences. */
export function optionWarnings(options: SeOptions): string[] {
  const warnings: string[] = [];
  if (options.gate === 'relu') {
    warnings.push(
      'A ReLU gate did worse than no SE block in the paper: 23.47% top-1 error, against 22.28% with sigmoid and 23.30% without SE (Tables 10 and 12).',
    );
  }
  if (options.gate === 'tanh') {
    warnings.push(
      'A tanh gate did worse than sigmoid in the paper: 23.00% top-1 error against 22.28% (Table 12).',
    );
  }
  if (options.squeeze === 'max') {
    warnings.push(
      'Max squeeze did worse than average in the paper: 22.57% top-1 error against 22.28% (Table 11).',
    );
  }
  return warnings;
}
