/** The SE block that a cursor means, with every place where it is called. */
import type { FoundUse } from './findUses';
import { findUses } from './findUses';
import { refuse } from './insertTypes';
import type { OpenSource } from './sites/site';
import type { CallExpr, Expr, FunctionNode, Statement } from './syntax/ast';
import { childrenOf, eachStatement, expressionsOf, innermost, spanHolds } from './syntax/ast';

/** One application of the block to a tensor. */
export interface SeCall {
  readonly call: CallExpr;
  /** The expression directly around the call; null where the call is the whole value of its statement. */
  readonly parent: Expr | null;
  readonly statement: Statement;
}

export interface LocatedUse {
  readonly use: FoundUse;
  readonly calls: readonly SeCall[];
  /** Every other reading of the attribute that holds the block, e.g. `if self.se is not None`. */
  readonly mentions: readonly Statement[];
}

/** The block on whose construction or call the cursor is, else the only one of the class around it. Refuses where there is none. */
export function useAt(source: OpenSource, offset: number): LocatedUse {
  const located = findUses(source).map((use) => locateCalls(use));
  const { file } = source;
  const lines = located.flatMap((one) =>
    [one.use.construction.statement, ...one.calls.map(({ statement }) => statement)].map((statement) => ({
      one,
      ...file.lines(statement),
    })),
  );
  const exact = located.find(({ use }) => spanHolds(use.construction.expr, offset));
  const found = exact ?? innermost(lines, offset)?.one;
  if (found) return found;
  const owner = innermost(
    file.module.classes.map((node) => ({ node, ...file.lines(node) })),
    offset,
  )?.node;
  const ofClass = located.filter(({ use }) => owner && use.construction.owner === owner);
  const [only] = ofClass;
  if (only && ofClass.length === 1) return only;
  if (located.length === 0) refuse('no-site', 'This file has no SE block.');
  if (ofClass.length > 1)
    refuse(
      'ambiguous-site',
      'There are several SE blocks here. Put the cursor on the line of the one you mean.',
    );
  return refuse(
    'no-site',
    'There is no SE block at the cursor. Put the cursor on the line that makes or calls it.',
  );
}

function locateCalls(use: FoundUse): LocatedUse {
  const { fate, statement, owner } = use.construction;
  if (fate.kind === 'applied')
    return { use, calls: [{ call: fate.call, parent: fate.parent, statement }], mentions: [] };
  if (fate.kind !== 'attribute' || !owner) return { use, calls: [], mentions: [] };
  const calls: SeCall[] = [];
  const mentions = new Set<Statement>();
  for (const method of owner.methods) {
    for (const { expr, ancestors, statement: holder } of expressionsIn(method)) {
      if (!isAttribute(expr, fate.name, method)) continue;
      const [parent, grandparent] = ancestors;
      if (parent?.kind === 'call' && parent.callee === expr)
        calls.push({ call: parent, parent: grandparent ?? null, statement: holder });
      else if (holder !== statement) mentions.add(holder);
    }
  }
  return { use, calls, mentions: [...mentions] };
}

function isAttribute(expr: Expr, name: string, method: FunctionNode): boolean {
  return (
    expr.kind === 'member' &&
    expr.property === name &&
    expr.object.kind === 'name' &&
    expr.object.name === method.parameters[0]?.name
  );
}

function* expressionsIn(
  method: FunctionNode,
): Generator<{ expr: Expr; ancestors: readonly Expr[]; statement: Statement }> {
  for (const statement of eachStatement(method.body)) {
    const pending: { expr: Expr; ancestors: readonly Expr[] }[] = expressionsOf(statement).map((expr) => ({
      expr,
      ancestors: [],
    }));
    for (let next = pending.pop(); next; next = pending.pop()) {
      yield { ...next, statement };
      const { expr, ancestors } = next;
      for (const child of childrenOf(expr)) pending.push({ expr: child, ancestors: [expr, ...ancestors] });
    }
  }
}
