/** Which traces fit a definition (`*.senet.json`), and the settings that make their blocks. */
import { compileModel } from '../../../core/model/compileModel';
import { anchorBlocks } from '../../../core/model/definitionAnchors';
import type { ModelSpec } from '../../../core/model/modelSpec';
import { parseDefinition } from '../../../core/model/parseDefinition';
import type { GatePlacement, GateSite } from '../../../core/editing/gates/gateMatch';
import type { ExcitationTrace } from '../../../core/excitation/trace';
import { modelKey } from '../../runs/runSummary';
import type { Fitter } from './chooseGates';

/** Undefined for a definition without SE, or with errors. */
export function fitDefinition(text: string): Fitter | undefined {
  const { spec } = parseDefinition(text);
  if (!spec || spec.se === 'none') return undefined;
  const graph = compileModel(spec);
  const anchors = anchorBlocks(text, graph);
  const key = modelKey(spec);

  const placementOf = ({ blocks }: ExcitationTrace): GatePlacement => {
    const traced = new Set(blocks.map(({ block }) => block));
    const sites = new Map<number, { span: GateSite['span']; blocks: string[] }>();
    const placed = new Set<string>();
    for (const { block, offset, length } of anchors) {
      if (!traced.has(block)) continue;
      const site = sites.get(offset) ?? { span: { from: offset, to: offset + length }, blocks: [] };
      site.blocks.push(block);
      sites.set(offset, site);
      placed.add(block);
    }
    const missing = [...traced].filter((block) => !placed.has(block));
    return { network: spec.name, offset: 0, sites: [...sites.values()], missing };
  };
  const hasJustTheseBlocks = ({ blocks }: ExcitationTrace): boolean =>
    blocks.length === graph.blocks.length &&
    graph.blocks.every(({ id, channels }, index) => {
      const traced = blocks[index];
      return traced?.block === id && traced.channels === channels;
    });

  return {
    fit: ({ spec: trained }, trace, chosen) => {
      const placement = placementOf(trace);
      if (trained) {
        if (modelKey(trained) === key) return { kind: 'certain', placement };
        const isMeant = trained.name === spec.name || chosen !== undefined;
        return isMeant
          ? {
              kind: 'changed',
              placement,
              why: `The definition changed since the run: ${changes(trained, spec)}.`,
            }
          : { kind: 'none' };
      }
      // A recording of a model with just these blocks may be of the code that was generated from here.
      if (hasJustTheseBlocks(trace))
        return chosen === undefined
          ? { kind: 'open', placements: [placement] }
          : { kind: 'certain', placement };
      const why = 'The recording is of a model with other SE blocks than this definition makes.';
      return chosen === undefined ? { kind: 'none' } : { kind: 'changed', placement, why };
    },
    isOwn: () => false,
  };
}

/** Settings named in a sentence; more would not be read. */
const MAX_NAMED = 3;

function changes(trained: ModelSpec, now: ModelSpec): string {
  const before = settingsOf(trained);
  const after = settingsOf(now);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  const named = changed
    .slice(0, MAX_NAMED)
    .map((path) => `${path} was ${before.get(path) ?? 'not set'}, is ${after.get(path) ?? 'not set'}`);
  const more = changed.length > MAX_NAMED ? `, and ${changed.length - MAX_NAMED} more` : '';
  return `${named.join('; ')}${more}`;
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
