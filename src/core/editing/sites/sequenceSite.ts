/** Sites in a chain of layers: `nn.Sequential(...)`, lists of layers, `model.add(...)` and `layers.append(...)`. */
import type { SourceFramework } from '../../codegen/seSnippets';
import type { LayerScope } from '../analysis/layers';
import { keepsMap, lastName } from '../analysis/layers';
import { layerEntry } from '../analysis/layerTable';
import type { CallExpr, Expr, Item, Span, Statement } from '../syntax/ast';
import {
  eachExpression,
  eachStatement,
  expressionsOf,
  innerBodies,
  innermost,
  spanHolds,
} from '../syntax/ast';
import { refuse } from '../insertTypes';
import { ClassAttributes } from '../analysis/scope';
import type { Analysis, Insertion, OpenSource, Site } from './site';
import { alreadyThere, quoteCode, requireChannels, scopeAt, statementAt } from './site';

interface Chain extends Span {
  readonly items: readonly Item[];
}

/** The statement a cursor is in, and what is around it. */
export interface Surroundings {
  readonly body: readonly Statement[];
  readonly scope: LayerScope;
  /** The `self.name` the statement assigns, where it does. */
  readonly attribute: string | null;
  readonly statement: Statement;
}

/** A chain site and the attribute (`self.block = nn.Sequential(...)`) it is part of. */
export interface SequenceSite {
  readonly site: () => Site;
  /** The place behind the norms and activations that directly follow the element; `offset` is the cursor that means it. */
  readonly atRunEnd: () => { readonly offset: number; readonly site: () => Site };
  readonly attribute: string | null;
}

/** The chain of layers that has an element at the cursor, or null. */
export function sequenceSite(analysis: Analysis): SequenceSite | null {
  const around = surroundings(analysis);
  return around && sequenceSiteIn(analysis, around);
}

/** The same where the surroundings are known. */
export function sequenceSiteIn(analysis: Analysis, around: Surroundings): SequenceSite | null {
  const { statement, attribute } = around;
  const call = chainMethodCall(statement, analysis, around);
  if (call) {
    const calls = likeCalls(statement, call, analysis, around);
    const layers = calls.map(({ layer }) => layer);
    const own = calls.findIndex((one) => one.statement === statement);
    const siteOf = (index: number): Site => methodCallSite(index, calls, analysis, around);
    return {
      attribute,
      site: () => siteOf(own),
      atRunEnd: () => {
        const last = runEnd(layers, own, analysis, around);
        return { offset: layers[last]?.from ?? analysis.offset, site: () => siteOf(last) };
      },
    };
  }
  const found = chainAt(statement, analysis, around);
  if (!found) return null;
  const { chain, index } = found;
  return {
    attribute,
    site: () => itemSite(chain, index, analysis, around),
    atRunEnd: () => {
      const layers = chain.items.map((item) => item.value);
      const last = runEnd(layers, index, analysis, around);
      return {
        offset: layers[last]?.from ?? analysis.offset,
        site: () => itemSite(chain, last, analysis, around),
      };
    },
  };
}

/** Index of the last norm or activation that directly follows. */
function runEnd(
  layers: readonly Expr[],
  index: number,
  { reader }: Analysis,
  { scope }: Surroundings,
): number {
  let last = index;
  for (let next = layers[last + 1]; next; next = layers[last + 1]) {
    if (!['norm', 'pass'].includes(reader.describe(next, scope).role)) break;
    last += 1;
  }
  return last;
}

function surroundings(analysis: Analysis): Surroundings | null {
  const { file, offset } = analysis;
  const { body, scope: owner } = scopeAt(analysis);
  const statement = statementAt(body, file, offset);
  if (!statement) return null;
  const classNode = file.classOf(owner);
  const attributes = classNode ? ClassAttributes.of(classNode) : null;
  return around(body, statement, { attributes, function: owner, definition: null });
}

/** What is around a statement of a body. */
export function around(body: readonly Statement[], statement: Statement, scope: LayerScope): Surroundings {
  const target = statement.kind === 'assign' ? statement.targets[0] : undefined;
  return { body, statement, scope, attribute: target?.kind === 'member' ? target.property : null };
}

