/** The words of the editing room's doors: `findSites`, `planInsert`, `planConvert`, `planRemove`, `planChange`. */
import type { SeOptions } from '../codegen/seOptions';
import type { SourceFramework, SourceLanguage } from '../codegen/seSnippets';
import type { Span } from './syntax/ast';

/**
 * Where in a residual unit the block sits (paper, figure 5 and tables 14 and 15). standard: end of the residual branch. pre: before
 * the branch. post: after the addition and its activation. identity: on the shortcut. 3x3: behind the bottleneck's 3x3 convolution,
 * or an inverted residual's depthwise one.
 */
export const SE_VARIANTS = ['standard', 'pre', 'post', 'identity', '3x3'] as const;
export type SeVariant = (typeof SE_VARIANTS)[number];

export interface SourceRequest {
  /** The whole document as the editor holds it. */
  readonly text: string;
  readonly language: SourceLanguage;
  /** Overrides detection, e.g. after asking in a file that imports two frameworks. */
  readonly framework?: SourceFramework;
}

/** What to write, wherever it goes. */
export interface WriteRequest extends SourceRequest {
  readonly options: SeOptions;
  /** Absent: the site's own best place, which is `standard` in a residual unit and `3x3` in an inverted residual. */
  readonly variant?: SeVariant;
  /**
   * Import the class instead of writing it into the file: a module, with the class's name after a colon where it is not `SqueezeExcite`, e.g.
   * `mylib.layers` or `./layers:SELayer`. The class must take what ours takes: channels (where the framework needs them) and reduction.
   */
  readonly importFrom?: string;
}

export interface InsertRequest extends WriteRequest {
  /** Cursor, in UTF-16 units from the start of `text` (VS Code's `document.offsetAt`). */
  readonly offset: number;
}

/** Replaces `length` units at `offset` of the requested text. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly newText: string;
}

/**
 * residual-end: before a residual addition. after-depthwise: behind the depthwise convolution of an inverted residual. after-layer:
 * behind the layer at the cursor. sequence-item: in a list of layers. unit-input, shortcut, after-addition: the pre, identity and post
 * variants. after-3x3: behind a bottleneck's 3x3 convolution.
 */
export type SitePlace =
  | 'residual-end'
  | 'after-depthwise'
  | 'after-layer'
  | 'sequence-item'
  | 'unit-input'
  | 'shortcut'
  | 'after-addition'
  | 'after-3x3';

/** Order of a feature map's axes: channels first (PyTorch) or last (Keras, tfjs, Flax). */
export type DataLayout = 'NCHW' | 'NHWC';

/** The channels at the site. expression: as the source writes them. inferred: the layer finds them when it is built. */
export type ChannelCount =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'expression'; readonly text: string }
  | { readonly kind: 'inferred' };

