/** How the blocks of a recording and those of a network of the file go together. */
import type { BlockId } from '../../model/graph';
import type { ExcitationTrace } from '../../excitation/trace';
import { commonParent, isWithin, joined, looseName, stageOfPath, tailsOf } from './blockPaths';
import type { GateNetwork, NetworkGate } from './gateNetwork';

export type TracedBlocks = Pick<ExcitationTrace, 'blocks'>['blocks'];
export type Pairs = ReadonlyMap<BlockId, NetworkGate>;

export interface PathFit {
  readonly pairs: Pairs;
  /** Whether every block of either side has its partner, and no number of channels says otherwise. */
  readonly exact: boolean;
}

/** Fewer blocks may have equal paths by chance once something is taken away from these. */
const FEW = 3;

/** Blocks by equal paths; what wraps either network, such as `module.` or `backbone.`, is taken away. */
export function fitPaths(network: GateNetwork, blocks: TracedBlocks): PathFit {
  const wrapped = wrappedFit(network, blocks);
  if (wrapped.exact || network.gates.length < FEW) return wrapped;
  for (const prefix of ancestorsOf(commonParent(network.gates.map(({ path }) => path)))) {
    const fit = fitOf(network, blocks, (id) => ({ prefix: '', gate: find(network, joined(prefix, id)) }));
    if (fit.exact) return fit;
  }
  return wrapped;
}

function wrappedFit(network: GateNetwork, blocks: TracedBlocks): PathFit {
  return fitOf(network, blocks, (id) => {
    for (const { prefix, tail } of tailsOf(id)) {
      const gate = find(network, tail);
      if (gate) return { prefix, gate };
    }
    return { prefix: '', gate: null };
  });
}

interface Found {
  readonly prefix: string;
  readonly gate: NetworkGate | null;
}

function fitOf(network: GateNetwork, blocks: TracedBlocks, find: (id: BlockId) => Found): PathFit {
  const pairs = new Map<BlockId, NetworkGate>();
  const byPrefix = new Map<string, NetworkGate[]>();
  let agrees = true;
  for (const { block, channels } of blocks) {
    const { prefix, gate } = find(block);
    if (!gate || (gate.channels !== null && gate.channels !== channels)) {
      agrees = false;
      continue;
    }
    pairs.set(block, gate);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), gate]);
  }
  const groups = [...byPrefix];
  const exact =
    agrees &&
    pairs.size > 0 &&
    groups.every(
      ([prefix, gates]) =>
        new Set(gates.map(({ path }) => path)).size === gates.length &&
        (prefix === '' || gates.length >= FEW) &&
        network.gates.every((gate) => gates.some((one) => covers(one, gate))),
    );
  return { pairs, exact };
}

/** Part and whole are the same block: a recording may name the activation inside. */
function covers(one: NetworkGate, other: NetworkGate): boolean {
  return isWithin(one.path, other.path) || isWithin(other.path, one.path);
}

function find(network: GateNetwork, path: string): NetworkGate | null {
  if (network.isTree) return path === '' ? null : network.at(path);
  const name = looseName(path);
  return network.gates.find((gate) => looseName(gate.path) === name) ?? null;
}

function ancestorsOf(path: string): string[] {
  const found = [...tailsOf(path)].map(({ prefix }) => prefix);
  return [path, ...found.reverse()].filter((prefix) => prefix !== '');
}

/** Blocks by their order alone; null where numbers, channels or stages say otherwise. */
export function fitStructure(network: GateNetwork, blocks: TracedBlocks): Pairs | null {
  const { gates } = network;
  if (gates.length === 0 || gates.length !== blocks.length) return null;
  const agrees = gates.every(({ channels }, index) =>
    channels === null ? blocks.length >= FEW : channels === blocks[index]?.channels,
  );
  const mine = groups(gates.map(({ stage }) => stage));
  const theirs = groups(blocks.map(({ block }) => stageOfPath(block)));
  if (!agrees || (mine && theirs && mine.some((group, index) => group !== theirs[index]))) return null;
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
