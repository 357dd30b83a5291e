import type { GatePlacement, GateSite } from './gateMatch';
import type { GateNetwork } from './gateNetwork';
import type { Pairs, TracedBlocks } from './fit';

/** The blocks at the places of their partners. */
export function placementOf(
  { entry, offset }: GateNetwork,
  pairs: Pairs,
  blocks: TracedBlocks,
): GatePlacement {
  const sites = new Map<string, GateSite & { blocks: string[] }>();
  const missing: string[] = [];
  for (const { block } of blocks) {
    const span = pairs.get(block)?.span;
    if (!span) {
      missing.push(block);
      continue;
    }
    const key = `${span.from}-${span.to}`;
    const site = sites.get(key);
    if (site) site.blocks.push(block);
    else sites.set(key, { span: { from: span.from, to: span.to }, blocks: [block] });
  }
  const inOrder = [...sites.values()].sort((a, b) => a.span.from - b.span.from || a.span.to - b.span.to);
  return { network: entry, offset, sites: inOrder, missing };
}