/** Whether models are filled through lists of layers, and not by methods of their own. */
function usesLists(framework: SourceFramework): boolean {
  return framework !== 'keras' && framework !== 'tfjs';
}

/** `model.add(layer)` in Keras and tfjs, `layers.append(layer)` in PyTorch and Flax. */
function chainMethodCall(
  statement: Statement,
  { framework, reader }: Analysis,
  { scope }: Surroundings,
): CallExpr | null {
  const value = statement.kind === 'expression' ? statement.value : null;
  if (value?.kind !== 'call' || value.callee.kind !== 'member' || value.args.length !== 1) return null;
  if (value.callee.property !== (usesLists(framework) ? 'append' : 'add')) return null;
  const layer = value.args[0]?.value;
  return layer?.kind === 'call' && reader.describe(layer, scope).role !== 'unknown' ? value : null;
}

/** The innermost list of layers with an element at the cursor or on its line. */
function chainAt(
  statement: Statement,
  analysis: Analysis,
  around: Surroundings,
): { chain: Chain; index: number } | null {
  const { file, offset, reader } = analysis;
  const line = { from: file.lineStart(offset), to: file.lineEnd(offset) };
  const touches = (span: Span): boolean => span.from <= line.to && span.to >= line.from;
  const layer = (item: Item): boolean =>
    !item.spread &&
    item.name === null &&
    ['call', 'name', 'member'].includes(item.value.kind) &&
    reader.describe(item.value, around.scope).role !== 'unknown';
  const chains = expressionsOf(statement)
    .flatMap((root) => chainsIn(root, statement, analysis, around))
    .filter((chain) => chain.items.some((item) => touches(item) && layer(item)));
  const chain = innermost(chains, offset) ?? chains[0];
  if (!chain) return null;
  const last = (items: readonly Item[]): number => chain.items.indexOf(items.at(-1) as Item);
  const onLine = chain.items.filter((item) => touches(item) && layer(item));
  const counted = onLine.filter((item) => reader.describe(item.value, around.scope).channels !== null);
  const under = chain.items.filter((item) => spanHolds(item, offset) && layer(item));
  const index = last(under.length > 0 ? under.slice(0, 1) : counted.length > 0 ? counted : onLine);
  return { chain, index };
}

function chainsIn(root: Expr, statement: Statement, analysis: Analysis, around: Surroundings): Chain[] {
  const chains: Chain[] = [];
  for (const expr of eachExpression(root)) {
    if (expr.kind !== 'call') continue;
    const path = analysis.imports.pathOf(expr.callee);
    if (path !== null && layerEntry(analysis.framework, path)?.role === 'sequence') {
      const list = expr.args[0]?.value;
      if (list?.kind === 'object') {
        const layers = list.properties.find((property) => property.name === 'layers')?.value;
        if (layers?.kind === 'list') chains.push(layers);
      } else if (list?.kind === 'list') chains.push(list);
      else chains.push({ items: expr.args, from: expr.callee.to, to: expr.to });
    }
  }
  if (root.kind === 'call' && root.callee.kind === 'member' && root.callee.property === 'extend') {
    const list = root.args[0]?.value;
    if (list?.kind === 'list' && becomesSequential(root.callee.object, analysis, around)) chains.push(list);
  }
  // `layers = [...]` and `layers += [...]`, where the list becomes a Sequential in the same function.
  const target =
    statement.kind === 'assign'
      ? statement.targets[0]
      : statement.kind === 'update'
        ? statement.target
        : undefined;
  if (
    root.kind === 'list' &&
    root.bracket === '[' &&
    target &&
    root !== target &&
    becomesSequential(target, analysis, around)
  )
    chains.push(root);
  return chains;
}

/** Whether the function passes that variable to a Sequential. */
export function becomesSequential(
  variable: Expr,
  { file }: OpenSource,
  { body }: { body: readonly Statement[] },
): boolean {
  const name = file.slice(variable);
  for (const statement of eachStatement(body)) {
    for (const root of expressionsOf(statement)) {
      for (const expr of eachExpression(root)) {
        if (expr.kind !== 'call' || lastName(expr.callee).toLowerCase() !== 'sequential') continue;
        if (
          expr.args.some((item) => [...eachExpression(item.value)].some((part) => file.slice(part) === name))
        )
          return true;
      }
    }
  }
  return false;
}

