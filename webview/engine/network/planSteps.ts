import type { Graph, GraphNode, NodeId, NodeOf, Op } from '../../../src/core/model/graph';

/** A convolution with what follows it, up to where somebody else reads a value too. */
export interface UnitNodes {
  convolution: NodeOf<'conv2d'>;
  norm: NodeOf<'batchNorm'>;
  excitation?: NodeOf<'squeezeExcite'>;
  add?: NodeOf<'add'>;
  relu?: NodeOf<'relu'>;
}

/** What is computed at once: a single node, or a unit. */
export interface Step {
  nodes: readonly GraphNode[];
  unit?: UnitNodes;
  /** The images of a unit, then its residual; the inputs of a node. */
  inputs: readonly NodeId[];
  output: NodeId;
}

/**
 * The graph in an order in which it can be computed, its convolutions joined with their batch normalisation, and where they follow with
 * squeeze-and-excitation (average squeeze), residual addition and ReLU.
 */
export function planSteps(graph: Graph): Step[] {
  const readers = new Map<NodeId, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const id of node.inputs) readers.set(id, [...(readers.get(id) ?? []), node]);
  }
  const taken = new Set<NodeId>();
  const units = new Map<NodeId, Step>();
  for (const node of graph.nodes) {
    const step = isNode(node, 'conv2d') ? unitFrom(node, readers, taken) : undefined;
    if (!step) continue;
    for (const { id } of step.nodes) taken.add(id);
    units.set(step.output, step);
  }
  // A unit is computed where its last node stands: by then its residual has been.
  return graph.nodes.flatMap((node) => {
    const unit = units.get(node.id);
    if (unit) return [unit];
    return taken.has(node.id) ? [] : [{ nodes: [node], inputs: node.inputs, output: node.id }];
  });
}

function unitFrom(
  convolution: NodeOf<'conv2d'>,
  readers: ReadonlyMap<NodeId, readonly GraphNode[]>,
  taken: ReadonlySet<NodeId>,
): Step | undefined {
  if (convolution.attributes.bias) return undefined;
  const nodes: GraphNode[] = [convolution];
  /** The only reader of what the unit computes so far, if it is of that kind. */
  const next = <K extends Op['op']>(op: K): NodeOf<K> | undefined => {
    const [only, ...others] = readers.get(nodes.at(-1)!.id) ?? [];
    if (!only || others.length > 0 || taken.has(only.id) || !isNode(only, op)) return undefined;
    return only;
  };
  const join = <N extends GraphNode>(node: N): N => {
    nodes.push(node);
    return node;
  };
  const norm = next('batchNorm');
  if (!norm) return undefined;
  const unit: UnitNodes = { convolution, norm: join(norm) };
  const excitation = next('squeezeExcite');
  if (excitation?.attributes.squeeze === 'avg') unit.excitation = join(excitation);
  const add = next('add');
  const residual = add?.inputs.filter((id) => id !== nodes.at(-1)!.id) ?? [];
  // One addend; more would need a sum of their own.
  if (add && residual.length === 1) unit.add = join(add);
  const relu = next('relu');
  if (relu) unit.relu = join(relu);
  const inputs = unit.add ? [...convolution.inputs, ...residual] : convolution.inputs;
  return { nodes, unit, inputs, output: nodes.at(-1)!.id };
}

function isNode<K extends Op['op']>(node: GraphNode, op: K): node is NodeOf<K> {
  return node.attributes.op === op;
}
