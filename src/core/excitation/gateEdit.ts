/** What a knock-out does to gates: some channels of a block are held at a fixed value, whatever the image. */
import { PlaygroundError } from '../errors';
import type { BlockId } from '../model/graph';

/** `mean` is, for each channel, its mean gate over the images that are evaluated, in the network as it was trained. */
export const CLAMP_TARGETS = ['zero', 'one', 'mean'] as const;
export type ClampTarget = (typeof CLAMP_TARGETS)[number];

export interface GateEdit {
  block: BlockId;
  /** Channels that are clamped; null for all of the block. */
  channels: readonly number[] | null;
  to: ClampTarget;
}

/** A block's gates under edits: keep * gate + value, channel by channel. */
export interface ClampVectors {
  /** [C], 1 where the gate stays what the network makes it, 0 where it is clamped. */
  keep: Float32Array;
  /** [C], what a clamped gate is; 0 where it stays. */
  value: Float32Array;
}

/**
 * What edits make of each block they name; where two clamp the same channel, the later one counts. Blocks without edits have no entry, nor have
 * those of which no channel is clamped.
 *
 * @param blocks of the network; a Graph's `blocks` will do
 * @param meansOf mean gates [C] of a block; asked only for edits to `mean`
 * @throws PlaygroundError `engine/gate-edit` for blocks and channels that the network does not have
 */
export function clampVectors(
  edits: readonly GateEdit[],
  blocks: readonly { id: BlockId; channels: number }[],
  meansOf: (block: BlockId) => ArrayLike<number>,
): Map<BlockId, ClampVectors> {
  const clamps = new Map<BlockId, ClampVectors>();
  for (const { block, channels, to } of edits) {
    const count = channelsOf(block, blocks);
    const chosen = channels ?? Array.from({ length: count }, (_, channel) => channel);
    if (chosen.length === 0) continue;
    const clamp = clamps.get(block) ?? untouched(count);
    clamps.set(block, clamp);
    const means = to === 'mean' ? meansOf(block) : undefined;
    for (const channel of chosen) {
      if (!Number.isInteger(channel) || channel < 0 || channel >= count) {
        throw unusable(`${block} has channels 0 to ${count - 1}, and no ${channel}`);
      }
      clamp.keep[channel] = 0;
      clamp.value[channel] = means ? means[channel]! : to === 'one' ? 1 : 0;
    }
  }
  return clamps;
}

/** Channels of the block of that id. @throws PlaygroundError `engine/gate-edit` if there is none */
export function channelsOf(block: BlockId, blocks: readonly { id: BlockId; channels: number }[]): number {
  const known = blocks.find(({ id }) => id === block);
  if (!known) throw unusable(`the model has no SE block ${block}`);
  return known.channels;
}

function untouched(channels: number): ClampVectors {
  return { keep: new Float32Array(channels).fill(1), value: new Float32Array(channels) };
}

function unusable(why: string): PlaygroundError {
  return new PlaygroundError('engine/gate-edit', `These gates cannot be clamped: ${why}. Choose others.`);
}
