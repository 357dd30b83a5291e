import { asNumber } from '../dryRun/values/numbers';
import { layerAttribute } from '../dryRun/library/layers';
import type { Value } from '../dryRun/values/values';
import { Instance, Opaque } from '../dryRun/values/values';

/** Last layers that make gates. */
const GATE = /(^|\.)(Hard)?[Ss]igmoid$|(^|\.)Tanh$/;

/** Whether a PyTorch `Sequential` makes gates: layers that lead from the channels over fewer back to them, and then a gate function. */
export function isExcitation(value: Instance | Opaque): boolean {
  if (!(value instanceof Instance) || value.type.role !== 'container') return false;
  const parts = [...value.attributes.values()];
  const last = parts.at(-1);
  if (parts.length > 12 || !(last instanceof Opaque) || !GATE.test(last.callee)) return false;
  const widths = parts.flatMap((part) => (part instanceof Opaque ? (widthsOf(part) ?? []) : []));
  const [first] = widths;
  const end = widths.at(-1);
  return widths.length >= 2 && first?.from === end?.to && first !== undefined && first.to <= first.from;
}

function widthsOf(layer: Opaque): { from: number; to: number } | null {
  const from = either(layer, 'in_channels', 'in_features');
  const to = either(layer, 'out_channels', 'out_features');
  return from === null || to === null ? null : { from, to };
}

function either(layer: Opaque, one: string, other: string): number | null {
  const value: Value = layerAttribute(layer, one) ?? layerAttribute(layer, other);
  return asNumber(value);
}
