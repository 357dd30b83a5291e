/** Reading Lezer nodes: the few operations both lowerings share. */
import type { SyntaxNode } from '@lezer/common';

/** Deeper code than this is left as `other`: it keeps hostile nesting from exhausting the stack. */
export const MAX_DEPTH = 250;

/** The direct children, error nodes included, in source order. */
export function childNodes(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

/** Python's compound statements: Lezer lets them run on over the line ends and comments that follow. */
const RUNS_ON =
  /^(Body|FunctionDefinition|ClassDefinition|DecoratedStatement|Match(Body|Clause)|(If|For|While|Try|With|Match)Statement)$/;

/** Where the last token of a statement ends. */
export function contentEnd(node: SyntaxNode): number {
  let current = node;
  while (RUNS_ON.test(current.name)) {
    let last = current.lastChild;
    while (last && (last.name === 'Comment' || last.from === last.to)) last = last.prevSibling;
    if (!last) break;
    current = last;
  }
  return current.to;
}

/** The value of a number token of either language; NaN where it is no plain number. */
export function numberOf(text: string): number {
  return Number(text.replace(/_/g, ''));
}

/** The contents of a simple string token: prefix and quotes dropped, escapes left as written. */
export function stringOf(text: string): string {
  return text.replace(/^[a-zA-Z]*("""|'''|"|'|`)/, '').replace(/("""|'''|"|'|`)$/, '');
}
