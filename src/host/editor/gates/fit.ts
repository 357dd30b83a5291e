/** How a trace fits a document: what definitions and source files are asked alike. */
import type { BlockId } from '../../../core/model/graph';

/** A place in the text that makes SE blocks. */
export interface FittingSite {
  readonly span: { readonly from: number; readonly to: number };
  readonly blocks: readonly BlockId[];
}

export interface FittingPlacement {
  /** The network of the file, by its entry or its name. */
  readonly network: string;
  /** Where it is written. */
  readonly offset: number;
  /** In the order of the text. */
  readonly sites: readonly FittingSite[];
}

export type Fit =
  | { readonly kind: 'certain'; readonly placement: FittingPlacement }
  /** It fits by structure, and only the user knows whether it is meant. */
  | { readonly kind: 'open'; readonly placements: readonly FittingPlacement[] }
  /** It is of this file, which has changed since; `why` in a sentence. */
  | { readonly kind: 'changed'; readonly placement: FittingPlacement; readonly why: string }
  | { readonly kind: 'none' };
