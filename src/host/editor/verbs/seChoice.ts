/** What a person chooses about an SE block, and how it is remembered. */
import { DEFAULT_SE_OPTIONS, type SeOptions } from '../../../core/codegen/seOptions';
import type { SeVariant } from '../../../core/editing/insertTypes';
import { readVerbArguments, type VerbArguments } from './verbArguments';

export interface SeChoice {
  /** Null: the site's own best place; when a block is changed, the place it has. */
  readonly variant: SeVariant | null;
  readonly options: SeOptions;
}

/** The paper's block. What arguments leave open is this, never what was chosen last: a keybinding must do the same every time. */
export const PAPER_CHOICE: SeChoice = { variant: null, options: DEFAULT_SE_OPTIONS };

export function withArguments(choice: SeChoice, given: VerbArguments): SeChoice {
  const { reduction, squeeze, gate, bias } = given;
  return {
    variant: given.variant ?? choice.variant,
    options: {
      reduction: reduction ?? choice.options.reduction,
      squeeze: squeeze ?? choice.options.squeeze,
      gate: gate ?? choice.options.gate,
      bias: bias ?? choice.options.bias,
    },
  };
}

export function sameChoice(one: SeChoice, other: SeChoice): boolean {
  return one.variant === other.variant && sameOptions(one.options, other.options);
}

export function sameOptions(one: SeOptions, other: SeOptions): boolean {
  return (
    one.reduction === other.reduction &&
    one.squeeze === other.squeeze &&
    one.gate === other.gate &&
    one.bias === other.bias
  );
}

/** What a workspace keeps of a choice. */
export function storedChoice({ variant, options }: SeChoice): object {
  return { ...options, ...(variant && { variant }) };
}

/** Reads what a workspace kept, which an older version may have written: anything odd counts as nothing. */
export function readStoredChoice(stored: unknown): SeChoice | null {
  const reading = readVerbArguments(stored, ['variant', 'reduction', 'squeeze', 'gate', 'bias']);
  return reading.ok && reading.given ? withArguments(PAPER_CHOICE, reading.given) : null;
}
