/**
 * The one intermediate representation. The tfjs builder, the cost card, the code generators, the heatmap and the code anchors all read this Graph;
 * meaning is never recovered from names.
 *
 * Shapes are per image and NHWC without N: [height, width, channels], or [features] after the global pool.
 */
import type { Gate, Place, Squeeze } from './modelSpec';

/** Stable dotted path of a node, e.g. `layer2.1.conv1`; unique in its graph. */
export type NodeId = string;
/** NodeId of a squeeze-excite node, e.g. `layer2.1.se`: the key of traces and code anchors. */
export type BlockId = string;
export type Shape = readonly number[];

export type Op =
  | { op: 'input' }
  /** `groups` divides channels and filters; as many groups as channels make it depthwise. */
  | {
      op: 'conv2d';
      filters: number;
      kernel: number;
      /** Of the kernel; `kernel` is its height. */
      kernelWidth: number;
      stride: number;
      padding: Padding;
      groups: number;
      bias: boolean;
    }
  | { op: 'batchNorm'; epsilon: number; momentum: number }
  | { op: 'relu' }
  /** min(max(x, 0), 6) */
  | { op: 'relu6' }
  /** x relu6(x + 3) / 6, of MobileNetV3 */
  | { op: 'hardSwish' }
  /** What lies outside the image never is the maximum. */
  | { op: 'maxPool'; kernel: number; stride: number; padding: Padding }
  /** The mean of what lies inside the image. */
  | { op: 'averagePool'; kernel: number; stride: number; padding: Padding }
  | { op: 'squeezeExcite'; hidden: number; squeeze: Squeeze; gate: Gate; bias: boolean }
  | { op: 'add' }
  /** Channels of all inputs, one after the other. */
  | { op: 'concat' }
  /** Channels of `groups` groups dealt out in turn: [groups, C / groups] transposed (ShuffleNet). */
  | { op: 'shuffleChannels'; groups: number }
  | { op: 'multiply'; factor: number }
  | { op: 'globalAveragePool' }
  /** [height, width, channels] -> [features], row-major */
  | { op: 'flatten' }
  | { op: 'dense'; units: number; bias: boolean };

/** `same`: output size ceil(size / stride), by TensorFlow's rule; `valid`: no padding. */
export type Padding = 'same' | 'valid';

/** How a parameter starts. `heNormal` uses fan-out for convolutions (He et al.), fan-in for dense layers. */
export type Initializer = 'heNormal' | 'glorotUniform' | 'zeros' | 'ones';

export interface ParamInfo {
  /** `<nodeId>.<role>`, e.g. `layer1.0.conv1.weight`. Common weights of a pair are matched (and seeded) by this name. */
  name: string;
  role: 'weight' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance' | 'w1' | 'b1' | 'w2' | 'b2';
  /** conv: [kh, kw, in / groups, out]; dense: [in, out]; SE w1: [C, hidden], w2: [hidden, C]. */
  shape: Shape;
  trainable: boolean;
  /** Whether weight decay applies (kernels yes; BN parameters and biases no). */
  decay: boolean;
  init: Initializer;
}

export interface GraphNode {
  id: NodeId;
  attributes: Op;
  inputs: readonly NodeId[];
  outputShape: Shape;
  params: readonly ParamInfo[];
  /** 0 for the stem and the head, else from 1: three stages in CIFAR form, four in ImageNet form. */
  stage: number;
  /** Residual unit the node belongs to, e.g. `layer2.1`; absent in stem and head. */
  unit?: string;
}

export interface SeBlock {
  id: BlockId;
  stage: number;
  unit: string;
  place: Place;
  channels: number;
  hidden: number;
}

export interface Graph {
  name: string;
  inputShape: Shape;
  classes: number;
  /** Topological order: a node's inputs come before it. First is `input`, last gives the logits [classes]. */
  nodes: readonly GraphNode[];
  /** The SE blocks in network order. */
  blocks: readonly SeBlock[];
}

export type NodeOf<K extends Op['op']> = GraphNode & { attributes: Extract<Op, { op: K }> };

/** The node of that id; a missing id is a programming error. */
export function nodeById(graph: Graph, id: NodeId): GraphNode {
  const node = graph.nodes.find((candidate) => candidate.id === id);
  if (!node) throw new RangeError(`Graph ${graph.name} has no node ${id}`);
  return node;
}

/** Total number of trainable scalars. */
export function parameterCount(graph: Graph): number {
  let total = 0;
  for (const node of graph.nodes) {
    for (const param of node.params) if (param.trainable) total += elementCount(param.shape);
  }
  return total;
}

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
