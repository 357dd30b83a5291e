import * as v from 'valibot';
import { compileModel } from '../../../src/core/model/compileModel';
import type { Graph } from '../../../src/core/model/graph';
import type { SeSpec } from '../../../src/core/model/modelSpec';
import { GATES, modelSpecSchema, PLACES } from '../../../src/core/model/modelSpec';
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
 * Small networks whose gradients PyTorch has to confirm: ResNet-8 with every SE option that changes what is computed, bottlenecks, odd and
 * even sizes (a stride of 2 pads them differently), random values and the very values a run starts from.
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
    { name: 'bottlenecks', ...drawn(oneBottleneckAStage(), 61, 0) },
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

/**
 * The first unit of each stage of SE-ResNet-164, which is the only depth with bottlenecks. All 54 of them would say no more, and in
 * float32 rounding would pass through 163 batch norms.
 */
function oneBottleneckAStage(): Graph {
  const graph = compileModel(
    v.parse(modelSpecSchema, {
      version: 1,
      name: 'bottlenecks',
      classes: 4,
      input: { height: 8, width: 8 },
      backbone: { depth: 164, width: 4 },
      se: { hidden: 3 },
    }),
  );
  const firstUnit = (id: string) => id.replace(/^(layer\d)\.\d+\./, '$1.0.');
  return {
    ...graph,
    blocks: graph.blocks.filter(({ id }) => id === firstUnit(id)),
    nodes: graph.nodes
      .filter(({ id }) => id === firstUnit(id))
      .map((node) => ({ ...node, inputs: node.inputs.map(firstUnit) })),
  };
}
