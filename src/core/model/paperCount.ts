/**
 * Multiply-adds as the SE paper counts them. It says only "multiply-adds"; what follows reproduces its tables.
 *
 * `layers`: one for each kernel element and output of convolutions and dense layers; for an SE block its two dense layers and one pass over the
 * image, height x width x C. `activations`: one more for each output of an activation. Batch norm, pooling and additions are never in it.
 * Table 2 has ResNet-50 and VGG-16 in the first convention and the deeper and later networks in the second; see paperTables.ts.
 */
import { elementCount, type Graph, type GraphNode, type Op } from './graph';
import { inputChannels, layerMacs } from './modelCost';

export const CONVENTIONS = ['layers', 'activations'] as const;
export type Convention = (typeof CONVENTIONS)[number];

const ACTIVATIONS: ReadonlySet<Op['op']> = new Set(['relu', 'relu6', 'hardSwish']);

/** Multiply-adds of one image by a convention of the paper. */
export function paperCount(graph: Graph, convention: Convention): number {
  const channels = inputChannels(graph);
  return graph.nodes.reduce(
    (total, node) => total + layerMacs(node, channels(node)) + elementwise(node, convention),
    0,
  );
}

function elementwise({ attributes, outputShape }: GraphNode, convention: Convention): number {
  if (attributes.op === 'squeezeExcite') return elementCount(outputShape);
  return convention === 'activations' && ACTIVATIONS.has(attributes.op) ? elementCount(outputShape) : 0;
}

/**
 * Parameters as Tables 10 and 13 count them: every stored value, batch norm's moving statistics too, and for each SE block, which has no biases in
 * those ablations, the C of its gates.
 */
export function storedValues(graph: Graph): number {
  const stored = graph.nodes.flatMap(({ params }) => params);
  const ofGates = graph.blocks.reduce((total, { channels }) => total + channels, 0);
  return stored.reduce((total, { shape }) => total + elementCount(shape), ofGates);
}
