/**
 * ShuffleNet (Zhang et al., arXiv 1707.01083, table 1 and figure 2): bottlenecks of grouped 1x1 convolutions with a channel shuffle between. Units that
 * halve the image concatenate the pooled input instead of adding it. The SE block is at the end of the branch, before addition or concatenation. In CIFAR form
 * the stem neither strides nor pools.
 */
import type { BackboneOf } from '../backboneSpec';
import type { NodeId } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { convolved, gatedEnd, seIn } from './layers';

/** Channels of the first stage by groups; later stages have twice as many as the one before. */
const FIRST_CHANNELS: Readonly<Record<BackboneOf<'shufflenet'>['groups'], number>> = {
  1: 144,
  2: 200,
  3: 240,
  4: 272,
  8: 384,
};
const UNITS = [4, 8, 4] as const;
const STEM_FILTERS = 24;
const BOTTLENECK = 4;

export function buildShuffleNet(
  builder: GraphBuilder,
  images: NodeId,
  { groups, multiplier, stem }: BackboneOf<'shufflenet'>,
  se: 'none' | SeSpec,
): NodeId {
  const large = stem === 'imagenet';
  let x = convolved(builder, 'stem', images, { filters: STEM_FILTERS, kernel: 3, stride: large ? 2 : 1 });
  if (large) x = builder.maxPool('maxpool', x, { kernel: 3, stride: 2 });
  UNITS.forEach((units, before) => {
    const stage = before + 1;
    const channels = dividing(FIRST_CHANNELS[groups] * 2 ** before * multiplier, groups * BOTTLENECK);
    for (let index = 0; index < units; index++) {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      // The stem's channels are too few to be grouped.
      const firstGroups = stage === 1 && index === 0 ? 1 : groups;
      x = shuffleUnit(
        builder,
        x,
        { unit, channels, groups, firstGroups, halves: index === 0 },
        seIn(se, stage),
      );
    }
  });
  return x;
}

interface ShuffleUnit {
  unit: string;
  channels: number;
  groups: number;
  firstGroups: number;
  halves: boolean;
}

function shuffleUnit(
  builder: GraphBuilder,
  x: NodeId,
  { unit, channels, groups, firstGroups, halves }: ShuffleUnit,
  se: SeSpec | undefined,
): NodeId {
  const inner = channels / BOTTLENECK;
  const stride = halves ? 2 : 1;
  const last = halves ? channels - builder.channelsOf(x) : channels;
  let branch = convolved(builder, `${unit}.reduce`, x, { filters: inner, kernel: 1, groups: firstGroups });
  branch = builder.shuffleChannels(`${unit}.shuffle`, branch, groups);
  const depthwise = { filters: inner, kernel: 3, stride, groups: inner };
  branch = convolved(builder, `${unit}.depthwise`, branch, depthwise, 'none');
  branch = convolved(builder, `${unit}.expand`, branch, { filters: last, kernel: 1, groups }, 'none');
  branch = gatedEnd(builder, branch, se);
  const joined = halves
    ? builder.concat(`${unit}.concat`, [
        builder.averagePool(`${unit}.pool`, x, { kernel: 3, stride: 2 }),
        branch,
      ])
    : builder.sum(`${unit}.add`, branch, x);
  return builder.relu(`${unit}.relu`, joined);
}

/** The nearest multiple, at least one. */
function dividing(channels: number, divisor: number): number {
  return Math.max(1, Math.round(channels / divisor)) * divisor;
}
