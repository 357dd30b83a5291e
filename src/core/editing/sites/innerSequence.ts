/**
 * The inner place of a branch that is one list of layers, such as MobileNetV2's `self.conv = nn.Sequential(*layers)`: behind the
 * depthwise convolution, with the norm and activation that follow it.
 */
import type { ConvolutionFacts } from '../analysis/convolutions';
import { SE_NAME } from '../analysis/layerTable';
import { lastName } from '../analysis/layers';
import type { LayerScope } from '../analysis/layers';
import { listedLayers } from '../analysis/layerLists';
import type { ListedLayer } from '../analysis/layerLists';
import type { ClassAttributes } from '../analysis/scope';
import { sequenceSite } from './sequenceSite';
import type { OpenSource, Site } from './site';
import { alreadyThere, quoteCode } from './site';

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
  const entries =
    definition.value.kind === 'call' ? listedLayers(definition.value, definition.method.body) : [];
  const inner = innerIndex(entries, scope, source, any3x3);
  const found = entries[inner];
  if (!found) return null;
  const holdsSe = (entry: ListedLayer): boolean =>
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

function follows(entry: ListedLayer | undefined, scope: LayerScope, { reader }: OpenSource): boolean {
  const role = entry && reader.describe(entry.layer, scope).role;
  return role === 'norm' || role === 'pass';
}

function innerIndex(
  entries: readonly ListedLayer[],
  scope: LayerScope,
  { convolutions, reader }: OpenSource,
  any3x3: boolean,
): number {
  const convs = entries.flatMap((entry, index): { index: number; facts: ConvolutionFacts }[] => {
    const facts = convolutions.read(entry.layer, scope);
    const isConvolution = facts?.depthwise === true || reader.describe(entry.layer, scope).convs > 0;
    return facts && isConvolution ? [{ index, facts }] : [];
  });
  const depthwise = convs.find(({ facts }) => facts.depthwise);
  if (depthwise) return depthwise.index;
  const middle = convs[1];
  return any3x3 && convs.length === 3 && middle?.facts.kernel === 3 ? middle.index : -1;
}
