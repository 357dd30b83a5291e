/** The conditions under which a function of a dry run comes to a place in it. */
import type { Statement } from '../dryRun/code/code';
import type { Span } from '../syntax/ast';

export interface Condition {
  readonly test: Span;
  /** What it must be. */
  readonly holds: boolean;
}

/** Those of the `if`s around the offset, outermost first. */
export function conditionsAround(body: readonly Statement[], offset: number): Condition[] {
  const found: Condition[] = [];
  let inside: readonly Statement[] = body;
  for (;;) {
    const statement = inside.find(({ from, to }) => from <= offset && offset < to);
    if (!statement) return found;
    const { next, condition } = entered(statement, offset);
    if (condition) found.push(condition);
    inside = next;
  }
}

function entered(
  statement: Statement,
  offset: number,
): { readonly next: readonly Statement[]; readonly condition: Condition | null } {
  const holds = (part: readonly Statement[]): boolean =>
    part.some(({ from, to }) => from <= offset && offset < to);
  switch (statement.kind) {
    case 'if': {
      const { test, then, otherwise } = statement;
      const span = { from: test.from, to: test.to };
      if (holds(then)) return { next: then, condition: { test: span, holds: true } };
      if (holds(otherwise)) return { next: otherwise, condition: { test: span, holds: false } };
      return { next: [], condition: null };
    }
    case 'for':
    case 'while':
    case 'with':
    case 'block':
    case 'try':
      return { next: statement.body, condition: null };
    default:
      return { next: [], condition: null };
  }
}
