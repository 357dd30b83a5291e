import { Instance, Opaque } from '../dryRun/values/values';
import { widthsOf } from './layerWidths';

/** Last layers that make gates. */
const GATE = /(^|\.)(Hard)?[Ss]igmoid$|(^|\.)Tanh$/;

/** More parts than an excitation has. */
const MOST_PARTS = 12;

/** Whether a PyTorch `Sequential` makes gates: layers that lead from the channels over fewer back to them, and then a gate function. */
export function isExcitation(value: Instance | Opaque): boolean {
  if (!(value instanceof Instance) || value.type.role !== 'container') return false;
  const parts = [...value.attributes.values()];
  const last = parts.at(-1);
  if (parts.length > MOST_PARTS || !(last instanceof Opaque) || !GATE.test(last.callee)) return false;
  const layers = parts.flatMap((part) => widthsOf(part) ?? []);
  const [first] = layers;
  if (layers.length < 2 || !first || first.from === null || first.to === null) return false;
  return first.from === layers.at(-1)?.to && first.to <= first.from;
}