function itemSite(chain: Chain, index: number, analysis: Analysis, around: Surroundings): Site {
  const item = chain.items[index];
  const { file } = analysis;
  if (!item) return refuse('no-site', 'Put the cursor on a convolution or normalisation in the list.');
  const where = `after ${quoteCode(item, file)}`;
  return site(
    chain.items.map((one) => one.value),
    index,
    { form: 'item', items: chain.items, index },
    where,
    analysis,
    around,
  );
}

interface LikeCall {
  readonly statement: Statement;
  readonly call: CallExpr;
  readonly layer: Expr;
}

/** The calls of the same method, `model.add(...)`, in the statement's own block. */
function likeCalls(
  statement: Statement,
  call: CallExpr,
  { file }: Analysis,
  { body }: Surroundings,
): LikeCall[] {
  const callee = file.slice(call.callee);
  return blockOf(body, statement).flatMap((one): LikeCall[] => {
    const value = one.kind === 'expression' ? one.value : null;
    const layer = value?.kind === 'call' && value.args.length === 1 ? value.args[0]?.value : undefined;
    return value?.kind === 'call' && layer && file.slice(value.callee) === callee
      ? [{ statement: one, call: value, layer }]
      : [];
  });
}

function methodCallSite(
  index: number,
  calls: readonly LikeCall[],
  analysis: Analysis,
  around: Surroundings,
): Site {
  const { file } = analysis;
  const own = calls[index];
  if (!own) return refuse('no-site', 'Put the cursor on a layer of the list.');
  const { statement, call } = own;
  if (
    usesLists(analysis.framework) &&
    call.callee.kind === 'member' &&
    !becomesSequential(call.callee.object, analysis, around)
  ) {
    return refuse(
      'unsupported-shape',
      `This function does not make ${quoteCode(call.callee.object, file)} an nn.Sequential, so the order of calls is not known. Use the snippet.`,
    );
  }
  if (!file.standsAlone(statement))
    return refuse('unsupported-shape', `${quoteCode(statement, file)} shares its line with other code.`);
  const where = `after ${quoteCode(statement, file)}`;
  return site(
    calls.map((one) => one.layer),
    index,
    { form: 'method-call', statement, callee: file.slice(call.callee) },
    where,
    analysis,
    { ...around, statement },
  );
}

function blockOf(body: readonly Statement[], statement: Statement): readonly Statement[] {
  if (body.includes(statement)) return body;
  for (const outer of body) {
    for (const inner of innerBodies(outer)) {
      const found = blockOf(inner, statement);
      if (found.length > 0) return found;
    }
  }
  return [];
}

function site(
  layers: readonly Expr[],
  index: number,
  insertion: Insertion,
  where: string,
  analysis: Analysis,
  around: Surroundings,
): Site {
  const { reader } = analysis;
  const facts = layers.map((layer) => reader.describe(layer, around.scope));
  // An SE block further on in the same run of norms and activations is the same place.
  const rest = facts.slice(index + 1);
  const nextBreak = rest.findIndex((fact) => !keepsMap(fact) || fact.hasSe);
  if (facts[index]?.hasSe || (nextBreak >= 0 && rest[nextBreak]?.hasSe)) return alreadyThere(where);
  const chain = reader.describeSequence(layers.slice(0, index + 1), around.scope);
  const through = layers[index] ?? null;
  const certain = facts
    .slice(0, index + 1)
    .some((fact) => fact.role === 'conv' || fact.role === 'norm' || fact.role === 'pool');
  const channels = requireChannels(
    chain.role === 'flat'
      ? { status: 'flat', through }
      : chain.channels && chain.role !== 'unknown'
        ? { status: 'known', source: chain.channels }
        : certain && chain.role !== 'unknown'
          ? { status: 'feature' }
          : { status: 'unknown', through },
    analysis,
  );
  const warnings =
    facts[index]?.role === 'conv' && facts[index + 1]?.role === 'norm'
      ? [
          'A normalisation follows this convolution; an SE block usually comes after it. Put the cursor on the normalisation for that place.',
        ]
      : [];
  return {
    place: 'sequence-item',
    variant: null,
    where,
    statement: around.statement,
    channels,
    insertion,
    construction: null,
    warnings,
  };
}
