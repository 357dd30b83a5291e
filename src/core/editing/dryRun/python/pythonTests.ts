/**
 * Python's `or`, `and`, `not` and comparisons. The grammar nests them with wrong precedences (`not a and b` as
 * `not (a and b)`) and knows no chains (`a < b < c`), so they are flattened and parsed again.
 */
import type { SyntaxNode } from '@lezer/common';
import type { Code } from '../code/code';
import type { Span } from '../../syntax/ast';

/** An operator, or the node of an operand. */
export type TestToken = string | SyntaxNode;

const TEST_WORDS = new Set(['or', 'and', 'in', 'not', 'is', 'CompareOp']);

/** The operators and operands of a test in source order; null where the node is none. */
export function testTokens(node: SyntaxNode, text: string): TestToken[] | null {
  const tokens: TestToken[] = [];
  // A stack, not recursion: chains of `and` nest to the left as long as the source is.
  const pending: TestToken[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const parts = typeof next === 'string' ? null : testParts(next, text);
    if (parts) pending.push(...parts.reverse());
    else tokens.push(next);
  }
  return tokens.length > 1 ? tokens : null;
}

function testParts(node: SyntaxNode, text: string): TestToken[] | null {
  if (node.name !== 'BinaryExpression' && node.name !== 'UnaryExpression') return null;
  const operands: TestToken[] = [];
  let operator = '';
  let operatorAt = 0;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (TEST_WORDS.has(child.name)) {
      operatorAt = operands.length;
      operator += operator === '' ? text.slice(child.from, child.to) : ` ${text.slice(child.from, child.to)}`;
    } else if (child.name !== 'Comment') operands.push(child);
  }
  if (operator === '') return null;
  operands.splice(operatorAt, 0, operator);
  return operands;
}

export function pythonTest(
  tokens: readonly TestToken[],
  span: Span,
  operandOf: (node: SyntaxNode) => Code,
): Code {
  let at = 0;
  const broken: Code = { kind: 'unread', what: 'code that does not parse', ...span };
  const operand = (): Code => {
    const token = tokens[at];
    at += 1;
    return token === undefined || typeof token === 'string' ? broken : operandOf(token);
  };
  const comparison = (): Code => {
    const first = operand();
    const rest: { operator: string; operand: Code }[] = [];
    for (;;) {
      const operator = tokens[at];
      if (typeof operator !== 'string' || operator === 'or' || operator === 'and') break;
      at += 1;
      rest.push({ operator, operand: operand() });
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest, ...span };
  };
  const negation = (): Code => {
    let negations = 0;
    for (; tokens[at] === 'not'; at += 1) negations += 1;
    let code = comparison();
    for (; negations > 0; negations -= 1) code = { kind: 'unary', operator: 'not', operand: code, ...span };
    return code;
  };
  const chain = (operator: 'and' | 'or', next: () => Code): Code => {
    let left = next();
    while (tokens[at] === operator) {
      at += 1;
      left = { kind: 'logical', operator, left, right: next(), ...span };
    }
    return left;
  };
  return chain('or', () => chain('and', negation));
}
