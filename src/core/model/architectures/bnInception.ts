/**
 * BN-Inception (Ioffe and Szegedy, arXiv 1502.03167, figure 5): each module is a unit, gated after its concatenation (Hu et al., figure 2). The pooled
 * branches of 4c and 4d have 128 filters, as the figure says, though its output sizes are those of 96; with 128 the multiply-adds are what the SE paper
 * counts. In CIFAR form the stem neither strides nor pools.
 */
import type { BackboneOf } from '../backboneSpec';
import type { NodeId } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { convolved, gatedEnd, seIn } from './layers';

interface Module {
  /** Filters of the 1x1 branch; 0 in modules that halve the image. */
  one: number;
  /** Reduction and filters of the 3x3 branch, and of the one with two of them. */
  three: readonly [number, number];
  double: readonly [number, number];
  pool: 'average' | 'max';
  /** 1x1 filters after the pool; 0 passes the pooled image on. */
  pooled: number;
}

const module = (
  one: number,
  three: Module['three'],
  double: Module['double'],
  pool: Module['pool'],
  pooled: number,
): Module => ({ one, three, double, pool, pooled });

const STAGES: readonly (readonly Module[])[] = [
  [
    module(64, [64, 64], [64, 96], 'average', 32),
    module(64, [64, 96], [64, 96], 'average', 64),
    module(0, [128, 160], [64, 96], 'max', 0),
  ],
  [
    module(224, [64, 96], [96, 128], 'average', 128),
    module(192, [96, 128], [96, 128], 'average', 128),
    module(160, [128, 160], [128, 160], 'average', 128),
    module(96, [128, 192], [160, 192], 'average', 128),
    module(0, [128, 192], [192, 256], 'max', 0),
  ],
  [module(352, [192, 320], [160, 224], 'average', 128), module(352, [192, 320], [192, 224], 'max', 128)],
];

export function buildBnInception(
  builder: GraphBuilder,
  images: NodeId,
  { stem }: BackboneOf<'bn-inception'>,
  se: 'none' | SeSpec,
): NodeId {
  const large = stem === 'imagenet';
  const first = large ? { filters: 64, kernel: 7, stride: 2 } : { filters: 64, kernel: 3 };
  let x = convolved(builder, 'stem.0', images, first);
  if (large) x = builder.maxPool('stem.pool0', x, { kernel: 3, stride: 2 });
  x = convolved(builder, 'stem.1', x, { filters: 64, kernel: 1 });
  x = convolved(builder, 'stem.2', x, { filters: 192, kernel: 3 });
  if (large) x = builder.maxPool('stem.pool2', x, { kernel: 3, stride: 2 });
  STAGES.forEach((modules, before) => {
    const stage = before + 1;
    modules.forEach((plan, index) => {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      x = gatedEnd(builder, inceptionModule(builder, unit, x, plan), seIn(se, stage));
    });
  });
  return x;
}

function inceptionModule(builder: GraphBuilder, unit: string, x: NodeId, plan: Module): NodeId {
  const { one, three, double, pool, pooled } = plan;
  const stride = one === 0 ? 2 : 1;
  const layer = (name: string, from: NodeId, filters: number, kernel: number, by = 1) =>
    convolved(builder, `${unit}.${name}`, from, { filters, kernel, stride: by });
  const threes = layer('three', layer('three.reduce', x, three[0], 1), three[1], 3, stride);
  const inner = layer('double.inner', layer('double.reduce', x, double[0], 1), double[1], 3);
  const doubles = layer('double', inner, double[1], 3, stride);
  const window = { kernel: 3, stride };
  const id = `${unit}.pool`;
  const smooth = pool === 'max' ? builder.maxPool(id, x, window) : builder.averagePool(id, x, window);
  return builder.concat(`${unit}.concat`, [
    ...(one > 0 ? [layer('one', x, one, 1)] : []),
    threes,
    doubles,
    pooled > 0 ? layer('pooled', smooth, pooled, 1) : smooth,
  ]);
}
