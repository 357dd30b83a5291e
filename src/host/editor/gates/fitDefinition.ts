/** Which traces fit a definition (`*.senet.json`), and the settings that make their blocks. */
import { compileModel } from '../../../core/model/compileModel';
import { anchorBlocks } from '../../../core/model/definitionAnchors';
import type { ModelSpec } from '../../../core/model/modelSpec';
import { parseDefinition } from '../../../core/model/parseDefinition';
import type { ExcitationTrace } from '../../../core/excitation/trace';
import { modelKey } from '../../runs/runSummary';
import type { Fit, FittingPlacement, FittingSite } from './fit';

/** What can be asked about one text. */
export type FitDefinition = (trace: ExcitationTrace, trained: ModelSpec | undefined, chosen: boolean) => Fit;

/** Undefined for a definition without SE, or with errors. */
export function fitDefinition(text: string): FitDefinition | undefined {
  const { spec } = parseDefinition(text);
  if (!spec || spec.se === 'none') return undefined;
  const graph = compileModel(spec);
  const anchors = anchorBlocks(text, graph);
  const key = modelKey(spec);

  const placementOf = (trace: ExcitationTrace): FittingPlacement => {
    const traced = new Set(trace.blocks.map(({ block }) => block));
    const sites = new Map<number, { span: FittingSite['span']; blocks: string[] }>();
    for (const { block, offset, length } of anchors) {
      if (!traced.has(block)) continue;
      const site = sites.get(offset) ?? { span: { from: offset, to: offset + length }, blocks: [] };
      site.blocks.push(block);
      sites.set(offset, site);
    }
    return { network: spec.name, offset: 0, sites: [...sites.values()] };
  };

  return (trace, trained, chosen) => {
    if (trained && modelKey(trained) === key) return { kind: 'certain', placement: placementOf(trace) };
    const isSame =
      trace.blocks.length === graph.blocks.length &&
      graph.blocks.every(({ id, channels }, index) => {
        const traced = trace.blocks[index];
        return traced?.block === id && traced.channels === channels;
      });
    if (chosen && isSame) return { kind: 'certain', placement: placementOf(trace) };
    if (trained?.name === spec.name || chosen) {
      const placement = placementOf(trace);
      if (placement.sites.length === 0) return { kind: 'none' };
      return { kind: 'changed', placement, why: whyChanged(spec, trained) };
    }
    // A recording of a model with just these blocks may be of the code that was generated from here.
    return isSame && !trained ? { kind: 'open', placements: [placementOf(trace)] } : { kind: 'none' };
  };
}

/** Settings named in a sentence; more would not be read. */
const MAX_NAMED = 3;

function whyChanged(now: ModelSpec, trained: ModelSpec | undefined): string {
  if (!trained) return 'The recording is of a model with other SE blocks than this definition makes.';
  const before = settingsOf(trained);
  const after = settingsOf(now);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  const named = changed
    .slice(0, MAX_NAMED)
    .map((path) => `${path} was ${before.get(path) ?? 'not set'}, is ${after.get(path) ?? 'not set'}`);
  const more = changed.length > MAX_NAMED ? `, and ${changed.length - MAX_NAMED} more` : '';
  return `The definition changed since the run: ${named.join('; ')}${more}.`;
}

/** The architecture's settings by their path, as text. */
function settingsOf({ input, classes, backbone, se }: ModelSpec): Map<string, string> {
  const settings = new Map<string, string>();
  const add = (path: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      settings.set(path, JSON.stringify(value));
      return;
    }
    for (const [key, part] of Object.entries(value)) add(`${path}.${key}`, part);
  };
  for (const [path, value] of Object.entries({ input, classes, backbone, se })) add(path, value);
  return settings;
}
