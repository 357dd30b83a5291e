/**
 * The ResNets of He et al. ("Deep Residual Learning") with SE blocks (Hu et al., figure 5).
 *
 * Deviations: in CIFAR form a projection (1x1 convolution + BN) where the shape of a unit changes, where He et al. pad with zeros,
 * so that the identity place has something to gate; depth 164 uses post-activation bottlenecks, not the pre-activation ones. In ImageNet
 * form a bottleneck's stride sits in its 3x3 convolution unless the definition says otherwise, where He et al. have it in the first 1x1: so do
 * torchvision and, for their parameter counts the same, most who came after. Padding is by TensorFlow's rule for 'same', which on even sizes is
 * one pixel off the symmetric padding of PyTorch.
 */
import { BOTTLENECK_EXPANSION, backboneLayout } from '../backboneFamily';
import type { BackboneOf } from '../backboneSpec';
import type { NodeId } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { seIn } from './layers';

type ResNet = BackboneOf<'resnet'>;

/**
 * Node ids: `conv1 bn1 relu1 [maxpool]`, then for unit i (from 0) of stage S
 * `layerS.i.{conv1,bn1,relu1,conv2,bn2[,relu2,conv3,bn3],downsample.conv,downsample.bn,se,add,relu}`.
 */
export function buildResNet(
  builder: GraphBuilder,
  images: NodeId,
  backbone: ResNet,
  se: 'none' | SeSpec,
): NodeId {
  let x = stem(builder, images, backbone);
  backboneLayout(backbone.depth).units.forEach((units, before) => {
    const stage = before + 1;
    for (let index = 0; index < units; index++) {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      const stride = stage > 1 && index === 0 ? 2 : 1;
      const layers = convolutionsOf(backbone, stage, stride);
      x = residualUnit(builder, x, { unit, stride, layers }, seIn(se, stage));
    }
  });
  return x;
}

/** Convolution, BN and ReLU on whole images; in ImageNet form on a sixteenth of the pixels, by two strides of 2. */
function stem(builder: GraphBuilder, images: NodeId, { stem: form, width }: ResNet): NodeId {
  const shrinks = form === 'imagenet';
  const filters = width;
  const options = shrinks ? { filters, kernel: 7, stride: 2 } : { filters, kernel: 3 };
  const activated = builder.relu(
    'relu1',
    builder.batchNorm('bn1', builder.convolution('conv1', images, options)),
  );
  return shrinks ? builder.maxPool('maxpool', activated, { kernel: 3, stride: 2 }) : activated;
}

export interface UnitLayer {
  kernel: number;
  filters: number;
  stride: number;
  groups?: number;
}

/** 3x3, 3x3; or, in a bottleneck, 1x1, 3x3, 1x1 to four times the width, the stride in one of the first two. */
function convolutionsOf({ depth, width, stride: place }: ResNet, stage: number, stride: number): UnitLayer[] {
  const inner = width * 2 ** (stage - 1);
  if (!backboneLayout(depth).bottleneck) {
    return [
      { kernel: 3, filters: inner, stride },
      { kernel: 3, filters: inner, stride: 1 },
    ];
  }
  return [
    { kernel: 1, filters: inner, stride: place === '1x1' ? stride : 1 },
    { kernel: 3, filters: inner, stride: place === '3x3' ? stride : 1 },
    { kernel: 1, filters: inner * BOTTLENECK_EXPANSION, stride: 1 },
  ];
}

export interface UnitPlan {
  unit: string;
  stride: number;
  layers: readonly UnitLayer[];
  /** Side of the projection's kernel where there is one. Default 1. */
  projection?: number;
}

/**
 * One residual unit with its SE block, by place (paper section 6.5, figure 5). With x the unit's input, F the convolutions and
 * S the shortcut: standard relu(SE(F(x)) + S(x)); pre relu(F(SE(x)) + S(x)), the shortcut sees x ungated;
 * post SE(relu(F(x) + S(x))); identity relu(F(x) + SE(S(x))).
 */
export function residualUnit(
  builder: GraphBuilder,
  x: NodeId,
  { unit, stride, layers, projection = 1 }: UnitPlan,
  se: SeSpec | undefined,
): NodeId {
  const gated = (place: SeSpec['place'], from: NodeId) =>
    se?.place === place ? builder.squeezeExcite(from, se) : from;

  let branch = gated('pre', x);
  layers.forEach((layer, index) => {
    const number = index + 1;
    branch = builder.convolution(`${unit}.conv${number}`, branch, layer);
    branch = builder.batchNorm(`${unit}.bn${number}`, branch);
    if (number < layers.length) branch = builder.relu(`${unit}.relu${number}`, branch);
  });
  branch = gated('standard', branch);

  const filters = builder.channelsOf(branch);
  let shortcut = x;
  if (stride !== 1 || builder.channelsOf(x) !== filters) {
    const options = { filters, kernel: projection, stride };
    shortcut = builder.convolution(`${unit}.downsample.conv`, x, options);
    shortcut = builder.batchNorm(`${unit}.downsample.bn`, shortcut);
  }
  shortcut = gated('identity', shortcut);

  const sum = builder.sum(`${unit}.add`, branch, shortcut);
  return gated('post', builder.relu(`${unit}.relu`, sum));
}
