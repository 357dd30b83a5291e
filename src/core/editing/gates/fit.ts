/** How the blocks of a recording and those of a network of the file go together. */
import type { BlockId } from '../../model/graph';
import type { ExcitationTrace } from '../../excitation/trace';
import { commonParent, isWithin, joined, looseName, pathsAround, stageOfPath, tailsOf } from './blockPaths';
import type { GateNetwork } from './gateNetwork';
import type { NetworkGate } from './networkGate';

export type TracedBlocks = ExcitationTrace['blocks'];
/** Blocks of the recording and their partners in the file. */
export type Pairs = ReadonlyMap<BlockId, NetworkGate>;

/** Fewer blocks may have equal paths by chance once something is taken away from these. */
export const FEW = 3;

interface Partner {
  /** What was taken away from the block's path. */
  readonly prefix: string;
  readonly gate: NetworkGate;
}

/**
 * Every block of either side has its partner by an equal path, and no number of channels says otherwise; null where that is not so. What wraps
 * either network, such as `module.` or `backbone.`, is taken away; a recording may also hold a network several times.
 *
 * @param few how many blocks must agree where something is taken away
 */
export function fitWhole(network: GateNetwork, blocks: TracedBlocks, few: number): Pairs | null {
  const { gates } = network;
  if (gates.length > blocks.length) return null;
  const whole = wholeFit(network, blocks, few, (id) => partnerOf(network, id, false));
  if (whole || gates.length < FEW || !network.isTree) return whole;
  for (const parent of pathsAround(commonParent(gates.map(({ path }) => path)))) {
    const found = wholeFit(network, blocks, few, (id) => {
      const gate = network.at(joined(parent, id));
      return gate && { prefix: '', gate };
    });
    if (found) return found;
  }
  return null;
}

function wholeFit(
  { gates }: GateNetwork,
  blocks: TracedBlocks,
  few: number,
  find: (id: BlockId) => Partner | null,
): Pairs | null {
  const pairs = new Map<BlockId, NetworkGate>();
  const byPrefix = new Map<string, Set<string>>();
  for (const { block, channels } of blocks) {
    const partner = find(block);
    if (!partner || !agrees(partner.gate, channels)) return null;
    const { prefix, gate } = partner;
    const paths = byPrefix.get(prefix) ?? new Set();
    if (paths.has(gate.path)) return null;
    byPrefix.set(prefix, paths.add(gate.path));
    pairs.set(block, gate);
  }
  const isWhole = [...byPrefix].every(
    ([prefix, paths]) =>
      (prefix === '' || paths.size >= few) &&
      gates.every(({ path }) => paths.has(path) || isPartly(path, paths)),
  );
  return isWhole ? pairs : null;
}

/** Part and whole are the same block: a recording may name what makes the gates of a unit. */
function isPartly(path: string, paths: ReadonlySet<string>): boolean {
  return [...paths].some((other) => isWithin(path, other) || isWithin(other, path));
}

/**
 * Blocks with equal paths, as many as there are.
 *
 * @param withPossible also those that a class makes under conditions that this network does not meet
 */
export function fitPaths(network: GateNetwork, blocks: TracedBlocks, withPossible: boolean): Pairs {
  const pairs = new Map<BlockId, NetworkGate>();
  for (const { block, channels } of blocks) {
    const partner = partnerOf(network, block, withPossible);
    if (partner && agrees(partner.gate, channels)) pairs.set(block, partner.gate);
  }
  return pairs;
}

function agrees({ channels }: NetworkGate, recorded: number): boolean {
  return channels === null || channels === recorded;
}

/** By the whole path, else by the longest end of it that the network has. */
function partnerOf(network: GateNetwork, id: BlockId, withPossible: boolean): Partner | null {
  if (!network.isTree) {
    const name = looseName(id);
    const gate = network.gates.find(({ path }) => looseName(path) === name);
    return gate ? { prefix: '', gate } : null;
  }
  for (const { prefix, tail } of tailsOf(id)) {
    // `nn.Identity()` may stand where there is no block by default.
    const gate = (withPossible ? network.possibleAt(tail) : null) ?? network.at(tail);
    if (gate) return { prefix, gate };
  }
  return null;
}

/** Whether a fit by order is no accident: there are more than a few blocks, of known numbers of channels. */
export function isTelling(pairs: Pairs): boolean {
  return pairs.size >= FEW && [...pairs.values()].every(({ channels }) => channels !== null);
}

/** Blocks by their order alone; null where numbers, channels or stages say otherwise. */
export function fitStructure({ gates }: GateNetwork, blocks: TracedBlocks): Pairs | null {
  if (gates.length === 0 || gates.length !== blocks.length) return null;
  const isAlike = gates.every(({ channels }, index) =>
    channels === null ? blocks.length >= FEW : channels === blocks[index]?.channels,
  );
  const mine = groups(gates.map(({ stage }) => stage));
  const theirs = groups(blocks.map(({ block }) => stageOfPath(block)));
  if (!isAlike || (mine && theirs && mine.some((group, index) => group !== theirs[index]))) return null;
  return new Map(gates.flatMap((gate, index) => (blocks[index] ? [[blocks[index].block, gate]] : [])));
}

/** The stage of each block by number; null where all are in one or each has its own: that tells nothing. */
function groups(labels: readonly string[]): number[] | null {
  let group = 0;
  const numbers = labels.map((label, index) =>
    index > 0 && label !== labels[index - 1] ? (group += 1) : group,
  );
  return group === 0 || group === labels.length - 1 ? null : numbers;
}
