/** Where a file makes SE blocks: every construction of a class that is one by name, and what becomes of the object. */
import type { CallExpr, ClassNode, Expr, FunctionNode, Item, Statement } from '../syntax/ast';
import type { SourceFile } from '../syntax/sourceFile';
import { childrenOf, eachStatement, expressionsOf } from '../syntax/ast';
import { SE_NAME } from './layerTable';
import { lastName } from './layers';

/**
 * What becomes of a block. attribute: `self.se = SE(...)`. applied: `SE(...)(x)`, `new SE().apply(x)`; `call` is the application.
 * item: an element of a list of layers. statement: `model.add(SE(...))`. other: anything else.
 */
export type SeFate =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'applied'; readonly call: CallExpr; readonly parent: Expr | null }
  | { readonly kind: 'item'; readonly items: readonly Item[]; readonly index: number }
  | { readonly kind: 'statement' }
  | { readonly kind: 'other' };

export interface SeConstruction {
  readonly expr: CallExpr;
  readonly statement: Statement;
  /** Body that holds the statement, and the function and class around it. */
  readonly body: readonly Statement[];
  readonly scope: FunctionNode | null;
  readonly owner: ClassNode | null;
  readonly fate: SeFate;
}

/** What every class name that `SE_NAME` knows begins with: most statements need no second look. */
const MAY_NAME = /\b(?:[EC]?_?SE|[EC]?_?Se(?!quential)|Squeeze|Effective|Channel)/;

/** In source order; the insides of SE classes themselves are left out. */
export function seConstructions(file: SourceFile): SeConstruction[] {
  const { module, text } = file;
  const found: SeConstruction[] = [];
  const search = (body: readonly Statement[], scope: FunctionNode | null): void => {
    const owner = file.classOf(scope);
    if (owner && SE_NAME.test(owner.name)) return;
    for (const statement of eachStatement(body)) {
      const roots = expressionsOf(statement).filter(({ from, to }) => MAY_NAME.test(text.slice(from, to)));
      for (const root of roots) {
        for (const { expr, ancestors } of withAncestors(root)) {
          if (expr.kind === 'call' && SE_NAME.test(lastName(expr.callee)) && makesBlock(expr)) {
            const fate = fateOf(expr, ancestors, statement);
            found.push({ expr, statement, body, scope, owner, fate });
          }
        }
      }
    }
  };
  search(module.body, null);
  for (const node of module.functions) search(node.body, node);
  return found.sort((a, b) => a.expr.from - b.expr.from);
}

/** `self.se(x)` and `se_block(x)` call one; `SqueezeExcite(...)`, `nn.SE(...)` make one. */
function makesBlock({ callee }: CallExpr): boolean {
  return /^[A-Z]/.test(lastName(callee)) && (callee.kind === 'name' || callee.kind === 'member');
}

function* withAncestors(
  expr: Expr,
  ancestors: readonly Expr[] = [],
): Generator<{ expr: Expr; ancestors: readonly Expr[] }> {
  yield { expr, ancestors };
  for (const child of childrenOf(expr)) yield* withAncestors(child, [expr, ...ancestors]);
}

function fateOf(expr: CallExpr, ancestors: readonly Expr[], statement: Statement): SeFate {
  const [parent, grandparent, greatGrandparent] = ancestors;
  if (!parent) {
    const target = statement.kind === 'assign' && statement.value === expr ? statement.targets[0] : undefined;
    const onObject = target?.kind === 'member' && target.object.kind === 'name';
    return onObject && statement.kind === 'assign' && statement.targets.length === 1
      ? { kind: 'attribute', name: target.property }
      : { kind: 'other' };
  }
  if (parent.kind === 'call' && parent.callee === expr)
    return { kind: 'applied', call: parent, parent: grandparent ?? null };
  if (parent.kind === 'member' && parent.property === 'apply' && grandparent?.kind === 'call')
    return { kind: 'applied', call: grandparent, parent: greatGrandparent ?? null };
  const isMethodCall =
    parent.kind === 'call' &&
    parent.callee.kind === 'member' &&
    /^(add|append)$/.test(parent.callee.property);
  if (isMethodCall && statement.kind === 'expression' && statement.value === parent)
    return { kind: 'statement' };
  const items = parent.kind === 'call' ? parent.args : parent.kind === 'list' ? parent.items : [];
  const index = items.findIndex((item) => item.value === expr && item.name === null && !item.spread);
  const isList =
    parent.kind === 'list' || (parent.kind === 'call' && /^sequential$/i.test(lastName(parent.callee)));
  return isList && index >= 0 ? { kind: 'item', items, index } : { kind: 'other' };
}
