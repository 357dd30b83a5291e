/** An SE block that has no name: x times what is squeezed out of x and sent through layers, written out where it is used. */
import type { Expr } from '../syntax/ast';
import type { Value } from './flow';
import type { LayerFacts } from './layerFacts';

/** What reads the layers of the function that the value is in: a `FlowReader`. */
interface Describing {
  describe(layer: Expr): LayerFacts;
}

/** Reductions over height and width by their names in PyTorch, TensorFlow, Keras and JAX. */
const REDUCTION = /^(mean|amax|max|reduce_mean|reduce_max|adaptive_avg_pool2d|adaptive_max_pool2d)$/;

const POOLING = /^(avg|max)_pool(2d)?$/;

/**
 * Whether the value is a product of a feature map x and of a gate that comes from x through a squeeze (global pooling, a mean) and at
 * least one layer behind it: `multiply([x, Dense(c)(Dense(c // r)(GlobalAveragePooling2D()(x)))])`, `x * self.fc(self.pool(x))`.
 */
export function isFunctionalSe(flow: Describing, value: Value): boolean {
  const [left, right] = value.inputs;
  if (value.kind !== 'op' || !/^\*=?$/.test(value.name) || !left || !right) return false;
  return isGateOf(left, right, flow) || isGateOf(right, left, flow);
}

/** Whether `gate` comes from `map` alone, through a squeeze and then a layer. */
function isGateOf(map: Value, gate: Value, flow: Describing): boolean {
  const between = valuesBetween(map, gate);
  if (!between) return false;
  const squeezes = between.filter((value) => isSqueeze(value, flow));
  return squeezes.some(
    (squeeze) =>
      holdsExcitation(squeeze, flow) ||
      between.some((value) => value.id > squeeze.id && value.kind === 'apply' && !isSqueeze(value, flow)),
  );
}

/** The values on the way from `end` back to `start`, `end` with them; null where they do not meet. */
function valuesBetween(start: Value, end: Value): Value[] | null {
  const seen = new Map<number, Value>();
  const pending = [end];
  let met = false;
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next === start) met = true;
    if (next === start || seen.has(next.id)) continue;
    seen.set(next.id, next);
    pending.push(...next.inputs);
  }
  return met ? [...seen.values()] : null;
}

function isSqueeze(value: Value, flow: Describing): boolean {
  if (value.kind === 'apply' && value.layer) return flow.describe(value.layer).squeezes;
  if (value.kind !== 'op' || value.expr?.kind !== 'call') return false;
  return REDUCTION.test(value.name) || (POOLING.test(value.name) && pollsItsOwnSize(value));
}

/** `F.avg_pool2d(x, x.size(2))`, `nn.avg_pool(x, x.shape[1:3])`: a window as large as the map. */
function pollsItsOwnSize({ inputs: [map, ...windows] }: Value): boolean {
  return windows.some((window) => map !== undefined && valuesBetween(map, window) !== null);
}

/** `nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(...), ...)`: squeeze and excitation in one chain. */
function holdsExcitation(squeeze: Value, flow: Describing): boolean {
  return squeeze.kind === 'apply' && squeeze.layer !== null && flow.describe(squeeze.layer).layers > 1;
}
