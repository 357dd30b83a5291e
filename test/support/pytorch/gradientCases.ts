import type { Graph } from '../../../src/core/model/graph';
import type { SeSpec } from '../../../src/core/model/modelSpec';
import { GATES, PLACES } from '../../../src/core/model/modelSpec';
import { initialValues } from '../../../webview/engine/network/initialValues';
import type { Float64Images } from '../../engine/support/float64Image';
import { randomArray } from '../../engine/support/randomArray';
import type { ParameterValues } from '../../engine/support/referenceNetwork';
import { randomValues, smallGraph } from '../../engine/support/smallNetwork';

/** A network with all its values and a batch: everything that loss and gradients depend on. */
export interface GradientCase {
  name: string;
  graph: Graph;
  /** All float32-exact. */
  values: ParameterValues;
  images: Float64Images;
  labels: readonly number[];
  labelSmoothing: number;
}

const LABELS = [0, 3, 1, 1];

/**
 * Small networks whose gradients PyTorch has to confirm: ResNet-8 with every SE option that changes what is computed, bottlenecks, four
 * stages behind either stem, odd and even sizes (a stride of 2 pads them differently), random values and the very values a run starts from.
 *
 * The seeds are such that no activation lies within 1e-5 of a kink, which the tests check: there float32 and float64 may take different
 * sides, and a right gradient looks wrong by 1e-2.
 */
export function gradientCases(): GradientCase[] {
  const blocks: [string, Partial<SeSpec> | 'none'][] = [
    ['without SE', 'none'],
    ...PLACES.map((place): [string, Partial<SeSpec>] => [`place ${place}`, { place }]),
    ...GATES.map((gate): [string, Partial<SeSpec>] => [`gate ${gate}, no bias`, { gate, bias: false }]),
    ['max squeeze', { squeeze: 'max' }],
    ['max squeeze after the addition', { squeeze: 'max', place: 'post' }],
    ['stage 2 only', { stages: [2] }],
  ];
  return [
    ...blocks.map(([name, se], index) => {
      const graph = smallGraph({ se, width: 4, size: index % 2 === 0 ? 8 : 9 });
      return { name: `ResNet-8, ${name}`, ...drawn(graph, 41 + index, 0.1) };
    }),
    { name: 'bottlenecks', ...drawn(oneUnitAStage({ depth: 164, size: 8 }), 61, 0) },
    {
      name: 'ResNet-18, CIFAR stem',
      ...drawn(smallGraph({ se: {}, width: 4, depth: 18, stem: 'cifar', size: 16 }), 71, 0.1),
    },
    {
      name: 'ResNet-18, ImageNet stem, odd',
      ...drawn(smallGraph({ se: {}, width: 4, depth: 18, stem: 'imagenet', size: 45 }), 72, 0),
    },
    {
      name: 'four stages of bottlenecks, CIFAR stem, odd',
      ...drawn(oneUnitAStage({ depth: 50, stem: 'cifar', size: 17 }), 77, 0),
    },
    {
      name: 'four stages of bottlenecks, ImageNet stem',
      ...drawn(oneUnitAStage({ depth: 50, stem: 'imagenet', size: 48 }), 74, 0.1),
    },
    startOfARun(),
  ];
}

function drawn(graph: Graph, seed: number, labelSmoothing: number): Omit<GradientCase, 'name'> {
  const values = randomValues(graph, seed);
  return { graph, values, images: imagesOf(graph, seed), labels: LABELS, labelSmoothing };
}

function imagesOf(graph: Graph, seed: number): Float64Images {
  const [height = 0, width = 0, channels = 0] = graph.inputShape;
  const shape = [LABELS.length, height, width, channels] as const;
  return { shape, data: randomArray(LABELS.length * height * width * channels, seed, 'images') };
}

function startOfARun(): GradientCase {
  const graph = smallGraph({ se: {}, width: 8, size: 12 });
  const values = new Map(
    graph.nodes.flatMap((node) =>
      node.params.map((info) => [info.name, Float64Array.from(initialValues(info, 1))] as const),
    ),
  );
  const images = imagesOf(graph, 5);
  return { name: 'start of a run', graph, values, images, labels: LABELS, labelSmoothing: 0 };
}

/** The first unit of each stage alone. All of them would say no more, and in float32 rounding would pass through a batch norm for every layer. */
function oneUnitAStage(backbone: Pick<Parameters<typeof smallGraph>[0], 'depth' | 'stem' | 'size'>): Graph {
  const graph = smallGraph({ se: {}, width: 4, ...backbone });
  const firstUnit = (id: string) => id.replace(/^(layer\d)\.\d+\./, '$1.0.');
  return {
    ...graph,
    blocks: graph.blocks.filter(({ id }) => id === firstUnit(id)),
    nodes: graph.nodes
      .filter(({ id }) => id === firstUnit(id))
      .map((node) => ({ ...node, inputs: node.inputs.map(firstUnit) })),
  };
}
