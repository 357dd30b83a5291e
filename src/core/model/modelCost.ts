/**
 * Parameters and multiply-adds (MACs) of one image's forward pass, read off the Graph.
 *
 * Convention, as in the paper's Table 2: convolutions and dense layers cost one MAC per kernel element and output; BN folds into
 * the convolution before it, and bias, ReLU, addition and the pooling of stem and head are left out, being the same in both models.
 * SE is charged in full so that its overhead is not flattered: H*W*C for the squeeze, 2*C*hidden for the two FC layers,
 * C for the gate, H*W*C for the scaling.
 */
import { elementCount, type Graph, type GraphNode } from './graph';

export interface NodeCost {
  id: string;
  /** Trainable scalars. */
  params: number;
  macs: number;
}

export interface ModelCost {
  params: number;
  macs: number;
  /** The part of the totals that SE blocks make up. */
  se: { params: number; macs: number };
  /** In graph order; nodes without parameters and MACs included. */
  nodes: readonly NodeCost[];
}

export interface SeOverhead {
  params: number;
  macs: number;
  /** Of the base model; 1 = one percent. */
  paramsPercent: number;
  macsPercent: number;
}

export function modelCost(graph: Graph): ModelCost {
  const channels = inputChannels(graph);
  const total = { params: 0, macs: 0 };
  const se = { params: 0, macs: 0 };
  const nodes = graph.nodes.map((node) => {
    const cost = { id: node.id, params: trainableScalars(node), macs: nodeMacs(node, channels(node)) };
    for (const sum of node.attributes.op === 'squeezeExcite' ? [total, se] : [total]) {
      sum.params += cost.params;
      sum.macs += cost.macs;
    }
    return cost;
  });
  return { ...total, se, nodes };
}

/** What `other` costs beyond `base`; negative if it is cheaper. */
export function costOverhead(base: ModelCost, other: ModelCost): SeOverhead {
  const params = other.params - base.params;
  const macs = other.macs - base.macs;
  return {
    params,
    macs,
    paramsPercent: (100 * params) / base.params,
    macsPercent: (100 * macs) / base.macs,
  };
}

function trainableScalars(node: GraphNode): number {
  return node.params.reduce((sum, param) => sum + (param.trainable ? elementCount(param.shape) : 0), 0);
}

/** Channels or features that a node reads from its first input; 0 of none. */
export function inputChannels({ nodes }: Graph): (node: GraphNode) => number {
  const shapes = new Map(nodes.map(({ id, outputShape }) => [id, outputShape]));
  return ({ inputs }) => shapes.get(inputs[0] ?? '')?.at(-1) ?? 0;
}

/** One for each kernel element and output, of convolutions, dense layers and the two dense layers of an SE block. */
export function layerMacs({ attributes, outputShape }: GraphNode, channels: number): number {
  switch (attributes.op) {
    case 'conv2d': {
      const { kernel, kernelWidth, groups } = attributes;
      return (elementCount(outputShape) * kernel * kernelWidth * channels) / groups;
    }
    case 'dense':
      return channels * attributes.units;
    case 'squeezeExcite':
      return 2 * channels * attributes.hidden;
    default:
      return 0;
  }
}

function nodeMacs(node: GraphNode, channels: number): number {
  const layers = layerMacs(node, channels);
  if (node.attributes.op !== 'squeezeExcite') return layers;
  const squeezeAndScale = 2 * elementCount(node.outputShape);
  return squeezeAndScale + layers + channels;
}
