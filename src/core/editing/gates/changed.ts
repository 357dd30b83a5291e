/** A file that made the recorded network once, and no longer does: what can still be placed. */
import type { Pairs, PathFit, TracedBlocks } from './fit';
import type { GateMatch } from './gateMatch';
import type { GateNetwork, NetworkGate } from './gateNetwork';
import { placementOf } from './placement';

interface Candidate {
  readonly network: GateNetwork;
  readonly paths: PathFit;
}

/** In the network that keeps the most blocks: those with equal paths, else the longest run of equal channels. */
export function changedPlacement(
  fits: readonly Candidate[],
  blocks: TracedBlocks,
  chosen: string | undefined,
): GateMatch {
  const among = fits.filter(({ network }) => network.gates.length > 0);
  let best: { readonly network: GateNetwork; readonly pairs: Pairs } | null = null;
  for (const { network, paths } of among) {
    const pairs = paths.pairs.size > 0 ? paths.pairs : commonRun(network.gates, blocks);
    const isBetter =
      !best || pairs.size > best.pairs.size || (pairs.size === best.pairs.size && network.entry === chosen);
    if (isBetter) best = { network, pairs };
  }
  if (!best) return { kind: 'none' };
  const { network, pairs } = best;
  return {
    kind: 'changed',
    placement: placementOf(network, pairs, blocks),
    why: whyChanged(network, pairs, blocks),
  };
}

function whyChanged({ entry, gates }: GateNetwork, pairs: Pairs, blocks: TracedBlocks): string {
  const recorded = `The recording has ${counted(blocks.length)}`;
  if (gates.length !== blocks.length) return `${recorded}, ${entry} now makes ${gates.length}.`;
  const moved = blocks.filter(({ block }) => !pairs.has(block)).length;
  return `${recorded}; ${moved} of them no longer match those of ${entry}.`;
}

function counted(count: number): string {
  return `${count} SE block${count === 1 ? '' : 's'}`;
}

/** The longest run of blocks, one after the other, whose channels are equal on both sides. */
function commonRun(gates: readonly NetworkGate[], blocks: TracedBlocks): Pairs {
  let best = { length: 0, gate: 0, block: 0 };
  let above: number[] = [];
  for (const [at, gate] of gates.entries()) {
    const row = blocks.map(({ channels }, index) =>
      gate.channels === channels ? (index > 0 ? (above[index - 1] ?? 0) : 0) + 1 : 0,
    );
    for (const [index, length] of row.entries())
      if (length > best.length) best = { length, gate: at - length + 1, block: index - length + 1 };
    above = row;
  }
  const run = blocks.slice(best.block, best.block + best.length);
  return new Map(
    run.flatMap(({ block }, index) => {
      const gate = gates[best.gate + index];
      return gate ? [[block, gate]] : [];
    }),
  );
}
