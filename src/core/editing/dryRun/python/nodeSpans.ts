import type { SyntaxNode } from '@lezer/common';
import type { Code } from '../code/code';
import type { Span } from '../../syntax/ast';

/** What the readers of single forms ask of the reader of all expressions. */
export interface ExpressionReader {
  readonly text: string;
  slice(span: Span): string;
  /** Direct children without comments. */
  parts(node: SyntaxNode): SyntaxNode[];
  expression(node: SyntaxNode): Code;
  expressions(nodes: readonly SyntaxNode[], span: Span): Code;
  unread(what: string, span: Span): Code;
}

/** From the first node to the last. */
export function spanOf(nodes: readonly SyntaxNode[]): Span {
  return { from: nodes[0]?.from ?? 0, to: nodes.at(-1)?.to ?? 0 };
}
