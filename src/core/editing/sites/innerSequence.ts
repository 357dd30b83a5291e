/**
 * The inner place of a branch that is one list of layers, such as MobileNetV2's `self.conv = nn.Sequential(*layers)`: behind the
 * depthwise convolution, with the norm and activation that follow it.
 */
import type { ConvolutionFacts } from '../analysis/convolutions';
import { SE_NAME } from '../analysis/layerTable';
import { lastName } from '../analysis/layers';
import type { LayerScope } from '../analysis/layers';
import type { AttributeDefinition, ClassAttributes } from '../analysis/scope';
import type { Expr, Item, Statement } from '../syntax/ast';
import { innerBodies } from '../syntax/ast';
import { sequenceSite } from './sequenceSite';
import type { OpenSource, Site } from './site';
import { alreadyThere, quoteCode } from './site';

/** One layer of the list, in the order the source gives them. */
interface Entry {
  readonly layer: Expr;
  /** The list or block of statements it stands in: only in its own does the next one surely follow. */
  readonly holder: unknown;
}

/**
 * The site behind the depthwise convolution of the list that `self.<attribute>` holds; with `any3x3` also behind the 3x3 convolution of
 * a bottleneck. Null where the list has none.
 */
export function innerSequenceSite(
  source: OpenSource,
  attributes: ClassAttributes,
  attribute: string,
  any3x3: boolean,
): Site | null {
  const definition = attributes.definitionsOf(attribute).at(-1);
  if (!definition) return null;
  const scope: LayerScope = { attributes, function: definition.method, definition: null };
  const entries = entriesOf(definition, source);
  const inner = innerIndex(entries, scope, source, any3x3);
  const found = entries[inner];
  if (!found) return null;
  const holdsSe = (entry: Entry): boolean =>
    source.reader.describe(entry.layer, scope).hasSe ||
    (entry.layer.kind === 'call' && SE_NAME.test(lastName(entry.layer.callee)));
  const where = `after ${quoteCode(found.layer, source.file)} in ${attributes.node.name}.${definition.method.name}`;
  if (entries.some(holdsSe)) return alreadyThere(where);
  let last = inner;
  while (entries[last + 1]?.holder === found.holder && follows(entries[last + 1], scope, source)) last += 1;
  const end = entries[last] ?? found;
  const site = sequenceSite({ ...source, offset: end.layer.from, variant: undefined })?.site();
  if (!site) return null;
  const { depthwise } = source.convolutions.read(found.layer, scope) ?? { depthwise: false };
  return { ...site, place: depthwise ? 'after-depthwise' : 'after-3x3', variant: '3x3', where };
}

function follows(entry: Entry | undefined, scope: LayerScope, { reader }: OpenSource): boolean {
  const role = entry && reader.describe(entry.layer, scope).role;
  return role === 'norm' || role === 'pass';
}

function innerIndex(
  entries: readonly Entry[],
  scope: LayerScope,
  { convolutions, reader }: OpenSource,
  any3x3: boolean,
): number {
  const convs = entries.flatMap((entry, index): { index: number; facts: ConvolutionFacts }[] => {
    const facts =
      reader.describe(entry.layer, scope).convs > 0 ? convolutions.read(entry.layer, scope) : null;
    return facts ? [{ index, facts }] : [];
  });
  const depthwise = convs.find(({ facts }) => facts.depthwise);
  if (depthwise) return depthwise.index;
  const middle = convs[1];
  return any3x3 && convs.length === 3 && middle?.facts.kernel === 3 ? middle.index : -1;
}

/** The layers of `nn.Sequential(a, b)`, `nn.Sequential(*layers)` with what the method puts in `layers`, and lists of layers. */
function entriesOf({ value, method }: AttributeDefinition, source: OpenSource): Entry[] {
  if (value.kind !== 'call') return [];
  const [only] = value.args;
  if (only && value.args.length === 1) {
    if (only.value.kind === 'list') return entriesIn(only.value.items);
    if (only.value.kind === 'name' || only.spread) return gathered(only.value, method.body, source);
  }
  return entriesIn(value.args);
}

function entriesIn(items: readonly Item[]): Entry[] {
  return items.flatMap((item) => (item.spread ? [] : [{ layer: item.value, holder: items }]));
}

/** Everything that the method puts into a list variable: `= [...]`, `+= [...]`, `.append(x)`, `.extend([...])`. */
function gathered(variable: Expr, body: readonly Statement[], { file }: OpenSource): Entry[] {
  const name = file.slice(variable);
  const entries: Entry[] = [];
  for (const { statement, holder } of statementsOf(body)) {
    const put = putInto(statement, name, file);
    if (!put) continue;
    if (put.kind === 'list') entries.push(...entriesIn(put.items));
    else entries.push({ layer: put, holder });
  }
  return entries;
}

function putInto(statement: Statement, name: string, file: OpenSource['file']): Expr | null {
  if (statement.kind === 'assign' && statement.targets.some((target) => file.slice(target) === name))
    return statement.value.kind === 'list' ? statement.value : null;
  if (statement.kind === 'update' && file.slice(statement.target) === name)
    return statement.value.kind === 'list' ? statement.value : null;
  const call = statement.kind === 'expression' ? statement.value : null;
  if (call?.kind !== 'call' || call.callee.kind !== 'member' || file.slice(call.callee.object) !== name)
    return null;
  return ['append', 'extend'].includes(call.callee.property) ? (call.args[0]?.value ?? null) : null;
}

function* statementsOf(
  body: readonly Statement[],
): Generator<{ statement: Statement; holder: readonly Statement[] }> {
  for (const statement of body) {
    yield { statement, holder: body };
    for (const inner of innerBodies(statement)) yield* statementsOf(inner);
  }
}
