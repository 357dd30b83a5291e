/** How many channels a module of a dry run scales. */
import type { Value } from '../dryRun/values/values';
import { Instance, Opaque } from '../dryRun/values/values';
import type { Widths } from './layerWidths';
import { counted, widthsOf } from './layerWidths';

/** Modules inside an SE block that are looked at: no block has as many. */
const MOST_PARTS = 64;

/**
 * Of a PyTorch module: an excitation leads from the channels back to them, so its first layer takes and its last layer gives them. Else the
 * first argument of its constructor, which is the channels in every SE class in use. Null where neither is known.
 */
export function channelsOfModule(module: Instance | Opaque): number | null {
  if (module instanceof Opaque) {
    const [argument] = [...module.args.positional, ...module.args.named.values()];
    return widthsOf(module)?.to ?? counted(argument);
  }
  const layers = layersIn(module);
  const channels = layers[0]?.from ?? null;
  if (channels !== null && channels === layers.at(-1)?.to) return channels;
  const construction = module.constructions[0];
  const [, parameter] = construction?.scope.callee?.code.parameters ?? [];
  return counted(parameter && construction?.scope.values.get(parameter.name));
}

/** Its convolutions and dense layers, in their order. */
function layersIn(module: Instance): Widths[] {
  const found: Widths[] = [];
  const seen = new Set<Instance>();
  const pending: Value[] = [module];
  for (let next = pending.pop(); next !== undefined && seen.size < MOST_PARTS; next = pending.pop()) {
    const layer = widthsOf(next);
    if (layer) found.push(layer);
    if (!(next instanceof Instance) || seen.has(next)) continue;
    seen.add(next);
    pending.push(...[...next.attributes.values()].reverse().filter((value) => value !== undefined));
  }
  return found;
}
