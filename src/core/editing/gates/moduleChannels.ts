/** How many channels a module of a dry run scales. */
import { layerAttribute } from '../dryRun/library/layers';
import { asNumber } from '../dryRun/values/numbers';
import type { Value } from '../dryRun/values/values';
import { Instance, Opaque } from '../dryRun/values/values';

/** Modules inside an SE block that are looked at: no block has as many. */
const MOST_PARTS = 64;

/**
 * Of a PyTorch module: an excitation leads from the channels back to them, so its first layer takes and its last layer gives them. Else the
 * first argument of its constructor, which is the channels in every SE class in use. Null where neither is known.
 */
export function channelsOfModule(module: Instance | Opaque): number | null {
  if (module instanceof Opaque)
    return counted(module.args.positional[0] ?? [...module.args.named.values()][0]);
  const layers = layersIn(module);
  const first = widthOf(layers[0], 'in');
  if (first !== null && first === widthOf(layers.at(-1), 'out')) return first;
  const construction = module.constructions[0];
  const [, parameter] = construction?.scope.callee?.code.parameters ?? [];
  return counted(parameter && construction?.scope.values.get(parameter.name));
}

/** Its convolutions and dense layers, in their order. */
function layersIn(module: Instance): Opaque[] {
  const found: Opaque[] = [];
  const seen = new Set<Instance>();
  const pending: Value[] = [module];
  for (let next = pending.pop(); next !== undefined && seen.size < MOST_PARTS; next = pending.pop()) {
    if (next instanceof Opaque && widthOf(next, 'out') !== null) found.push(next);
    if (!(next instanceof Instance) || seen.has(next)) continue;
    seen.add(next);
    pending.push(...[...next.attributes.values()].reverse().filter((value) => value !== undefined));
  }
  return found;
}

function widthOf(layer: Opaque | undefined, end: 'in' | 'out'): number | null {
  if (!layer) return null;
  return counted(layerAttribute(layer, `${end}_channels`) ?? layerAttribute(layer, `${end}_features`));
}

function counted(value: Value): number | null {
  const number = typeof value === 'boolean' ? null : asNumber(value);
  return number !== null && Number.isSafeInteger(number) && number > 0 ? number : null;
}
