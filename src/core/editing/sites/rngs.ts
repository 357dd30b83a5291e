/** The random keys of an nnx module: which argument hands them on to a layer made beside others. */
import { refuse } from '../insertTypes';
import { eachExpression, expressionsOf } from '../syntax/ast';
import type { Expr } from '../syntax/ast';
import type { OpenSource, Site } from './site';

/**
 * `rngs=rngs`, `rngs=self.rngs`, ...: as the layer that the block follows, or one made beside it, writes it, else the constructor's own
 * parameter `rngs`. Refuses where there is neither.
 */
export function rngsArgument(site: Site, { file }: OpenSource): string {
  for (const expr of neighbours(site)) {
    for (const part of eachExpression(expr)) {
      const given = part.kind === 'call' ? part.args.find((item) => item.name === 'rngs') : undefined;
      if (given) return `rngs=${file.slice(given.value)}`;
    }
  }
  const method = site.construction && maker(site);
  if (method?.parameters.some((parameter) => parameter.name === 'rngs')) return 'rngs=rngs';
  return refuse(
    'unsupported-shape',
    'The layers here are made without `rngs=...`, so there are no random keys to give the SE block. Use the snippet.',
  );
}

/** Expressions that make layers where the block will be made, the nearest first. */
function neighbours({ insertion, construction, statement }: Site): readonly Expr[] {
  if (construction) return expressionsOf(construction.after);
  if (insertion.form !== 'item') return expressionsOf(statement);
  const { items, index } = insertion;
  return [...items.slice(0, index + 1).reverse(), ...items.slice(index + 1)].map((item) => item.value);
}

function maker({ construction }: Site): { parameters: readonly { name: string }[] } | null {
  return (
    construction?.attributes.node.methods.find(
      (method) => method.from <= construction.after.from && construction.after.to <= method.to,
    ) ?? null
  );
}
