/** What can be knocked out, in the user's words and as edits of gates. */
import type { ClampTarget, GateEdit } from '../../../../src/core/excitation/gateEdit';
import type { BlockId, SeBlock } from '../../../../src/core/model/graph';
import type { AnswerChanges } from '../../../../src/core/training/statistics';

export interface KnockOut {
  /** What is clamped, e.g. `layer2.1.se, channel 5`. */
  what: string;
  to: ClampTarget;
  edits: readonly GateEdit[];
}

/** What became of the validation images. Accuracies are fractions. */
export interface KnockOutResult extends KnockOut {
  accuracy: number;
  loss: number;
  /** Against the model as it was trained. */
  changes: AnswerChanges;
}

export const TARGET_LABEL: Readonly<Record<ClampTarget, string>> = {
  mean: 'their mean',
  zero: '0',
  one: '1',
};

/** One block's gates, all or one channel's. */
export function ofBlock(block: BlockId, channel: number | null, to: ClampTarget): KnockOut {
  return {
    what: channel === null ? `${block}, all channels` : `${block}, channel ${channel}`,
    to,
    edits: [{ block, channels: channel === null ? null : [channel], to }],
  };
}

/** Every block of the network, one at a time. */
export function eachBlock(blocks: readonly SeBlock[], to: ClampTarget): KnockOut[] {
  return blocks.map(({ id }) => ofBlock(id, null, to));
}

/** Every stage, one at a time: all blocks of it at once. */
export function eachStage(blocks: readonly SeBlock[], to: ClampTarget): KnockOut[] {
  const stages = [...new Set(blocks.map(({ stage }) => stage))];
  return stages.map((stage) => {
    const own = blocks.filter((block) => block.stage === stage);
    return {
      what: `stage ${stage}, all ${own.length} blocks`,
      to,
      edits: own.map(({ id }) => ({ block: id, channels: null, to })),
    };
  });
}

/** The whole network's gates at once. */
export function allBlocks(blocks: readonly SeBlock[], to: ClampTarget): KnockOut {
  return {
    what: `all ${blocks.length} blocks`,
    to,
    edits: blocks.map(({ id }) => ({ block: id, channels: null, to })),
  };
}

export function sameKnockOut(one: KnockOut, other: KnockOut): boolean {
  return one.what === other.what && one.to === other.to;
}
