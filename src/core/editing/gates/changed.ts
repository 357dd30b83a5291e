/** A file that made the recorded network once, and no longer does: what can still be placed. */
import type { Pairs, TracedBlocks } from './fit';
import { FEW, fitPaths } from './fit';
import type { GateMatch } from './gateMatch';
import type { GateNetwork } from './gateNetwork';
import type { NetworkGate } from './networkGate';
import { placementOf } from './placement';

/** In the network that keeps the most blocks: those with equal paths, else the longest run of equal channels. The chosen one, where it keeps any. */
export function changedMatch(
  networks: readonly GateNetwork[],
  blocks: TracedBlocks,
  chosen: string | undefined,
): GateMatch {
  const kept = networks.map((network) => {
    const pairs = fitPaths(network, blocks, false);
    return { network, pairs: pairs.size > 0 ? pairs : commonRun(network.gates, blocks) };
  });
  const most = Math.max(0, ...kept.map(({ pairs }) => pairs.size));
  const best =
    kept.find(({ network, pairs }) => network.entry === chosen && pairs.size > 0) ??
    kept.find(({ pairs }) => pairs.size === most);
  // Of files many have the name `model.py`: less than a few blocks in common are no sign.
  if (!best || best.pairs.size < (chosen === undefined ? Math.min(FEW, blocks.length) : 1))
    return { kind: 'none' };
  const placement = placementOf(best.network, best.pairs, blocks);
  return { kind: 'changed', placement, why: whyChanged(best.network, best.pairs, blocks) };
}

function whyChanged({ entry, gates, isSure }: GateNetwork, pairs: Pairs, blocks: TracedBlocks): string {
  const recorded = `The recording has ${blocks.length} SE block${blocks.length === 1 ? '' : 's'}`;
  const now = isSure ? gates.length : 0;
  if (now !== blocks.length) return `${recorded}, ${entry} now makes ${now === 0 ? 'none' : now}.`;
  const others = blocks.filter(({ block }) => !pairs.has(block)).length;
  return `${recorded}, of which ${others} are no longer as in ${entry}.`;
}

/** The longest run of blocks, one after the other, whose channels are known and equal on both sides. */
function commonRun(gates: readonly NetworkGate[], blocks: TracedBlocks): Pairs {
  let best = { length: 0, gate: 0, block: 0 };
  let above: readonly number[] = [];
  for (const [at, gate] of gates.entries()) {
    const before = above;
    above = blocks.map(({ channels }, index) =>
      gate.channels === channels ? (before[index - 1] ?? 0) + 1 : 0,
    );
    for (const [index, length] of above.entries()) {
      if (length > best.length) best = { length, gate: at - length + 1, block: index - length + 1 };
    }
  }
  const run = blocks.slice(best.block, best.block + best.length);
  return new Map(
    run.flatMap(({ block }, index) => {
      const gate = gates[best.gate + index];
      return gate ? [[block, gate]] : [];
    }),
  );
}
