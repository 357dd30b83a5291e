/** Every place behind a convolution in a list of layers of the file. */
import type { LayerScope } from '../analysis/layers';
import { lastName } from '../analysis/layers';
import { ClassAttributes } from '../analysis/scope';
import type { ClassNode, Expr, FunctionNode, Span, Statement } from '../syntax/ast';
import { eachExpression, eachStatement, expressionsOf } from '../syntax/ast';
import { around, sequenceSiteIn } from './sequenceSite';
import type { OpenSource, Site } from './site';

export interface ChainPlace {
  /** From the list's element that the block would follow, which is the cursor that means the place, to the end of its line. */
  readonly span: Span;
  readonly owner: { readonly name: string; readonly declaration: ClassNode | null };
  readonly site: () => Site;
}

/** Places behind 1x1 convolutions are left out: they are projections of shortcuts and parts of bottlenecks. */
export function* chainSites(source: OpenSource): Generator<ChainPlace> {
  const { file } = source;
  yield* placesIn(file.module.body, null, null, source);
  for (const node of file.module.functions) yield* placesIn(node.body, node, file.classOf(node), source);
}

function* placesIn(
  body: readonly Statement[],
  scope: FunctionNode | null,
  declaration: ClassNode | null,
  source: OpenSource,
): Generator<ChainPlace> {
  const attributes = declaration && ClassAttributes.of(declaration);
  const name = [declaration?.name, scope?.name].filter((part) => part !== undefined).join('.');
  const layerScope: LayerScope = { attributes, function: scope, definition: null };
  for (const statement of eachStatement(body)) {
    for (const root of expressionsOf(statement)) {
      for (const expr of elementsIn(root)) {
        if (source.reader.describe(expr, layerScope).role !== 'conv') continue;
        const found = sequenceSiteIn(
          { ...source, offset: expr.from, variant: undefined },
          around(body, statement, layerScope),
        );
        if (!found || source.convolutions.isProjection(expr)) continue;
        const { offset, site } = found.atRunEnd();
        const span = { from: offset, to: source.file.lineEnd(offset) };
        yield { span, owner: { name, declaration }, site };
      }
    }
  }
}

/** Layers made as elements of a list, or handed to a method that fills one. */
function* elementsIn(root: Expr): Generator<Expr> {
  for (const expr of eachExpression(root)) {
    const fills = expr.kind === 'call' && /^(sequential|append|add)$/i.test(lastName(expr.callee));
    const items = expr.kind === 'list' ? expr.items : fills ? expr.args : [];
    for (const { value } of items) if (value.kind === 'call' || value.kind === 'name') yield value;
  }
}
