/** Reads `switch` as a chain of `if`s. */
import type { SyntaxNode } from '@lezer/common';
import type { Code, Statement } from '../code/code';
import type { Span } from '../../syntax/ast';

/** What it asks of the reader of all statements. */
export interface StatementReader {
  parts(node: SyntaxNode): SyntaxNode[];
  expression(node: SyntaxNode): Code;
  unread(what: string, span: Span): Code;
  statements(nodes: readonly SyntaxNode[]): Statement[];
}

/** As `if`s, where each case ends in `break`, `return` or `throw`. */
export function switchStatement(reader: StatementReader, node: SyntaxNode, span: Span): Statement {
  const [subject, switchBody] = [node.getChild('ParenthesizedExpression'), node.getChild('SwitchBody')];
  const unread: Statement = { kind: 'unread', what: 'a `switch` whose cases run into each other', ...span };
  if (!subject || !switchBody) return unread;
  const cases: { tests: (SyntaxNode | null)[]; body: SyntaxNode[] }[] = [];
  for (const part of reader.parts(switchBody).slice(1, -1)) {
    const last = cases.at(-1);
    if (part.name === 'CaseLabel' || part.name === 'DefaultLabel') {
      const test = part.name === 'CaseLabel' ? (reader.parts(part)[1] ?? null) : null;
      if (last && last.body.length === 0) last.tests.push(test);
      else cases.push({ tests: [test], body: [] });
    } else last?.body.push(part);
  }
  let otherwise: Statement[] = [];
  const branches: Statement[] = [];
  for (const [index, { tests, body }] of cases.entries()) {
    const statements = reader.statements(body);
    const last = statements.at(-1)?.kind;
    const ends = last === 'break' || last === 'return' || last === 'raise';
    if (!ends && index < cases.length - 1) return unread;
    const kept = last === 'break' ? statements.slice(0, -1) : statements;
    if (tests.includes(null)) otherwise = kept;
    else branches.push(caseBranch(reader, subject, tests, kept, span));
  }
  for (const branch of branches.reverse()) if (branch.kind === 'if') otherwise = [{ ...branch, otherwise }];
  return { kind: 'block', body: otherwise, ...span };
}

function caseBranch(
  reader: StatementReader,
  subject: SyntaxNode,
  tests: readonly (SyntaxNode | null)[],
  then: readonly Statement[],
  span: Span,
): Statement {
  const equal = tests.map((test): Code => ({
    kind: 'compare',
    first: reader.expression(subject),
    rest: [{ operator: '===', operand: test ? reader.expression(test) : reader.unread('a case', span) }],
    ...span,
  }));
  const test = equal.reduce((left, right) => ({ kind: 'logical', operator: 'or', left, right, ...span }));
  return { kind: 'if', test, then, otherwise: [], ...span };
}
