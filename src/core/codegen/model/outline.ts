/**
 * What a person would say of a residual network: its stem, its kind of unit, its stages. Read off the Graph's edges and attributes; the
 * generators write loops and classes from it, where the Graph itself is a list of hundreds of nodes.
 */
import { nodeById, type Graph, type GraphNode, type NodeId, type NodeOf, type Op } from '../../model/graph';
import type { Gate, Place, Squeeze } from '../../model/modelSpec';
import { samePadding, type Padding } from './padding';
import { readUnit, type Unit } from './residualUnits';

export interface Outline {
  input: { height: number; width: number; channels: number };
  stem: {
    filters: number;
    kernel: number;
    stride: number;
    padding: Padding;
    pool?: { kernel: number; stride: number; padding: Padding };
  };
  /** Bottlenecks end with `expansion` times the channels of their other convolutions; 1 for basic units. */
  unit: { kind: 'basic' | 'bottleneck'; expansion: number };
  stages: readonly StageOutline[];
  /** Absent without SE. */
  se?: { place: Place; squeeze: Squeeze; gate: Gate; bias: boolean };
  batchNorm: { epsilon: number; momentum: number };
  classes: number;
}

export interface StageOutline {
  /** From 1. */
  number: number;
  units: number;
  /** Channels of the unit's inner convolutions, and of what leaves the unit. */
  width: number;
  channels: number;
  /** Of the first unit's 3x3 convolution; all others have 1. */
  stride: number;
  /** Around that convolution. */
  padding: Padding;
  /** Hidden units of the SE blocks: of the first unit, which may see other channels, and of the rest. Absent without SE here. */
  hidden?: { first: number; rest: number };
}

/**
 * @throws RangeError if the Graph is not a residual network of equal units, as `compileModel` makes them: then this generator has to learn
 * something new
 */
export function outlineOf(graph: Graph): Outline {
  const inputNode = attributesOf(graph, graph.nodes[0], 'input');
  const [height = 0, width = 0, channels = 0] = inputNode.outputShape;
  const units = unitsOf(graph);
  const [first] = units;
  const norm = graph.nodes.find((node): node is NodeOf<'batchNorm'> => node.attributes.op === 'batchNorm');
  if (!first || !norm) throw unknownShape(graph, 'it has no residual units');
  const { epsilon, momentum } = norm.attributes;
  const outline: Outline = {
    input: { height, width, channels },
    stem: stemOf(graph),
    unit: { kind: first.kind, expansion: first.channels / first.width },
    stages: stagesOf(graph, units),
    batchNorm: { epsilon, momentum },
    classes: graph.classes,
  };
  const gated = graph.nodes.find(
    (node): node is NodeOf<'squeezeExcite'> => node.attributes.op === 'squeezeExcite',
  );
  const place = graph.blocks[0]?.place;
  if (gated && place) {
    const { squeeze, gate, bias } = gated.attributes;
    outline.se = { place, squeeze, gate, bias };
  }
  return outline;
}

/** Whether the SE block of some stage's first unit sees other channels, and so has other hidden units, than the rest. */
export function firstHiddenDiffers({ stages }: Outline): boolean {
  return stages.some(({ hidden }) => hidden && hidden.first !== hidden.rest);
}

/** Units in network order. */
function unitsOf(graph: Graph): Unit[] {
  const ids = new Set(graph.nodes.flatMap(({ unit }) => unit ?? []));
  return [...ids].map((id) => readUnit(graph, id));
}

function stemOf(graph: Graph): Outline['stem'] {
  const outside = graph.nodes.filter(({ unit }) => unit === undefined);
  const node = outside.find((candidate) => candidate.attributes.op === 'conv2d');
  const convolution = attributesOf(graph, node, 'conv2d');
  const { filters, kernel, stride } = convolution.attributes;
  const stem: Outline['stem'] = { filters, kernel, stride, padding: paddingOf(graph, convolution) };
  const pool = outside.find((candidate) => candidate.attributes.op === 'maxPool');
  if (pool) {
    const { attributes } = attributesOf(graph, pool, 'maxPool');
    const padding = paddingOf(graph, { ...pool, attributes });
    stem.pool = { kernel: attributes.kernel, stride: attributes.stride, padding };
  }
  return stem;
}

function stagesOf(graph: Graph, units: readonly Unit[]): StageOutline[] {
  const numbers = [...new Set(units.map(({ stage }) => stage))];
  return numbers.map((number) => {
    const [first, ...rest] = units.filter(({ stage }) => stage === number);
    if (!first) throw unknownShape(graph, `stage ${number} is empty`);
    const { width, channels, stride, kind } = first;
    for (const unit of rest) {
      const same = unit.kind === kind && unit.width === width && unit.channels === channels;
      if (!same || unit.stride !== 1 || unit.hidden !== rest[0]?.hidden) {
        throw unknownShape(graph, `${unit.id} differs from its stage`);
      }
    }
    const { outputShape } = nodeById(graph, first.input);
    const [height = 0, imageWidth = 0] = outputShape;
    const padding = samePadding(height, imageWidth, { kernel: 3, stride });
    const stage: StageOutline = { number, units: rest.length + 1, width, channels, stride, padding };
    if (first.hidden !== undefined) {
      stage.hidden = { first: first.hidden, rest: rest[0]?.hidden ?? first.hidden };
    }
    return stage;
  });
}

/** Zeros around a convolution or pool. */
function paddingOf(graph: Graph, node: NodeOf<'conv2d'> | NodeOf<'maxPool'>): Padding {
  const [height = 0, width = 0] = nodeById(graph, node.inputs[0] as NodeId).outputShape;
  return samePadding(height, width, node.attributes);
}

function attributesOf<K extends Op['op']>(graph: Graph, node: GraphNode | undefined, op: K): NodeOf<K> {
  if (node?.attributes.op !== op) throw unknownShape(graph, `it has no ${op} where one is due`);
  return node as NodeOf<K>;
}

function unknownShape(graph: Graph, what: string): RangeError {
  return new RangeError(`${graph.name} is not a residual network as known here: ${what}`);
}
