/**
 * Pre-activation ResNets (He et al., "Identity Mappings in Deep Residual Networks", arXiv 1603.05027, figure 1b and section 4) and Wide ResNets
 * (Zagoruyko and Komodakis, arXiv 1605.07146), both in CIFAR form: units begin with batch norm and ReLU, and nothing follows the addition.
 *
 * Where the shape changes, the first activation is shared by the branch and a 1x1 projection without batch norm, as in the authors' code. Wide ResNets
 * have no dropout here.
 */
import type { BackboneOf } from '../backboneSpec';
import type { NodeId } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { seIn } from './layers';
import type { UnitLayer } from './resnet';

const STAGES = 3;
const WIDE_BASE = 16;
/** Channels of a bottleneck's output for one of its 3x3 convolution. */
const EXPANSION = 4;

export function buildPreactivation(
  builder: GraphBuilder,
  images: NodeId,
  { depth, width }: BackboneOf<'preact-resnet'>,
  se: 'none' | SeSpec,
): NodeId {
  const bottleneck = depth === 164;
  const units = bottleneck ? (depth - 2) / 9 : (depth - 2) / 6;
  return network(builder, images, { units, stemFilters: width, se }, (stage, stride) => {
    const inner = width * 2 ** (stage - 1);
    return bottleneck ? bottleneckLayers(inner, stride) : basicLayers(inner, stride);
  });
}

export function buildWideResNet(
  builder: GraphBuilder,
  images: NodeId,
  { depth, widen }: BackboneOf<'wide-resnet'>,
  se: 'none' | SeSpec,
): NodeId {
  const units = (depth - 4) / 6;
  return network(builder, images, { units, stemFilters: WIDE_BASE, se }, (stage, stride) =>
    basicLayers(WIDE_BASE * widen * 2 ** (stage - 1), stride),
  );
}

function basicLayers(filters: number, stride: number): UnitLayer[] {
  return [
    { kernel: 3, filters, stride },
    { kernel: 3, filters, stride: 1 },
  ];
}

function bottleneckLayers(filters: number, stride: number): UnitLayer[] {
  return [
    { kernel: 1, filters, stride: 1 },
    { kernel: 3, filters, stride },
    { kernel: 1, filters: filters * EXPANSION, stride: 1 },
  ];
}

function network(
  builder: GraphBuilder,
  images: NodeId,
  { units, stemFilters, se }: { units: number; stemFilters: number; se: 'none' | SeSpec },
  layersOf: (stage: number, stride: number) => UnitLayer[],
): NodeId {
  let x = builder.convolution('conv1', images, { filters: stemFilters, kernel: 3 });
  for (let stage = 1; stage <= STAGES; stage++) {
    for (let index = 0; index < units; index++) {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      const stride = stage > 1 && index === 0 ? 2 : 1;
      x = preactivationUnit(builder, x, { unit, stride, layers: layersOf(stage, stride) }, seIn(se, stage));
    }
  }
  builder.enter({ stage: 0 });
  return builder.relu('relu', builder.batchNorm('bn', x));
}

/**
 * With a = relu(bn(x)): branch F(a), shortcut x, or a projection of a where the shape changes. Places of SE: standard SE(F) + S;
 * pre F(SE(a)); post SE(F + S); identity F + SE(S).
 */
function preactivationUnit(
  builder: GraphBuilder,
  x: NodeId,
  { unit, stride, layers }: { unit: string; stride: number; layers: readonly UnitLayer[] },
  se: SeSpec | undefined,
): NodeId {
  const gated = (place: SeSpec['place'], from: NodeId) =>
    se?.place === place ? builder.squeezeExcite(from, se) : from;
  const active = builder.relu(`${unit}.relu1`, builder.batchNorm(`${unit}.bn1`, x));
  let branch = gated('pre', active);
  layers.forEach((layer, index) => {
    const number = index + 1;
    if (index > 0) {
      branch = builder.relu(`${unit}.relu${number}`, builder.batchNorm(`${unit}.bn${number}`, branch));
    }
    branch = builder.convolution(`${unit}.conv${number}`, branch, layer);
  });
  branch = gated('standard', branch);
  const filters = builder.channelsOf(branch);
  const changes = stride !== 1 || builder.channelsOf(x) !== filters;
  const shortcut = changes
    ? builder.convolution(`${unit}.downsample.conv`, active, { filters, kernel: 1, stride })
    : x;
  const sum = builder.sum(`${unit}.add`, branch, gated('identity', shortcut));
  return gated('post', sum);
}
