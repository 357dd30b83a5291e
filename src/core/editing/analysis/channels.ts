/** How many channels a value has, followed backwards along the branch to the layer that says so. */
import type { Expr } from '../syntax/ast';
import type { FlowReader } from './residual';
import type { Value } from './flow';
import { ancestorIds } from './flow';
import type { ChannelSource, LayerReader } from './layers';
import { stripSpans } from './layers';

/**
 * known: where the count is written. feature: surely a feature map, count unknown. flat: no feature map (pooled or
 * flattened). unknown: cannot be told; `through` is what stopped the search.
 */
export type Channels =
  | { readonly status: 'known'; readonly source: ChannelSource }
  | { readonly status: 'feature' }
  | { readonly status: 'flat'; readonly through: Expr | null }
  | { readonly status: 'unknown'; readonly through: Expr | null };

const MAX_MERGES = 6;

export function channelsOf(start: Value, flow: FlowReader, reader: LayerReader, merges = 0): Channels {
  let value: Value | undefined = start;
  let feature = false;
  while (value) {
    if (value.kind === 'add' || value.kind === 'merge') {
      const found = merges < MAX_MERGES ? agreed(value, flow, reader, merges + 1) : null;
      return found ?? stopped(feature, value.expr);
    }
    if (value.kind === 'op') {
      const kept = flow.keptInput(value);
      if (!kept) return stopped(feature, value.expr);
      value = kept;
      continue;
    } else if (value.kind === 'apply' && value.layer) {
      const facts = reader.describe(value.layer, flow.scope);
      if (facts.role === 'flat' || (facts.role === 'pool' && facts.squeezes))
        return { status: 'flat', through: value.expr };
      if (facts.role !== 'unknown' && facts.channels) return { status: 'known', source: facts.channels };
      if (facts.role === 'unknown' || facts.role === 'add') return stopped(feature, value.expr);
      if (facts.role === 'conv') return { status: 'feature' };
      if (facts.role === 'norm' || facts.role === 'pool') feature = true;
    } else {
      return stopped(feature, value.expr);
    }
    value = value.inputs[0];
  }
  return stopped(feature, null);
}

function stopped(feature: boolean, through: Expr | null): Channels {
  return feature ? { status: 'feature' } : { status: 'unknown', through };
}

/** The channels of an addition (any operand that says) or of a merge (all alternatives must agree). */
function agreed(value: Value, flow: FlowReader, reader: LayerReader, merges: number): Channels | null {
  const all = value.inputs.map((input) => ({ input, channels: channelsOf(input, flow, reader, merges) }));
  const known = all.flatMap(({ input, channels }) =>
    channels.status === 'known' ? [{ input, channels }] : [],
  );
  const first = known[0]?.channels;
  const mapped = all.find(({ channels }) => channels.status === 'feature')?.channels ?? null;
  if (value.kind === 'add') return first ?? mapped;
  if (all.some(({ channels }) => channels.status === 'flat')) return null;
  // `if self.drop is not None: x = self.drop(x)`: what is applied or not must keep the channels.
  const clear = all.every(
    ({ input, channels }) =>
      channels.status !== 'unknown' || known.some((one) => ancestorIds(input).has(one.input.id)),
  );
  if (!first || known.length < all.length) return clear && first ? first : mapped && clear ? mapped : null;
  const text = (channels: typeof first): string => JSON.stringify(stripSpans(channels.source.expr));
  return known.every(({ channels }) => text(channels) === text(first)) ? first : null;
}
