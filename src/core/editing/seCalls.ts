/** Where the SE blocks of a file are called. */
import type { SeConstruction } from './analysis/seConstruction';
import type { CallExpr, Expr, FunctionNode, Statement } from './syntax/ast';
import { childrenOf, eachStatement, expressionsOf } from './syntax/ast';

/** One application of the block to a tensor. */
export interface SeCall {
  readonly call: CallExpr;
  /** The expression directly around the call; null where the call is the whole value of its statement. */
  readonly parent: Expr | null;
  readonly statement: Statement;
}

export interface SeCalls {
  readonly calls: readonly SeCall[];
  /** Every other reading of the attribute that holds the block, e.g. `if self.se is not None`. */
  readonly mentions: readonly Statement[];
}

export function callsOf({ fate, statement, owner }: SeConstruction): SeCalls {
  if (fate.kind === 'applied')
    return { calls: [{ call: fate.call, parent: fate.parent, statement }], mentions: [] };
  if (fate.kind !== 'attribute' || !owner) return { calls: [], mentions: [] };
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
  return { calls, mentions: [...mentions] };
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
