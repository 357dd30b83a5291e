/**
 * Inception-ResNet-v2 (Szegedy et al., arXiv 1602.07261), in the form of the authors' own code: 10 + 20 + 10 residual modules behind the simpler stem of
 * Inception-v3. Residuals are scaled by 0.17, 0.1 and 0.2 before the addition. The 1x1 convolution that closes a branch has a bias and no batch norm. The
 * SE block is at the end of the branch, before the scaling. In CIFAR form the stem keeps the size and padding is 'same' throughout.
 */
import type { BackboneOf } from '../backboneSpec';
import type { NodeId, Padding } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { convolved, gatedEnd, seIn } from './layers';

type Kernel = number | readonly [number, number];
/** Filters, kernel and stride of a branch's convolutions in a row. */
type Branch = readonly (readonly [filters: number, kernel: Kernel, stride?: number])[];

interface ResidualStage {
  branches: readonly Branch[];
  count: number;
  scale: number;
}

const RESIDUALS: readonly ResidualStage[] = [
  {
    branches: [
      [[32, 1]],
      [
        [32, 1],
        [32, 3],
      ],
      [
        [32, 1],
        [48, 3],
        [64, 3],
      ],
    ],
    count: 10,
    scale: 0.17,
  },
  {
    branches: [
      [[192, 1]],
      [
        [128, 1],
        [160, [1, 7]],
        [192, [7, 1]],
      ],
    ],
    count: 20,
    scale: 0.1,
  },
  {
    branches: [
      [[192, 1]],
      [
        [192, 1],
        [224, [1, 3]],
        [256, [3, 1]],
      ],
    ],
    count: 10,
    scale: 0.2,
  },
];
/** Before stages 2 and 3. */
const REDUCTIONS: readonly (readonly Branch[])[] = [
  [
    [[384, 3, 2]],
    [
      [256, 1],
      [256, 3],
      [384, 3, 2],
    ],
  ],
  [
    [
      [256, 1],
      [384, 3, 2],
    ],
    [
      [256, 1],
      [288, 3, 2],
    ],
    [
      [256, 1],
      [288, 3],
      [320, 3, 2],
    ],
  ],
];

export function buildInceptionResnet(
  builder: GraphBuilder,
  images: NodeId,
  { stem: form }: BackboneOf<'inception-resnet-v2'>,
  se: 'none' | SeSpec,
): NodeId {
  const padding: Padding = form === 'imagenet' ? 'valid' : 'same';
  let x = firstModule(builder, stem(builder, images, form === 'imagenet'));
  RESIDUALS.forEach(({ branches, count, scale }, before) => {
    const stage = before + 1;
    const reduction = REDUCTIONS[before - 1];
    if (reduction) {
      const prefix = `reduction${stage}`;
      builder.enter({ stage });
      const ends = reduction.map((branch, index) => inRow(builder, `${prefix}.${index}`, x, branch, padding));
      const pooled = builder.maxPool(`${prefix}.pool`, x, { kernel: 3, stride: 2, padding });
      x = builder.concat(`${prefix}.concat`, [...ends, pooled]);
    }
    for (let index = 0; index < count; index++) {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      // The last module of all neither scales nor ends with ReLU.
      const last = stage === RESIDUALS.length && index === count - 1;
      x = residualModule(builder, unit, x, { branches, scale: last ? 1 : scale }, seIn(se, stage));
      if (!last) x = builder.relu(`${unit}.relu`, x);
    }
  });
  builder.enter({ stage: 0 });
  return convolved(builder, 'head', x, { filters: 1536, kernel: 1 });
}

function stem(builder: GraphBuilder, images: NodeId, large: boolean): NodeId {
  if (!large) {
    const x = convolved(builder, 'stem.0', images, { filters: 64, kernel: 3 });
    return convolved(builder, 'stem.1', x, { filters: 192, kernel: 3, stride: 2 });
  }
  const padding = 'valid';
  let x = convolved(builder, 'stem.0', images, { filters: 32, kernel: 3, stride: 2, padding });
  x = convolved(builder, 'stem.1', x, { filters: 32, kernel: 3, padding });
  x = convolved(builder, 'stem.2', x, { filters: 64, kernel: 3 });
  x = builder.maxPool('stem.pool2', x, { kernel: 3, stride: 2, padding });
  x = convolved(builder, 'stem.3', x, { filters: 80, kernel: 1 });
  x = convolved(builder, 'stem.4', x, { filters: 192, kernel: 3, padding });
  return builder.maxPool('stem.pool4', x, { kernel: 3, stride: 2, padding });
}

/** The Inception module before the residual ones: 320 channels. */
function firstModule(builder: GraphBuilder, x: NodeId): NodeId {
  const branches: readonly Branch[] = [
    [[96, 1]],
    [
      [48, 1],
      [64, 5],
    ],
    [
      [64, 1],
      [96, 3],
      [96, 3],
    ],
  ];
  const pooled = builder.averagePool('mixed.pool', x, { kernel: 3, stride: 1 });
  return builder.concat('mixed.concat', [
    ...branches.map((branch, index) => inRow(builder, `mixed.${index}`, x, branch)),
    convolved(builder, 'mixed.pooled', pooled, { filters: 64, kernel: 1 }),
  ]);
}

function residualModule(
  builder: GraphBuilder,
  unit: string,
  x: NodeId,
  { branches, scale }: Pick<ResidualStage, 'branches' | 'scale'>,
  se: SeSpec | undefined,
): NodeId {
  const ends = branches.map((branch, index) => inRow(builder, `${unit}.${index}`, x, branch));
  const joined = builder.concat(`${unit}.concat`, ends);
  const filters = builder.channelsOf(x);
  let branch = builder.convolution(`${unit}.up`, joined, { filters, kernel: 1, bias: true });
  branch = gatedEnd(builder, branch, se);
  if (scale !== 1) branch = builder.elementwise(`${unit}.scale`, { op: 'multiply', factor: scale }, branch);
  return builder.sum(`${unit}.add`, branch, x);
}

function inRow(
  builder: GraphBuilder,
  prefix: string,
  from: NodeId,
  branch: Branch,
  stridePadding: Padding = 'same',
): NodeId {
  return branch.reduce((x, [filters, kernel, stride = 1], index) => {
    const padding = stride > 1 ? stridePadding : 'same';
    return convolved(builder, `${prefix}.${index}`, x, { filters, kernel, stride, padding });
  }, from);
}
