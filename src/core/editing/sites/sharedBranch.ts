/**
 * Branches that more than one path of the forward pass goes through: a block wrapped around one of them would be trained in some
 * instances and idle in others. It goes where all paths pass: to the end of the list of layers, or before the `if`.
 */
import { listedLayers } from '../analysis/layerLists';
import type { Application, Value } from '../analysis/flow';
import type { FlowReader, ResidualAddition } from '../analysis/residual';
import type { ClassAttributes } from '../analysis/scope';
import { refuse } from '../insertTypes';
import type { Span, Statement } from '../syntax/ast';
import { innerBodies } from '../syntax/ast';
import { assignedVariable } from './residualInsertion';
import { sequenceSite } from './sequenceSite';
import type { Insertion, OpenSource, Site } from './site';
import { alreadyThere, quoteCode } from './site';

/** More calls of one layer than this are no two arms of an `if`. */
const MOST_CALLS = 3;

/** list: the end of the nn.Sequential that is the branch. calls: around each call of the branch's last convolution. */
export type SharedBranch =
  | { readonly kind: 'list'; readonly site: Site }
  | { readonly kind: 'calls'; readonly spans: readonly Span[] };

/** Where a block goes if the method calls the branch more than once: `x + self.conv(x) if self.skip else self.conv(x)`; null if it does not. */
export function sharedBranch(
  source: OpenSource,
  attributes: ClassAttributes,
  flow: FlowReader,
  { branch, addition, occupied }: ResidualAddition,
): SharedBranch | null {
  const calls = callsLike(lastConvolution(branch.value, flow), flow);
  const [first] = calls;
  if (!first || calls.length < 2) return null;
  const { file } = source;
  if (occupied) return alreadyThere(`on the residual branch before ${quoteCode(addition.statement, file)}`);
  const list = endOfList(source, attributes, flow, first.value);
  if (list) return { kind: 'list', site: { ...list, place: 'residual-end', variant: 'standard' } };
  if (calls.length <= MOST_CALLS) return { kind: 'calls', spans: calls.map(({ expr }) => expr) };
  return refuse(
    'ambiguous-site',
    `${quoteCode(first.expr.callee, file)} is called ${calls.length} times around ${quoteCode(addition.statement, file)}, so an SE block at one of the calls would be idle at the others. Call it once, before the \`if\`, and try again.`,
  );
}

/** The place behind the last layer of the nn.Sequential that was applied, where the method applies it more than once; null otherwise. */
export function endOfList(
  source: OpenSource,
  attributes: ClassAttributes,
  flow: FlowReader,
  { layer }: Value,
): Site | null {
  const name = layer?.kind === 'member' ? layer.property : null;
  const definition = name === null ? undefined : attributes.definitionsOf(name).at(-1);
  if (definition?.value.kind !== 'call' || applicationsOf(name, flow).length < 2) return null;
  const last = listedLayers(definition.value, definition.method.body).at(-1);
  const site = last && sequenceSite({ ...source, offset: last.layer.from, variant: undefined })?.site();
  return site
    ? { ...site, where: `at the end of \`${name}\` in ${attributes.node.name}.${definition.method.name}` }
    : null;
}

function callsLike(value: Value | null, flow: FlowReader): Application[] {
  return value?.layer?.kind === 'member' ? applicationsOf(value.layer.property, flow) : [];
}

function applicationsOf(name: string | null, flow: FlowReader): Application[] {
  return flow.flow.applications.filter(
    ({ value }) => value.layer?.kind === 'member' && value.layer.property === name,
  );
}

/** The convolution, or layer with some in it, that made the value, norms and activations aside. */
export function lastConvolution(end: Value, flow: FlowReader): Value | null {
  for (let value: Value | null = end; value; value = flow.keptInput(value))
    if (value.kind === 'apply' && value.layer && flow.describe(value.layer).convs > 0) return value;
  return null;
}

/**
 * The line behind the statement that computes the branch, where the addition is in an `if` and the branch is not: every path then
 * goes through the block. Null where the branch is computed in the same arm, or the addition in none.
 */
export function hoistedInsertion(
  { file }: OpenSource,
  flow: FlowReader,
  body: readonly Statement[],
  { addition, branch }: ResidualAddition,
): Insertion | null {
  const path = pathTo(body, addition.statement);
  if (path.length < 2) return null;
  const outer = path.slice(0, -1);
  for (let value: Value | null = branch.value; value; value = flow.keptInput(value)) {
    const statement = [...flow.flow.assigned].find(([, assigned]) => assigned === value)?.[0];
    if (!statement || !outer.some((one) => one.includes(statement))) continue;
    const variable = assignedVariable(statement);
    return variable !== null && file.standsAlone(statement)
      ? { form: 'line', where: 'after', statement, variable, castText: '' }
      : null;
  }
  return null;
}

/** The lists of statements around one, outermost first. */
function pathTo(body: readonly Statement[], wanted: Statement): (readonly Statement[])[] {
  if (body.includes(wanted)) return [body];
  for (const statement of body) {
    for (const inner of innerBodies(statement)) {
      const found = pathTo(inner, wanted);
      if (found.length > 0) return [body, ...found];
    }
  }
  return [];
}
