import { summarizeBlock, type BlockSummary } from '../../../core/excitation/blockSummary';
import { sequentialScale, type ColourScale } from '../../../core/excitation/colourScale';
import { gateRange } from '../../../core/excitation/gateMath';
import type { BlockTrace, ExcitationTrace } from '../../../core/excitation/trace';
import type { BlockId } from '../../../core/model/graph';

export interface BlockFacts {
  readonly block: BlockTrace;
  readonly summary: BlockSummary;
}

/** What everything beside the code says about a trace; made once for each. */
export interface TraceFacts {
  readonly blocks: ReadonlyMap<BlockId, BlockFacts>;
  /** Colours of channels: from the least to the most mean gate over all images, so that small differences show. */
  readonly scale: ColourScale;
  /** Colours of channels in classes: from the least to the most mean gate of a class. */
  readonly classScale: ColourScale;
}

const known = new WeakMap<ExcitationTrace, TraceFacts>();

export function factsOf(trace: ExcitationTrace): TraceFacts {
  let facts = known.get(trace);
  if (!facts) known.set(trace, (facts = readFacts(trace)));
  return facts;
}

export function factsOfBlocks(trace: ExcitationTrace, ids: readonly BlockId[]): BlockFacts[] {
  const { blocks } = factsOf(trace);
  return ids.flatMap((id) => blocks.get(id) ?? []);
}

function readFacts(trace: ExcitationTrace): TraceFacts {
  const blocks = new Map(
    trace.blocks.map((block) => [block.block, { block, summary: summarizeBlock(block, trace) }]),
  );
  let low = Infinity;
  let high = -Infinity;
  for (const { summary } of blocks.values()) {
    for (const gate of summary.channelMeans) {
      if (gate < low) low = gate;
      if (gate > high) high = gate;
    }
  }
  const range = gateRange([trace]);
  return {
    blocks,
    scale: low <= high ? sequentialScale(low, high) : sequentialScale(0, 1),
    classScale: sequentialScale(range.low, range.high),
  };
}
