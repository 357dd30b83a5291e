/** A place for an SE block, found but not yet written. */
import type { SourceFramework } from '../../codegen/seSnippets';
import type { Imports } from '../analysis/imports';
import type { Channels } from '../analysis/channels';
import type { ConvolutionReader } from '../analysis/convolutions';
import { takesChannels } from '../analysis/layerTable';
import type { LayerReader } from '../analysis/layers';
import type { ClassAttributes } from '../analysis/scope';
import type { FunctionNode, Item, Span, Statement } from '../syntax/ast';
import { innerBodies, innermost, spanHolds } from '../syntax/ast';
import type { SourceFile } from '../syntax/sourceFile';
import type { DataLayout, SeVariant, SitePlace } from '../insertTypes';
import { refuse } from '../insertTypes';

/** A source file that has been read, with what its names and layers mean. */
export interface OpenSource {
  readonly file: SourceFile;
  readonly framework: SourceFramework;
  readonly imports: Imports;
  readonly reader: LayerReader;
  readonly convolutions: ConvolutionReader;
}

/** What the user means: a place, and a variant where one was asked for. */
export interface Analysis extends OpenSource {
  readonly offset: number;
  readonly variant: SeVariant | undefined;
}

/** Order of the axes that the framework's convolutions work on. */
export function layoutOf(framework: SourceFramework): DataLayout {
  return framework === 'pytorch' ? 'NCHW' : 'NHWC';
}

/**
 * How the call is written. line: `x = se(x)` on a line of its own. wrap: `se(` ... `)` around an expression, or around each of
 * several of which one is computed.
 * item: one more element in a list of layers. method-call: `receiver(block)` after a like statement, e.g. `model.add`.
 */
export type Insertion =
  | {
      readonly form: 'line';
      readonly where: 'before' | 'after';
      readonly statement: Statement;
      readonly variable: string;
      readonly castText: CastText;
    }
  | { readonly form: 'wrap'; readonly spans: readonly Span[]; readonly castText: CastText }
  | { readonly form: 'item'; readonly items: readonly Item[]; readonly index: number }
  | { readonly form: 'method-call'; readonly statement: Statement; readonly callee: string };

/** TypeScript's ` as T` after an applied layer; empty for none, null for the symbolic tensor of the file's tfjs. */
export type CastText = string | null;

export interface Site {
  readonly place: SitePlace;
  /** Null outside residual units. */
  readonly variant: SeVariant | null;
  readonly where: string;
  /** The statement that the call belongs to. */
  readonly statement: Statement;
  readonly channels: Extract<Channels, { status: 'known' | 'feature' }>;
  readonly insertion: Insertion;
  /** Where `self.se = ...` goes; null where the block is made in place. */
  readonly construction: {
    readonly after: Statement;
    readonly self: string;
    readonly forwardSelf: string;
    readonly attributes: ClassAttributes;
  } | null;
  readonly warnings: readonly string[];
}

/** The function around an offset, or the top level. */
export function scopeAt({ file, offset }: Pick<Analysis, 'file' | 'offset'>): {
  body: readonly Statement[];
  scope: FunctionNode | null;
} {
  const byLines = file.module.functions.map((node) => ({ node, ...file.lines(node) }));
  const scope = innermost(file.module.functions, offset) ?? innermost(byLines, offset)?.node ?? null;
  return { body: scope?.body ?? file.module.body, scope };
}

/** The innermost statement on whose lines the offset lies; functions and classes are not entered. */
export function statementAt(body: readonly Statement[], file: SourceFile, offset: number): Statement | null {
  for (const statement of body) {
    if (!spanHolds(file.lines(statement), offset)) continue;
    for (const inner of innerBodies(statement)) {
      const found = statementAt(inner, file, offset);
      if (found) return found;
    }
    if (
      spanHolds(statement, offset) ||
      !body.some((other) => other !== statement && spanHolds(other, offset))
    )
      return statement;
  }
  return null;
}

/** The site's channels, or the reason why there can be no block. */
export function requireChannels(channels: Channels, { file, framework }: OpenSource): Site['channels'] {
  switch (channels.status) {
    case 'known':
      return channels;
    case 'feature':
      if (!takesChannels(framework)) return channels;
      return refuse(
        'unknown-channels',
        'The layers before this place do not say how many channels there are. Use the snippet and fill the number in.',
      );
    case 'flat':
      return refuse(
        'not-a-feature-map',
        `There is no feature map here${through(channels.through, file)}: an SE block needs height and width. Put the cursor on a convolution or its normalisation.`,
      );
    case 'unknown':
      return refuse(
        'unknown-channels',
        `The channels cannot be read from the code here${through(channels.through, file)}. Put the cursor on a convolution or its normalisation, or use the snippet.`,
      );
  }
}

function through(expr: Span | null, file: SourceFile): string {
  return expr ? ` (${quoteCode(expr, file)})` : '';
}

/** Source text for a sentence: its first line, shortened, between backticks. */
export function quoteCode(span: Span, file: SourceFile): string {
  const [first = ''] = file.slice(span).split(/\r?\n/);
  const whole = first.length === span.to - span.from;
  return first.length > 60 || !whole ? `\`${first.slice(0, 57)}...\`` : `\`${first}\``;
}

export function alreadyThere(where: string): never {
  return refuse('already-there', `There is already an SE block ${where}. Nothing was changed.`);
}
