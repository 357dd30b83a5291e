/** The words of the insert command's one door, `planInsert`. */
import type { SeOptions } from '../codegen/seOptions';
import type { SourceFramework, SourceLanguage } from '../codegen/seSnippets';

export interface InsertRequest {
  /** The whole document as the editor holds it. */
  readonly text: string;
  readonly language: SourceLanguage;
  /** Cursor, in UTF-16 units from the start of `text` (VS Code's `document.offsetAt`). */
  readonly offset: number;
  readonly options: SeOptions;
  /** Overrides detection, e.g. after asking in a file that imports two frameworks. */
  readonly framework?: SourceFramework;
}

/** Replaces `length` units at `offset` of the requested text. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly newText: string;
}

/** residual-end: before a residual addition. after-layer: behind the layer at the cursor. sequence-item: in a list of layers. */
export type SitePlace = 'residual-end' | 'after-layer' | 'sequence-item';

/** The channels at the site. expression: as the source writes them. inferred: the layer finds them when it is built. */
export type ChannelCount =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'expression'; readonly text: string }
  | { readonly kind: 'inferred' };

export interface InsertSummary {
  readonly framework: SourceFramework;
  readonly place: SitePlace;
  /** For a person, e.g. "before `out += identity` in BasicBlock.forward". */
  readonly where: string;
  readonly channels: ChannelCount;
  readonly className: string;
  /** Whether the class is new or the file's own identical one. */
  readonly definition: 'inserted' | 'reused';
  /** The reduction written, which may be smaller than the one asked for. */
  readonly reduction: number;
  /** Hidden units and parameters of one block; null where the channels are no number. */
  readonly hidden: number | null;
  readonly extraParameters: number | null;
  /** Sentences for the preview; null where the channels are no number. */
  readonly cost: string | null;
  readonly warnings: readonly string[];
}

export interface EditPlan {
  /** In ascending order, no two touching the same offset: to be applied together, as one undo step. */
  readonly edits: readonly TextEdit[];
  readonly summary: InsertSummary;
}

export type RefusalCode =
  | 'invalid-request'
  | 'no-framework'
  | 'several-frameworks'
  | 'no-site'
  | 'ambiguous-site'
  | 'already-there'
  | 'unknown-channels'
  | 'not-a-feature-map'
  | 'channels-first'
  | 'syntax-error'
  | 'unsupported-shape';

export interface Refusal {
  readonly code: RefusalCode;
  /** A sentence for the user: why not, and what to do. */
  readonly message: string;
}

export type InsertResult =
  | { readonly ok: true; readonly plan: EditPlan }
  /** `fallback` is the definition in VS Code snippet syntax, for the host to offer instead. */
  | { readonly ok: false; readonly reason: Refusal; readonly fallback: string };

/** Thrown and caught inside the editing room only: it unwinds the search for a site to the door. */
export class RefusalSignal extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

export function refuse(code: RefusalCode, message: string): never {
  throw new RefusalSignal({ code, message });
}
