/**
 * ModelSpec -> Graph: the ResNets of He et al. ("Deep Residual Learning") with SE blocks (Hu et al., figure 5).
 *
 * Deviations: in CIFAR form a projection (1x1 convolution + BN) where the shape of a unit changes, where He et al. pad with zeros,
 * so that the identity place has something to gate; depth 164 uses post-activation bottlenecks, not the pre-activation ones. In ImageNet
 * form a bottleneck's stride sits in its 3x3 convolution, where He et al. have it in the first 1x1: so do torchvision and, for their
 * parameter counts the same, most who came after. Padding is by TensorFlow's rule for 'same', which on even sizes is one pixel off
 * the symmetric padding of PyTorch.
 */
import { BOTTLENECK_EXPANSION, backboneLayout } from './backboneFamily';
import type { Graph, NodeId } from './graph';
import { GraphBuilder } from './graphBuilder';
import type { ModelSpec, SeSpec } from './modelSpec';

/**
 * Compiles a definition. Node ids: `conv1 bn1 relu1 [maxpool]`, then for unit i (from 0) of stage S
 * `layerS.i.{conv1,bn1,relu1,conv2,bn2[,relu2,conv3,bn3],downsample.conv,downsample.bn,se,add,relu}`, then `avgpool`, `fc`.
 */
export function compileModel(spec: ModelSpec): Graph {
  const { input, backbone } = spec;
  const inputShape = [input.height, input.width, input.channels] as const;
  const builder = new GraphBuilder();
  let x = stem(builder, builder.input(inputShape), backbone);
  backboneLayout(backbone.depth).units.forEach((units, before) => {
    const stage = before + 1;
    const se = spec.se !== 'none' && spec.se.stages.includes(stage) ? spec.se : undefined;
    for (let index = 0; index < units; index++) {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      x = residualUnit(builder, x, backbone, { stage, unit, stride: stage > 1 && index === 0 ? 2 : 1 }, se);
    }
  });
  builder.enter({ stage: 0 });
  x = builder.globalAveragePool('avgpool', x);
  builder.dense('fc', x, spec.classes);
  return builder.finish(spec.name, inputShape, spec.classes);
}

/** Convolution, BN and ReLU on whole images; in ImageNet form on a sixteenth of the pixels, by two strides of 2. */
function stem(builder: GraphBuilder, images: NodeId, backbone: ModelSpec['backbone']): NodeId {
  const shrinks = backbone.stem === 'imagenet';
  const x = builder.convolution('conv1', images, backbone.width, shrinks ? 7 : 3, shrinks ? 2 : 1);
  const activated = builder.relu('relu1', builder.batchNorm('bn1', x));
  return shrinks ? builder.maxPool('maxpool', activated, 3, 2) : activated;
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
  const { unit, stride } = position;
  const gated = (place: SeSpec['place'], from: NodeId) =>
    se?.place === place ? builder.squeezeExcite(from, se) : from;

  let branch = convolutions(builder, gated('pre', x), backbone, position);
  branch = gated('standard', branch);

  const filters = builder.shapeOf(branch)[2];
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
  const layers = backboneLayout(backbone.depth).bottleneck
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
