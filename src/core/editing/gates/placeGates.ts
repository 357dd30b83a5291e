/**
 * The door of this room: where in a source file the SE blocks of a recording are made. Blocks are told by structure: the file is run dry, and
 * paths, channels and stages of what it makes are compared with those of the recording.
 */
import type { ExcitationTrace } from '../../excitation/trace';
import { changedMatch } from './changed';
import type { Pairs, TracedBlocks } from './fit';
import { FEW, fitPaths, fitStructure, fitWhole, isTelling } from './fit';
import type { GateMatch, KnownFile } from './gateMatch';
import type { GateNetwork } from './gateNetwork';
import type { GateSource } from './gateSource';
import { placementOf } from './placement';

export { GateSource } from './gateSource';

/** Total: a file that is not understood has nothing to do with the recording. */
export function placeGates(source: GateSource, trace: ExcitationTrace, known: KnownFile): GateMatch {
  const { blocks, code = [] } = trace;
  const isOwn = known.chosen !== undefined || code.some(({ file }) => file === known.fileName);
  if (blocks.length === 0 || !(isOwn || source.mayHaveBlocks)) return { kind: 'none' };
  // A file of blocks for other networks has one unit where the recording has all of them.
  const whole = (network: GateNetwork): Pairs | null => fitWhole(network, blocks, isOwn ? 1 : FEW);
  const alike = (network: GateNetwork): Pairs | null => fitStructure(network, blocks);
  const networks = inOrderOfTrust(source.networks);
  const chosen = networks.filter(({ entry }) => entry === known.chosen);
  const [meant] = [...fitted(chosen, whole), ...fitted(chosen, alike)];
  if (meant) return certain(meant, blocks);

  const equal = fitted(networks, whole);
  const [only, ...others] = equal;
  if (only && others.length === 0) return certain(only, blocks);
  if (only) return open(equal, blocks);

  if (code.some(({ fingerprint }) => fingerprint === known.fingerprint)) {
    const best = mostPlaced(fitted(networks, (network) => fitPaths(network, blocks, true)));
    if (best) return certain(best, blocks);
  }
  const inOrder = fitted(networks, alike);
  const [single, ...more] = inOrder;
  if (single && more.length === 0 && isOwn && isTelling(single.pairs)) return certain(single, blocks);
  if (single) return open(inOrder, blocks);
  return isOwn ? changedMatch(networks, blocks, known.chosen) : { kind: 'none' };
}

interface Fit {
  readonly network: GateNetwork;
  readonly pairs: Pairs;
}

/** The fits that place any block; of networks that place all blocks alike the first. */
function fitted(networks: readonly GateNetwork[], fit: (network: GateNetwork) => Pairs | null): Fit[] {
  const found = new Map<string, Fit>();
  for (const network of networks) {
    const pairs = fit(network);
    const placed = [...(pairs ?? [])].flatMap(([id, { span }]) => (span ? [[id, span.from, span.to]] : []));
    const key = JSON.stringify(placed);
    if (pairs && placed.length > 0 && !found.has(key)) found.set(key, { network, pairs });
  }
  return [...found.values()];
}

function certain({ network, pairs }: Fit, blocks: TracedBlocks): GateMatch {
  return { kind: 'certain', placement: placementOf(network, pairs, blocks) };
}

function open(fits: readonly Fit[], blocks: TracedBlocks): GateMatch {
  const placements = fits.map(({ network, pairs }) => placementOf(network, pairs, blocks));
  return { kind: 'open', placements: placements.sort((a, b) => a.offset - b.offset) };
}

/** Networks that have their blocks as they are made come before those that could have them. */
function inOrderOfTrust(networks: readonly GateNetwork[]): GateNetwork[] {
  return [...networks].sort((a, b) => Number(b.isSure) - Number(a.isSure));
}

/** The first of those with the most blocks in their places. */
function mostPlaced(fits: readonly Fit[]): Fit | null {
  const most = Math.max(...fits.map(({ pairs }) => pairs.size));
  return fits.find(({ pairs }) => pairs.size === most) ?? null;
}
