import { findSetting, readDefinitionTree } from './definitionTree';
import type { BlockId, Graph } from './graph';

/** Where a block's colour strip and hover sit in the text of a definition, in UTF-16 units. */
export interface BlockAnchor {
  block: BlockId;
  offset: number;
  length: number;
}

/**
 * Anchors every SE block of the graph in the text: at the number of its stage in `"stages"` where the text lists it, else at the
 * key `"se"`, else (SE by default) at the key `"backbone"`. Blocks of a stage share their anchor; the reader groups them by line.
 * In network order; empty if the text has none of these settings, for instance while it is being typed.
 */
export function anchorBlocks(text: string, graph: Graph): BlockAnchor[] {
  const { root } = readDefinitionTree(text);
  if (!root) return [];
  const fallback = (findSetting(root, ['se']) ?? findSetting(root, ['backbone']))?.key;
  const listed = findSetting(root, ['se', 'stages'])?.value.children ?? [];
  return graph.blocks.flatMap((block) => {
    const place = listed.find((stage) => stage.value === block.stage) ?? fallback;
    return place ? [{ block: block.id, offset: place.offset, length: place.length }] : [];
  });
}
