/** Reads comprehensions and generators. */
import type { SyntaxNode } from '@lezer/common';
import type { Clause, Code, SequenceType } from '../code/code';
import type { Span } from '../../syntax/ast';
import type { ExpressionReader } from './nodeSpans';
import { spanOf } from './nodeSpans';

/** `nodes`: what stands between the brackets. */
export function comprehension(
  reader: ExpressionReader,
  type: SequenceType | 'dictionary' | 'generator',
  nodes: readonly SyntaxNode[],
  span: Span,
): Code {
  const start = nodes.findIndex((node) => node.name === 'for' || node.name === 'async');
  const head = nodes.slice(0, start);
  const clauses: Clause[] = [];
  let rest = nodes.slice(start);
  while (rest[0]?.name === 'for') {
    const inAt = rest.findIndex((node) => node.name === 'in');
    const iterable = rest[inAt + 1];
    if (inAt < 0 || !iterable) break;
    const target = reader.expressions(rest.slice(1, inAt), spanOf(rest));
    const tests: Code[] = [];
    rest = rest.slice(inAt + 2);
    while (rest[0]?.name === 'if' && rest[1]) {
      tests.push(reader.expression(rest[1]));
      rest = rest.slice(2);
    }
    clauses.push({ target, iterable: reader.expression(iterable), tests });
  }
  const [first] = head;
  const last = head.at(-1);
  if (rest.length > 0 || clauses.length === 0 || !first || !last)
    return reader.unread('a comprehension of an unknown form', span);
  const key = type === 'dictionary' && head.length === 3 ? reader.expression(first) : null;
  return { kind: 'comprehension', type, key, value: reader.expression(last), clauses, ...span };
}
