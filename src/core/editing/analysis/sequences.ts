/** Chains of layers: what is in them, and what comes out at their end. */
import type { CallExpr, Expr } from '../syntax/ast';
import { argumentOf, keepsMap, mergeFacts } from './layerFacts';
import type { LayerFacts, LayerScope } from './layerFacts';
import { listedLayers } from './layerLists';
import type { ListedLayer } from './layerLists';

export type SequenceItem = Pick<ListedLayer, 'layer' | 'presence' | 'arm'>;

/** The layers of `nn.Sequential(a, b)`, `nn.Sequential(*layers)`, `keras.Sequential([a, b])` and `tf.sequential({layers: [a, b]})`. */
export function sequenceItems(call: CallExpr, { function: method }: LayerScope): SequenceItem[] {
  const always = (layer: Expr): SequenceItem => ({ layer, presence: 'always', arm: null });
  const [first] = call.args;
  if (first?.value.kind === 'object') {
    const list = argumentOf(call, { index: 0, keyword: 'layers' });
    return list?.kind === 'list' ? list.items.map((item) => always(item.value)) : [always(first.value)];
  }
  const listed = listedLayers(call, method?.body ?? []);
  const known = listed.length > 0 || call.args.length === 0;
  return known ? listed : call.args.map((item) => always(item.value));
}

/** The last of a chain that makes channels or says how many; layers that are there only sometimes must agree with the last that surely is. */
export function chainEnd(
  facts: readonly (LayerFacts & Pick<SequenceItem, 'presence' | 'arm'>)[],
): Pick<LayerFacts, 'role' | 'channels'> {
  const telling = facts.filter((fact) => !keepsMap(fact) || fact.channels !== null);
  const lastSure = telling.map((fact) => fact.presence).lastIndexOf('always');
  // Of the arms of an if-else each one's last layer counts.
  const after = telling
    .slice(lastSure + 1)
    .filter(
      ({ presence, arm }, index, all) =>
        presence !== 'either' || !all.slice(index + 1).some((later) => later.arm === arm),
    );
  const sure = telling[lastSure];
  const optional = after.some((fact) => fact.presence === 'maybe');
  if (optional && !sure) return { role: 'unknown', channels: null };
  const candidates = sure && (optional || after.length === 0) ? [sure, ...after] : after;
  if (candidates.length === 0) return { role: 'pass', channels: null };
  // A norm that may follow a convolution says the same channels in another role.
  const { role, channels } = mergeFacts(
    candidates.map((fact) => (fact.channels ? { ...fact, role: 'conv' } : fact)),
  );
  const unclear = channels === null && role !== 'flat' && role !== 'conv';
  return unclear ? { role: 'unknown', channels: null } : { role, channels };
}
