/**
 * ModelSpec -> Graph: the CIFAR ResNet of He et al. ("Deep Residual Learning", section 4.2) with SE blocks (Hu et al., figure 5).
 *
 * Deviations: projection (1x1 convolution + BN) where the shape of a unit changes, where He et al. pad with zeros on CIFAR,
 * so that the identity place has something to gate; depth 164 uses post-activation bottlenecks, not the pre-activation ones.
 */
import type { Graph, NodeId } from './graph';
import { GraphBuilder } from './graphBuilder';
import type { ModelSpec, SeSpec } from './modelSpec';

const BOTTLENECK_DEPTH = 164;
const BOTTLENECK_EXPANSION = 4;
const STAGES = [1, 2, 3] as const;

/** Residual units in each of the three stages: depth = 6n + 2 for basic units, 9n + 2 for bottlenecks. */
export function unitsPerStage(depth: ModelSpec['backbone']['depth']): number {
  return depth === BOTTLENECK_DEPTH ? (depth - 2) / 9 : (depth - 2) / 6;
}

/** Channels that leave a unit of `stage` (1..3): width, twice, four times; four times that for bottlenecks. */
export function stageChannels(backbone: ModelSpec['backbone'], stage: number): number {
  const inner = backbone.width * 2 ** (stage - 1);
  return backbone.depth === BOTTLENECK_DEPTH ? inner * BOTTLENECK_EXPANSION : inner;
}

/**
 * Compiles a definition. Node ids: `conv1 bn1 relu1`, then for unit i (from 0) of stage S
 * `layerS.i.{conv1,bn1,relu1,conv2,bn2[,relu2,conv3,bn3],downsample.conv,downsample.bn,se,add,relu}`, then `avgpool`, `fc`.
 */
export function compileModel(spec: ModelSpec): Graph {
  const { input, backbone } = spec;
  const inputShape = [input.height, input.width, input.channels] as const;
  const builder = new GraphBuilder();
  let x = builder.input(inputShape);
  x = builder.convolution('conv1', x, backbone.width, 3, 1);
  x = builder.relu('relu1', builder.batchNorm('bn1', x));
  for (const stage of STAGES) {
    const se = spec.se !== 'none' && spec.se.stages.includes(stage) ? spec.se : undefined;
    for (let index = 0; index < unitsPerStage(backbone.depth); index++) {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      x = residualUnit(builder, x, backbone, { stage, unit, stride: stage > 1 && index === 0 ? 2 : 1 }, se);
    }
  }
  builder.enter({ stage: 0 });
  x = builder.globalAveragePool('avgpool', x);
  builder.dense('fc', x, spec.classes);
  return builder.finish(spec.name, inputShape, spec.classes);
}

interface UnitPosition {
  stage: number;
  unit: string;
  stride: number;
}

/**
 * One residual unit with its SE block, by place (paper section 6.5, figure 5). With x the unit's input, F the convolutions and
 * S the shortcut: standard relu(SE(F(x)) + S(x)); pre relu(F(SE(x)) + S(x)), the shortcut sees x ungated;
 * post SE(relu(F(x) + S(x))); identity relu(F(x) + SE(S(x))).
 */
function residualUnit(
  builder: GraphBuilder,
  x: NodeId,
  backbone: ModelSpec['backbone'],
  position: UnitPosition,
  se: SeSpec | undefined,
): NodeId {
  const { stage, unit, stride } = position;
  const gated = (place: SeSpec['place'], from: NodeId) =>
    se?.place === place ? builder.squeezeExcite(from, se) : from;

  let branch = convolutions(builder, gated('pre', x), backbone, position);
  branch = gated('standard', branch);

  const filters = stageChannels(backbone, stage);
  let shortcut = x;
  if (stride !== 1 || builder.shapeOf(x)[2] !== filters) {
    shortcut = builder.convolution(`${unit}.downsample.conv`, x, filters, 1, stride);
    shortcut = builder.batchNorm(`${unit}.downsample.bn`, shortcut);
  }
  shortcut = gated('identity', shortcut);

  const sum = builder.sum(`${unit}.add`, branch, shortcut);
  return gated('post', builder.relu(`${unit}.relu`, sum));
}

/** The residual branch: 3x3, 3x3; or, in a bottleneck, 1x1, 3x3 (carries the stride), 1x1 to four times the width. */
function convolutions(
  builder: GraphBuilder,
  x: NodeId,
  backbone: ModelSpec['backbone'],
  { stage, unit, stride }: UnitPosition,
): NodeId {
  const inner = backbone.width * 2 ** (stage - 1);
  const layers =
    backbone.depth === BOTTLENECK_DEPTH
      ? [
          { kernel: 1, filters: inner, stride: 1 },
          { kernel: 3, filters: inner, stride },
          { kernel: 1, filters: inner * BOTTLENECK_EXPANSION, stride: 1 },
        ]
      : [
          { kernel: 3, filters: inner, stride },
          { kernel: 3, filters: inner, stride: 1 },
        ];
  layers.forEach((layer, index) => {
    const number = index + 1;
    x = builder.convolution(`${unit}.conv${number}`, x, layer.filters, layer.kernel, layer.stride);
    x = builder.batchNorm(`${unit}.bn${number}`, x);
    if (number < layers.length) x = builder.relu(`${unit}.relu${number}`, x);
  });
  return x;
}
