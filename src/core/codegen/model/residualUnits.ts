import { nodeById, type Graph, type GraphNode, type NodeId, type NodeOf } from '../../model/graph';

/** One residual unit, as far as it can differ from others. */
export interface Unit {
  id: string;
  stage: number;
  /** The node the unit starts from. */
  input: NodeId;
  /** basic = 3x3, 3x3; bottleneck = 1x1, 3x3, 1x1. */
  kind: 'basic' | 'bottleneck';
  /** Channels of the inner convolutions, and of what leaves the unit. */
  width: number;
  channels: number;
  /** Of its 3x3 convolution (the first, in a basic unit) and of its projection. */
  stride: number;
  /** Hidden units of its SE block, if it has one. */
  hidden?: number;
}

/**
 * Reads the unit with that name by following its addition's two inputs back to where they meet.
 *
 * @throws RangeError if it is none of the two kinds
 */
export function readUnit(graph: Graph, id: string): Unit {
  const nodes = graph.nodes.filter(({ unit }) => unit === id);
  const addition = nodes.find(({ attributes }) => attributes.op === 'add');
  const [end, shortcutEnd] = addition?.inputs ?? [];
  if (!addition || end === undefined || shortcutEnd === undefined) throw unknownUnit(id, 'adds nothing');
  const branch = pathBack(graph, end, id);
  const shortcut = pathBack(graph, shortcutEnd, id);
  if (branch.from !== shortcut.from) throw unknownUnit(id, 'has two beginnings');

  const convolutions = branch.nodes.filter(isConvolution);
  const kernels = convolutions.map(({ attributes }) => attributes.kernel).join();
  const kind = { '3,3': 'basic', '1,3,1': 'bottleneck' }[kernels] as Unit['kind'] | undefined;
  const carrier = convolutions[kind === 'bottleneck' ? 1 : 0];
  const last = convolutions.at(-1);
  if (!kind || !carrier || !last) throw unknownUnit(id, `has convolutions of ${kernels}`);
  const { stride, filters: width } = carrier.attributes;
  const { filters: channels } = last.attributes;

  const entry = nodeById(graph, branch.from);
  const projections = shortcut.nodes.filter(isConvolution);
  const needsProjection = stride !== 1 || entry.outputShape[2] !== channels;
  const strides = convolutions.filter((node) => node !== carrier).map(({ attributes }) => attributes.stride);
  if (
    projections.length !== (needsProjection ? 1 : 0) ||
    projections.some(({ attributes }) => attributes.kernel !== 1 || attributes.stride !== stride) ||
    strides.some((other) => other !== 1) ||
    [...convolutions, ...projections].some(({ attributes }) => attributes.bias)
  ) {
    throw unknownUnit(id, 'has strides, biases or a shortcut of another kind');
  }
  const unit: Unit = { id, stage: addition.stage, input: branch.from, kind, width, channels, stride };
  const block = graph.blocks.find((candidate) => candidate.unit === id);
  if (block) unit.hidden = block.hidden;
  return unit;
}

/** The nodes of the unit from `end` back to where the unit begins, in network order; `from` is the node before them. */
function pathBack(graph: Graph, end: NodeId, unit: string): { from: NodeId; nodes: GraphNode[] } {
  const nodes: GraphNode[] = [];
  let node = nodeById(graph, end);
  while (node.unit === unit) {
    nodes.unshift(node);
    const [before] = node.inputs;
    if (before === undefined || node.attributes.op === 'add') throw unknownUnit(unit, 'is not a chain');
    node = nodeById(graph, before);
  }
  return { from: node.id, nodes };
}

function isConvolution(node: GraphNode): node is NodeOf<'conv2d'> {
  return node.attributes.op === 'conv2d';
}

function unknownUnit(id: string, what: string): RangeError {
  return new RangeError(`${id} is not a residual unit as known here: it ${what}`);
}
