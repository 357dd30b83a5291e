/**
 * ResNeXt (Xie et al., arXiv 1611.05431) and SENet-154 (Hu et al., appendix): residual bottlenecks whose 3x3 convolution is in groups.
 *
 * ResNeXt's inner width is groups x group width in the first stage and doubles from stage to stage. SENet-154 has, over a 64x4d ResNeXt-152: three
 * 3x3 convolutions for the 7x7 of the stem, half the filters in the first 1x1 convolution of a unit, and a 3x3 convolution in the projections. Its
 * dropout before the classifier is left out.
 */
import type { BackboneOf } from '../backboneSpec';
import type { NodeId } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { convolved, seIn } from './layers';
import { residualUnit, type UnitLayer } from './resnet';

const RESNEXT_UNITS: Readonly<Record<BackboneOf<'resnext'>['depth'], readonly number[]>> = {
  29: [3, 3, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
};
const SENET_UNITS = [3, 8, 36, 3] as const;
/** Channels that leave the units of the first stage. */
const FIRST_OUTPUT = 256;
const SENET_GROUPS = 64;

export function buildResNext(
  builder: GraphBuilder,
  images: NodeId,
  { depth, groups, groupWidth, stem }: BackboneOf<'resnext'>,
  se: 'none' | SeSpec,
): NodeId {
  const filters = 64;
  let x: NodeId;
  if (stem === 'imagenet') {
    x = convolved(builder, 'stem', images, { filters, kernel: 7, stride: 2 });
    x = builder.maxPool('maxpool', x, { kernel: 3, stride: 2 });
  } else x = convolved(builder, 'stem', images, { filters, kernel: 3 });
  return units(builder, x, RESNEXT_UNITS[depth], se, (stage, stride) => {
    const inner = groups * groupWidth * 2 ** (stage - 1);
    return [
      { kernel: 1, filters: inner, stride: 1 },
      { kernel: 3, filters: inner, stride, groups },
      { kernel: 1, filters: FIRST_OUTPUT * 2 ** (stage - 1), stride: 1 },
    ];
  });
}

export function buildSenet(
  builder: GraphBuilder,
  images: NodeId,
  { stem }: BackboneOf<'senet'>,
  se: 'none' | SeSpec,
): NodeId {
  const shrinks = stem === 'imagenet';
  let x = convolved(builder, 'stem.0', images, { filters: 64, kernel: 3, stride: shrinks ? 2 : 1 });
  x = convolved(builder, 'stem.1', x, { filters: 64, kernel: 3 });
  x = convolved(builder, 'stem.2', x, { filters: 128, kernel: 3 });
  if (shrinks) x = builder.maxPool('maxpool', x, { kernel: 3, stride: 2 });
  const plan = (stage: number, stride: number): UnitLayer[] => {
    const width = 64 * 2 ** (stage - 1);
    return [
      { kernel: 1, filters: 2 * width, stride: 1 },
      { kernel: 3, filters: 4 * width, stride, groups: SENET_GROUPS },
      { kernel: 1, filters: FIRST_OUTPUT * 2 ** (stage - 1), stride: 1 },
    ];
  };
  // The first stage's projection keeps the size and stays 1x1.
  return units(builder, x, SENET_UNITS, se, plan, (stage) => (stage === 1 ? 1 : 3));
}

function units(
  builder: GraphBuilder,
  x: NodeId,
  counts: readonly number[],
  se: 'none' | SeSpec,
  layersOf: (stage: number, stride: number) => UnitLayer[],
  projectionOf: (stage: number) => number = () => 1,
): NodeId {
  counts.forEach((count, before) => {
    const stage = before + 1;
    for (let index = 0; index < count; index++) {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      const stride = stage > 1 && index === 0 ? 2 : 1;
      const plan = { unit, stride, layers: layersOf(stage, stride), projection: projectionOf(stage) };
      x = residualUnit(builder, x, plan, seIn(se, stage));
    }
  });
  return x;
}