export interface InsertSummary {
  readonly framework: SourceFramework;
  readonly place: SitePlace;
  /** The variant written; null outside residual units. */
  readonly variant: SeVariant | null;
  /** For a person, e.g. "before `out += identity` in BasicBlock.forward". */
  readonly where: string;
  readonly channels: ChannelCount;
  readonly layout: DataLayout;
  readonly className: string;
  /** Whether the class is new, the file's own identical one, or imported from the module the user named. */
  readonly definition: 'inserted' | 'reused' | 'imported';
  /** The reduction written, which may be smaller than the one asked for. */
  readonly reduction: number;
  /** Hidden units and parameters of one block; null where the channels are no number. */
  readonly hidden: number | null;
  readonly extraParameters: number | null;
  /** Sentences for the preview; null where the channels are no number. */
  readonly cost: string | null;
  /** What the networks of the file gain by this one site; empty where the file builds none. */
  readonly networks: readonly NetworkCost[];
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

/** The class or function that a site belongs to. */
export interface SiteOwner {
  /** `Bottleneck.forward`, `residual_block`, or empty at the top level of a script. */
  readonly name: string;
  /** The class or function that a person thinks of, with its span: where a CodeLens goes. Null at the top level. */
  readonly declaration: (Span & { readonly name: string; readonly kind: 'class' | 'function' }) | null;
}

/** A place of the file where a block can go, has gone, or cannot go for a reason. */
export interface SiteReport {
  /** The cursor position that means this site in `planInsert`. */
  readonly offset: number;
  /** The statement at the site. */
  readonly statement: Span;
  readonly owner: SiteOwner;
  readonly place: SitePlace;
  readonly where: string;
  /** Null where the site is declined. */
  readonly channels: ChannelCount | null;
  readonly layout: DataLayout;
  /** best: the paper's place of a residual unit, or an inverted residual's depthwise. possible: behind any other convolution. */
  readonly rank: 'best' | 'possible';
  /** candidate: `planInsert` will do it. occupied: there is a block already. declined: it cannot be done safely; `reason` says why. */
  readonly status: 'candidate' | 'occupied' | 'declined';
  readonly reason: Refusal | null;
}

/** An SE block that the file has: where it is made and where it is called. */
export interface SeUse {
  /** The cursor position that means this block in `planRemove` and `planChange`. */
  readonly offset: number;
  readonly owner: SiteOwner;
  /** Class of the block as written, e.g. `SqueezeExcite`, `SELayer`. */
  readonly className: string;
  /** The expression that makes it, e.g. `SqueezeExcite(planes, reduction=8)`. */
  readonly construction: Span;
  /** Where tensors are given to it, e.g. `self.se(out)`. */
  readonly calls: readonly Span[];
  /** The options, where the class is one of ours in this file; null where only its author knows. */
  readonly options: SeOptions | null;
}

export interface SitesReport {
  readonly framework: SourceFramework | null;
  /** In source order. */
  readonly sites: readonly SiteReport[];
  readonly uses: readonly SeUse[];
  /** Why nothing was looked for, e.g. a file of no framework. */
  readonly problem: Refusal | null;
}

export interface RemoveRequest extends SourceRequest {
  readonly offset: number;
}

export interface RemovePlan {
  readonly edits: readonly TextEdit[];
  readonly summary: {
    readonly className: string;
    /** For a person, e.g. "from BasicBlock.forward". */
    readonly where: string;
    /** Whether the class went too, because it was ours and nothing else uses it. */
    readonly classRemoved: boolean;
    readonly warnings: readonly string[];
  };
}

export type RemoveResult =
  { readonly ok: true; readonly plan: RemovePlan } | { readonly ok: false; readonly reason: Refusal };

/** New options for the block at `offset`; `variant` absent keeps its place. */
export type ChangeRequest = InsertRequest;

export type ChangeResult =
  { readonly ok: true; readonly plan: EditPlan } | { readonly ok: false; readonly reason: Refusal };

/** Blocks for every residual unit of a class (the one around `offset`) or of the whole file. */
export interface ConvertRequest extends WriteRequest {
  readonly scope: { readonly kind: 'file' } | { readonly kind: 'class'; readonly offset: number };
}

/** What the blocks of one stage of a network in the file add. */
export interface StageCost {
  /** As the source calls it, e.g. `layer2` or `features.4`. */
  readonly stage: string;
  readonly blocks: number;
  /** Channels of its blocks, each different number once, in network order. */
  readonly channels: readonly number[];
  readonly extraParameters: number;
}

/** What a network that the file builds gains, e.g. of `resnet50`. */
export interface NetworkCost {
  readonly entry: string;
  readonly stages: readonly StageCost[];
  readonly blocks: number;
  readonly extraParameters: number;
  /** Whether every block could be counted; `why` says what could not. */
  readonly complete: boolean;
  readonly why: string | null;
}

export interface ConvertPlan {
  readonly edits: readonly TextEdit[];
  readonly inserted: readonly InsertSummary[];
  readonly occupied: readonly SiteReport[];
  readonly declined: readonly SiteReport[];
  readonly networks: readonly NetworkCost[];
  readonly warnings: readonly string[];
}

export type ConvertResult =
  { readonly ok: true; readonly plan: ConvertPlan } | { readonly ok: false; readonly reason: Refusal };

/** Thrown and caught inside the editing room only: it unwinds the search for a site to the door. */
export class RefusalSignal extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

export function refuse(code: RefusalCode, message: string): never {
  throw new RefusalSignal({ code, message });
}
