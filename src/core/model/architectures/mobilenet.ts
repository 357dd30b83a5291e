/**
 * MobileNets: v1 (Howard et al., arXiv 1704.04861), v2 (Sandler et al., arXiv 1801.04381), v3 (Howard et al., arXiv 1905.02244).
 *
 * SE blocks: v1 and v2 at the end of each unit, as in the SE paper's table 3 (in v2 before the addition). In v3 they are where its own paper has them:
 * after the depthwise convolution, in the units that its tables mark, with a hard sigmoid and C / 4 hidden units if the definition says so.
 * The squeeze-excite of v3 comes after the activation, as in the authors' code. In CIFAR form the stem keeps the size, and in v2 and v3 the first
 * halving is left out too. Dropout is left out.
 */
import type { BackboneOf } from '../backboneSpec';
import type { NodeId } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { activated, convolved, gatedEnd, pooledHead, seIn, type Activation } from './layers';

/** Output channels and stride of v1's units. */
const V1: readonly (readonly [stage: number, channels: number, stride: number])[] = [
  [1, 64, 1],
  [2, 128, 2],
  [2, 128, 1],
  [3, 256, 2],
  [3, 256, 1],
  [4, 512, 2],
  [4, 512, 1],
  [4, 512, 1],
  [4, 512, 1],
  [4, 512, 1],
  [4, 512, 1],
  [5, 1024, 2],
  [5, 1024, 1],
];
/** Expansion, channels, units and stride of v2's stages (its table 2). */
const V2: readonly (readonly [expansion: number, channels: number, units: number, stride: number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];
interface V3Unit {
  stage: number;
  kernel: number;
  expanded: number;
  channels: number;
  se: boolean;
  activation: Activation;
  stride: number;
}
const V3 = { large: largeUnits(), small: smallUnits() };
const V3_HEAD = {
  large: { convolution: 960, dense: 1280 },
  small: { convolution: 576, dense: 1024 },
};

interface Options {
  se: 'none' | SeSpec;
  classes: number;
}

/** The whole network, as of the other two: v2 and v3 have a convolution, and v3 a dense layer, before the classifier. */
export function buildMobileNetV1(
  builder: GraphBuilder,
  images: NodeId,
  { multiplier, stem }: BackboneOf<'mobilenet-v1'>,
  { se, classes }: Options,
): NodeId {
  const stride = stem === 'imagenet' ? 2 : 1;
  let x = convolved(builder, 'stem', images, { filters: divisible(32 * multiplier), kernel: 3, stride });
  const counts = new Map<number, number>();
  for (const [stage, channels, unitStride] of V1) {
    const unit = nextUnit(counts, stage);
    builder.enter({ stage, unit });
    x = depthwise(builder, `${unit}.depthwise`, x, { kernel: 3, stride: unitStride }, 'relu');
    x = convolved(builder, `${unit}.pointwise`, x, { filters: divisible(channels * multiplier), kernel: 1 });
    x = gatedEnd(builder, x, seIn(se, stage));
  }
  return pooledHead(builder, x, classes);
}

export function buildMobileNetV2(
  builder: GraphBuilder,
  images: NodeId,
  { multiplier, stem }: BackboneOf<'mobilenet-v2'>,
  { se, classes }: Options,
): NodeId {
  const large = stem === 'imagenet';
  const stemFilters = divisible(32 * multiplier);
  let x = convolved(
    builder,
    'stem',
    images,
    { filters: stemFilters, kernel: 3, stride: large ? 2 : 1 },
    'relu6',
  );
  V2.forEach(([expansion, channels, units, stride], before) => {
    const stage = before + 1;
    for (let index = 0; index < units; index++) {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      const first = index === 0 && (large || stage !== 2) ? stride : 1;
      const filters = divisible(channels * multiplier);
      const from = x;
      if (expansion > 1) {
        const expanded = builder.channelsOf(x) * expansion;
        x = convolved(builder, `${unit}.expand`, x, { filters: expanded, kernel: 1 }, 'relu6');
      }
      x = depthwise(builder, `${unit}.depthwise`, x, { kernel: 3, stride: first }, 'relu6');
      x = convolved(builder, `${unit}.project`, x, { filters, kernel: 1 }, 'none');
      x = gatedEnd(builder, x, seIn(se, stage));
      x = addedTo(builder, `${unit}.add`, from, x, first);
    }
  });
  builder.enter({ stage: 0 });
  const lastFilters = divisible(1280 * Math.max(1, multiplier));
  x = convolved(builder, 'head', x, { filters: lastFilters, kernel: 1 }, 'relu6');
  return pooledHead(builder, x, classes);
}

export function buildMobileNetV3(
  builder: GraphBuilder,
  images: NodeId,
  { size, multiplier, stem }: BackboneOf<'mobilenet-v3'>,
  { se, classes }: Options,
): NodeId {
  const large = stem === 'imagenet';
  const stemOptions = { filters: divisible(16 * multiplier), kernel: 3, stride: large ? 2 : 1 };
  let x = convolved(builder, 'stem', images, stemOptions, 'hardSwish');
  const counts = new Map<number, number>();
  let halved = large;
  for (const { stage, kernel, activation, ...plan } of V3[size]) {
    const unit = nextUnit(counts, stage);
    builder.enter({ stage, unit });
    const stride = halved ? plan.stride : 1;
    halved ||= plan.stride > 1;
    const expanded = divisible(plan.expanded * multiplier);
    const from = x;
    if (expanded !== builder.channelsOf(x)) {
      x = convolved(builder, `${unit}.expand`, x, { filters: expanded, kernel: 1 }, activation);
    }
    x = depthwise(builder, `${unit}.depthwise`, x, { kernel, stride }, activation);
    x = gatedEnd(builder, x, plan.se ? seIn(se, stage) : undefined);
    const filters = divisible(plan.channels * multiplier);
    x = convolved(builder, `${unit}.project`, x, { filters, kernel: 1 }, 'none');
    x = addedTo(builder, `${unit}.add`, from, x, stride);
  }
  builder.enter({ stage: 0 });
  const head = V3_HEAD[size];
  const filters = divisible(head.convolution * multiplier);
  x = convolved(builder, 'head', x, { filters, kernel: 1 }, 'hardSwish');
  const pooled = builder.globalAveragePool('avgpool', x);
  const hidden = builder.dense('fc1', pooled, divisible(head.dense * multiplier));
  return builder.dense('fc', activated(builder, 'fc1.hardSwish', hidden, 'hardSwish'), classes);
}

/** A convolution of each channel by itself, batch norm, activation. */
function depthwise(
  builder: GraphBuilder,
  prefix: string,
  from: NodeId,
  { kernel, stride }: { kernel: number; stride: number },
  activation: Activation,
): NodeId {
  const channels = builder.channelsOf(from);
  return convolved(
    builder,
    prefix,
    from,
    { filters: channels, kernel, stride, groups: channels },
    activation,
  );
}

/** The shortcut of an inverted residual: where input and output have one shape. */
function addedTo(builder: GraphBuilder, id: string, from: NodeId, branch: NodeId, stride: number): NodeId {
  const same = stride === 1 && builder.channelsOf(from) === builder.channelsOf(branch);
  return same ? builder.sum(id, branch, from) : branch;
}

function nextUnit(counts: Map<number, number>, stage: number): string {
  const index = counts.get(stage) ?? 0;
  counts.set(stage, index + 1);
  return `layer${stage}.${index}`;
}

/** The nearest multiple of 8 that is not below nine tenths of the channels, as in the authors' code. */
function divisible(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/** Table 1 of v3's paper. */
function largeUnits(): V3Unit[] {
  return v3Units([
    [1, 3, 16, 16, false, 'relu', 1],
    [2, 3, 64, 24, false, 'relu', 2],
    [2, 3, 72, 24, false, 'relu', 1],
    [3, 5, 72, 40, true, 'relu', 2],
    [3, 5, 120, 40, true, 'relu', 1],
    [3, 5, 120, 40, true, 'relu', 1],
    [4, 3, 240, 80, false, 'hardSwish', 2],
    [4, 3, 200, 80, false, 'hardSwish', 1],
    [4, 3, 184, 80, false, 'hardSwish', 1],
    [4, 3, 184, 80, false, 'hardSwish', 1],
    [4, 3, 480, 112, true, 'hardSwish', 1],
    [4, 3, 672, 112, true, 'hardSwish', 1],
    [5, 5, 672, 160, true, 'hardSwish', 2],
    [5, 5, 960, 160, true, 'hardSwish', 1],
    [5, 5, 960, 160, true, 'hardSwish', 1],
  ]);
}

/** Table 2 of v3's paper. */
function smallUnits(): V3Unit[] {
  return v3Units([
    [2, 3, 16, 16, true, 'relu', 2],
    [3, 3, 72, 24, false, 'relu', 2],
    [3, 3, 88, 24, false, 'relu', 1],
    [4, 5, 96, 40, true, 'hardSwish', 2],
    [4, 5, 240, 40, true, 'hardSwish', 1],
    [4, 5, 240, 40, true, 'hardSwish', 1],
    [4, 5, 120, 48, true, 'hardSwish', 1],
    [4, 5, 144, 48, true, 'hardSwish', 1],
    [5, 5, 288, 96, true, 'hardSwish', 2],
    [5, 5, 576, 96, true, 'hardSwish', 1],
    [5, 5, 576, 96, true, 'hardSwish', 1],
  ]);
}

function v3Units(
  rows: readonly (readonly [number, number, number, number, boolean, Activation, number])[],
): V3Unit[] {
  return rows.map(([stage, kernel, expanded, channels, se, activation, stride]) => ({
    stage,
    kernel,
    expanded,
    channels,
    se,
    activation,
    stride,
  }));
}
