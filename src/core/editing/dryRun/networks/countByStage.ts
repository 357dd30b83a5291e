import type { BlockInstance, Stage } from './report';

/** Blocks of one stage with equally many channels. */
export interface StageCount {
  readonly stage: Stage;
  /** Null where they are not known. */
  readonly channels: number | null;
  readonly blocks: number;
}

/** Counts blocks by stage and channels, in the order in which they first appear. */
export function countByStage(
  blocks: readonly BlockInstance[],
  channelsOf: (block: BlockInstance) => number | null,
): StageCount[] {
  const counts = new Map<string, StageCount>();
  for (const block of blocks) {
    const channels = channelsOf(block);
    const key = JSON.stringify([block.stage.path, channels]);
    counts.set(key, { stage: block.stage, channels, blocks: (counts.get(key)?.blocks ?? 0) + 1 });
  }
  return [...counts.values()];
}
