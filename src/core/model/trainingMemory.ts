/** How much memory training takes on WebAssembly, the backend whose limit is known: that of a GPU is not told to a page. */
import { elementCount, parameterCount, type Graph, type GraphNode, type NodeId } from './graph';
import type { TrainingSpec } from './modelSpec';

/** What a WebAssembly memory of 32-bit addresses can have. */
export const WASM_MEMORY_BYTES = 2 ** 32;
/** Larger checkpoints are not stored. */
export const MAX_CHECKPOINT_BYTES = 2 ** 30;

const FLOAT = 4;
/** Copies of the largest filter: packed for the 36 products of a 3x3 tile (4 of its size), its gradient likewise, for two convolutions of a unit. */
const FILTER_COPIES = 16;
/** What the heap grows beyond what is asked for. */
const GROWTH = 1.2;

/** A weight, its gradient and the optimizer's state. */
function copiesOfWeights(optimizer: TrainingSpec['optimizer']): number {
  return optimizer === 'adam' ? 4 : 3;
}

/**
 * Bytes that one worker needs to train `batch` images at a time: weights, what is packed of them, every convolution's output, and every unit's output with its
 * gradient. Within a fifth of what was measured for depths 18 to 152 and batches of 16 to 112 (see the test).
 */
export function trainingBytes(graph: Graph, optimizer: TrainingSpec['optimizer'], batch: number): number {
  const { fixed, perImage } = trainingFloats(graph, optimizer);
  return GROWTH * FLOAT * (fixed + batch * perImage);
}

/** The largest batch that one WebAssembly worker can train; 0 if the weights alone are too much. */
export function largestBatch(graph: Graph, optimizer: TrainingSpec['optimizer']): number {
  const { fixed, perImage } = trainingFloats(graph, optimizer);
  return Math.max(0, Math.floor((WASM_MEMORY_BYTES / (GROWTH * FLOAT) - fixed) / perImage));
}

/** Bytes of a checkpoint: the weights and the optimizer's state. */
export function checkpointBytes(graph: Graph, optimizer: TrainingSpec['optimizer']): number {
  return FLOAT * parameterCount(graph) * (copiesOfWeights(optimizer) - 1);
}

function trainingFloats(
  graph: Graph,
  optimizer: TrainingSpec['optimizer'],
): { fixed: number; perImage: number } {
  const filters = graph.nodes.flatMap(({ attributes, params }) =>
    attributes.op === 'conv2d' && attributes.kernel > 1 ? params.map(({ shape }) => elementCount(shape)) : [],
  );
  return {
    fixed: parameterCount(graph) * copiesOfWeights(optimizer) + FILTER_COPIES * Math.max(...filters),
    perImage: graph.nodes.reduce(
      (sum, node) => sum + keptCopies(node, graph) * elementCount(node.outputShape),
      0,
    ),
  };
}

/** How many images of a node's output are kept for the way back. What lies between the convolutions of a unit is made again when it is needed. */
function keptCopies({ id, unit, attributes, inputs }: GraphNode, graph: Graph): number {
  switch (attributes.op) {
    case 'conv2d':
      return attributes.groups === 1 ? 1 : 2;
    case 'batchNorm':
      // Behind convolutions in groups nothing is joined to a chain, so its output and gradient are kept.
      return isGrouped(graph, inputs[0]) ? 2 : 0;
    case 'relu6':
    case 'hardSwish':
    case 'multiply':
    case 'concat':
    case 'averagePool':
    case 'shuffleChannels':
    case 'add':
    case 'maxPool':
      return 2;
    case 'relu':
      return unit === undefined ? 2 : 0;
    case 'squeezeExcite': {
      // At the end of the branch it is computed with the unit.
      const joined =
        attributes.squeeze === 'avg' && graph.blocks.find((block) => block.id === id)?.place === 'standard';
      return joined ? 0 : 2;
    }
    default:
      return 0;
  }
}

function isGrouped({ nodes }: Graph, id: NodeId | undefined): boolean {
  const before = nodes.find((node) => node.id === id);
  return before?.attributes.op === 'conv2d' && before.attributes.groups > 1;
}
