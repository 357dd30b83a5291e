import type { Graph, GraphNode, NodeId, NodeOf, Op } from '../../../src/core/model/graph';
import type { ChainResidual } from '../kernels/chainTypes';

/** A convolution with its batch normalisation, and what follows up to where somebody else reads a value too. */
export interface LinkNodes {
  convolution: NodeOf<'conv2d'>;
  norm: NodeOf<'batchNorm'>;
  excitation?: NodeOf<'squeezeExcite'>;
  add?: NodeOf<'add'>;
  relu?: NodeOf<'relu'>;
}

/** Links of which each but the first reads what the one before makes, and nobody else does; see kernels/convChain.ts. */
export interface ChainNodes {
  links: readonly LinkNodes[];
  /** Reads what the first link reads, and is added behind the last. */
  shortcut?: LinkNodes;
  /** What the last link adds. */
  residual: ChainResidual;
}

/** What is computed at once: a single node, or a chain. */
export interface Step {
  nodes: readonly GraphNode[];
  chain?: ChainNodes;
  /** The images of a chain, then a residual tensor; the inputs of a node. */
  inputs: readonly NodeId[];
  output: NodeId;
}

/**
 * The graph in an order in which it can be computed, its convolutions joined with their batch normalisation, and where they follow with
 * squeeze-and-excitation (average squeeze), residual addition and ReLU; these joined to chains, residual blocks as a rule.
 */
export function planSteps(graph: Graph): Step[] {
  const plan = new Plan(graph);
  // A chain is computed where its last node stands: by then its residual has been.
  return graph.nodes.flatMap((node) => {
    const chain = plan.chainEndingAt(node.id);
    if (chain) return [chain];
    return plan.isInside(node.id) ? [] : [{ nodes: [node], inputs: node.inputs, output: node.id }];
  });
}

class Plan {
  private readonly readers = new Map<NodeId, GraphNode[]>();
  private readonly taken = new Set<NodeId>();
  /** By the output's node. */
  private readonly steps = new Map<NodeId, Step>();

  constructor(graph: Graph) {
    for (const node of graph.nodes) {
      for (const id of node.inputs) this.readers.set(id, [...(this.readers.get(id) ?? []), node]);
    }
    const links = graph.nodes.flatMap((node) => {
      const link = isNode(node, 'conv2d') ? this.linkFrom(node) : undefined;
      return link ? [link] : [];
    });
    for (const link of links) this.append(link);
    for (const step of [...this.steps.values()]) this.takeShortcut(step);
  }

  chainEndingAt(id: NodeId): Step | undefined {
    return this.steps.get(id);
  }

  isInside(id: NodeId): boolean {
    return this.taken.has(id);
  }

  private linkFrom(convolution: NodeOf<'conv2d'>): LinkNodes | undefined {
    if (!isChained(convolution)) return undefined;
    let last: GraphNode = convolution;
    /** The only reader of what the link computes so far, if it is of that kind. */
    const next = <K extends Op['op']>(op: K): NodeOf<K> | undefined => {
      const only = this.onlyReader(last.id);
      return only && !this.taken.has(only.id) && isNode(only, op) ? only : undefined;
    };
    const join = <N extends GraphNode>(node: N): N => {
      this.taken.add(node.id);
      last = node;
      return node;
    };
    const norm = next('batchNorm');
    if (!norm) return undefined;
    join(convolution);
    const link: LinkNodes = { convolution, norm: join(norm) };
    const excitation = next('squeezeExcite');
    if (excitation?.attributes.squeeze === 'avg') link.excitation = join(excitation);
    const add = next('add');
    // One addend; more would need a sum of their own.
    if (add?.inputs.length === 2 && add.inputs[0] !== add.inputs[1]) link.add = join(add);
    const relu = next('relu');
    if (relu) link.relu = join(relu);
    return link;
  }

  /** Makes the link a chain of its own, or the end of the one it reads. */
  private append(link: LinkNodes): void {
    const [input] = link.convolution.inputs as [NodeId];
    const before = this.steps.get(input);
    const joins = before?.chain && this.isInner(before.chain.links.at(-1)!) && this.onlyReader(input);
    const links = joins && before.chain ? [...before.chain.links, link] : [link];
    if (joins) this.steps.delete(input);
    const [first] = links as [LinkNodes];
    const x = first.convolution.inputs[0]!;
    const nodes = links.flatMap(nodesOf);
    const own = nodes.map(({ id }) => id);
    const residual = link.add?.inputs.find((id) => !own.includes(id));
    const kind = residual === undefined ? 'none' : residual === x ? 'input' : 'tensor';
    this.steps.set(nodes.at(-1)!.id, {
      nodes,
      chain: { links, residual: kind },
      inputs: kind === 'tensor' ? [x, residual!] : [x],
      output: nodes.at(-1)!.id,
    });
  }

  /** Between links there is ReLU and nothing else. */
  private isInner({ excitation, add, relu }: LinkNodes): boolean {
    return relu !== undefined && !excitation && !add;
  }

  /** Where the residual tensor is a normalised convolution of the chain's own input that nobody else reads, takes that into the chain. */
  private takeShortcut(step: Step): void {
    const [x, residual] = step.inputs;
    const other = residual === undefined ? undefined : this.steps.get(residual);
    const [shortcut, ...more] = other?.chain?.links ?? [];
    if (step.chain?.residual !== 'tensor' || !other || !shortcut || more.length > 0) return;
    const plain = !shortcut.excitation && !shortcut.add && !shortcut.relu;
    if (!plain || other.inputs[0] !== x || !this.onlyReader(other.output)) return;
    this.steps.delete(other.output);
    this.steps.set(step.output, {
      ...step,
      nodes: [...step.nodes, ...other.nodes],
      chain: { ...step.chain, residual: 'shortcut', shortcut },
      inputs: [x!],
    });
  }

  private onlyReader(id: NodeId): GraphNode | undefined {
    const readers = this.readers.get(id) ?? [];
    return readers.length === 1 ? readers[0] : undefined;
  }
}

/** Whether the kernels of chains can compute it: square, of all channels, padded, without bias. */
function isChained({ attributes }: NodeOf<'conv2d'>): boolean {
  const { kernel, kernelWidth, groups, padding, bias } = attributes;
  return kernel === kernelWidth && groups === 1 && padding === 'same' && !bias;
}

function nodesOf({ convolution, norm, excitation, add, relu }: LinkNodes): GraphNode[] {
  return [convolution, norm, excitation, add, relu].filter((node) => node !== undefined);
}

function isNode<K extends Op['op']>(node: GraphNode, op: K): node is NodeOf<K> {
  return node.attributes.op === op;
}
