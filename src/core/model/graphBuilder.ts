/** Appends nodes to a Graph in topological order, working out output shapes and parameters. */
import type { Graph, GraphNode, Initializer, NodeId, Op, Padding, ParamInfo, SeBlock, Shape } from './graph';
import { hiddenWidth } from './hiddenWidth';
import type { SeSpec } from './modelSpec';

const BATCH_NORM_EPSILON = 1e-5;
/** moving = momentum * moving + (1 - momentum) * batch. */
const BATCH_NORM_MOMENTUM = 0.9;

/** Where the next nodes belong: the stage, and the unit if there is one. */
export interface Location {
  stage: number;
  unit?: string;
}

export interface ConvolutionOptions {
  filters: number;
  /** Side of a square kernel, or [height, width]. */
  kernel: number | readonly [number, number];
  /** Default 1. */
  stride?: number;
  /** Default 1. */
  groups?: number;
  /** Default `same`. */
  padding?: Padding;
  /** Default false: BN follows as a rule. */
  bias?: boolean;
}

export interface PoolOptions {
  kernel: number;
  stride: number;
  /** Default `same`. */
  padding?: Padding;
}

export class GraphBuilder {
  private readonly nodes: GraphNode[] = [];
  private readonly blocks: SeBlock[] = [];
  private readonly shapes = new Map<NodeId, Shape>();
  private location: Location = { stage: 0 };

  /** Every node added from now on gets this stage and unit. */
  enter(location: Location): void {
    this.location = location;
  }

  /** [height, width, channels] of a node's output. */
  shapeOf(id: NodeId): readonly [number, number, number] {
    const shape = this.shapes.get(id);
    if (shape?.length !== 3) throw new RangeError(`${id} is not an image node`);
    return shape as readonly [number, number, number];
  }

  channelsOf(id: NodeId): number {
    return this.shapeOf(id)[2];
  }

  input(shape: Shape): NodeId {
    return this.add('input', { op: 'input' }, [], shape, []);
  }

  convolution(id: NodeId, from: NodeId, options: ConvolutionOptions): NodeId {
    const { filters, kernel, stride = 1, groups = 1, padding = 'same', bias = false } = options;
    const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
    const [rows, columns, channels] = this.shapeOf(from);
    if (channels % groups !== 0 || filters % groups !== 0) {
      throw new RangeError(
        `${id}: ${channels} channels and ${filters} filters do not divide into ${groups} groups`,
      );
    }
    const params = [kernelParam(id, 'weight', [height, width, channels / groups, filters], 'heNormal')];
    if (bias) params.push(vectorParam(id, 'bias', [filters], 'zeros', true));
    return this.add(
      id,
      { op: 'conv2d', filters, kernel: height, kernelWidth: width, stride, padding, groups, bias },
      [from],
      [windows(rows, height, stride, padding), windows(columns, width, stride, padding), filters],
      params,
    );
  }

  batchNorm(id: NodeId, from: NodeId): NodeId {
    const shape = this.shapeOf(from);
    const perChannel: Shape = [shape[2]];
    return this.add(
      id,
      { op: 'batchNorm', epsilon: BATCH_NORM_EPSILON, momentum: BATCH_NORM_MOMENTUM },
      [from],
      shape,
      [
        vectorParam(id, 'gamma', perChannel, 'ones', true),
        vectorParam(id, 'beta', perChannel, 'zeros', true),
        vectorParam(id, 'movingMean', perChannel, 'zeros', false),
        vectorParam(id, 'movingVariance', perChannel, 'ones', false),
      ],
    );
  }

  relu(id: NodeId, from: NodeId): NodeId {
    return this.elementwise(id, { op: 'relu' }, from);
  }

  /** An operation on every element by itself. */
  elementwise(
    id: NodeId,
    attributes: Extract<Op, { op: 'relu' | 'relu6' | 'hardSwish' | 'multiply' }>,
    from: NodeId,
  ): NodeId {
    const shape = this.shapes.get(from);
    if (!shape) throw new RangeError(`There is no ${from}`);
    return this.add(id, attributes, [from], shape, []);
  }

  /** Maximum over a window; what lies outside the image never is the maximum. */
  maxPool(id: NodeId, from: NodeId, options: PoolOptions): NodeId {
    return this.pool('maxPool', id, from, options);
  }

  /** Mean over what lies inside the image. */
  averagePool(id: NodeId, from: NodeId, options: PoolOptions): NodeId {
    return this.pool('averagePool', id, from, options);
  }

  sum(id: NodeId, branch: NodeId, shortcut: NodeId): NodeId {
    const [one, other] = [this.shapeOf(branch), this.shapeOf(shortcut)];
    if (one.join() !== other.join()) throw new RangeError(`${id} adds [${one.join()}] to [${other.join()}]`);
    return this.add(id, { op: 'add' }, [branch, shortcut], one, []);
  }

  concat(id: NodeId, from: readonly NodeId[]): NodeId {
    const shapes = from.map((one) => this.shapeOf(one));
    const [first] = shapes;
    if (!first || shapes.some(([height, width]) => height !== first[0] || width !== first[1])) {
      throw new RangeError(`${id} joins images of different sizes`);
    }
    const channels = shapes.reduce((total, shape) => total + shape[2], 0);
    return this.add(id, { op: 'concat' }, from, [first[0], first[1], channels], []);
  }

  shuffleChannels(id: NodeId, from: NodeId, groups: number): NodeId {
    return this.add(id, { op: 'shuffleChannels', groups }, [from], this.shapeOf(from), []);
  }

  /** The SE block of the current unit, `<unit>.se`; must be inside one. */
  squeezeExcite(from: NodeId, se: SeSpec): NodeId {
    const { stage, unit } = this.location;
    if (unit === undefined) throw new RangeError('An SE block needs a unit');
    const id = `${unit}.se`;
    const shape = this.shapeOf(from);
    const channels = shape[2];
    const hidden = hiddenWidth(se, channels);
    this.blocks.push({ id, stage, unit, place: se.place, channels, hidden });
    const params = [kernelParam(id, 'w1', [channels, hidden], 'heNormal')];
    if (se.bias) params.push(vectorParam(id, 'b1', [hidden], 'zeros', true));
    params.push(kernelParam(id, 'w2', [hidden, channels], 'glorotUniform'));
    if (se.bias) params.push(vectorParam(id, 'b2', [channels], 'zeros', true));
    const attributes: Op = { op: 'squeezeExcite', hidden, squeeze: se.squeeze, gate: se.gate, bias: se.bias };
    return this.add(id, attributes, [from], shape, params);
  }

  globalAveragePool(id: NodeId, from: NodeId): NodeId {
    return this.add(id, { op: 'globalAveragePool' }, [from], [this.channelsOf(from)], []);
  }

  flatten(id: NodeId, from: NodeId): NodeId {
    const [height, width, channels] = this.shapeOf(from);
    return this.add(id, { op: 'flatten' }, [from], [height * width * channels], []);
  }

  dense(id: NodeId, from: NodeId, units: number): NodeId {
    const features = this.shapes.get(from)?.[0] ?? 0;
    return this.add(
      id,
      { op: 'dense', units, bias: true },
      [from],
      [units],
      [
        kernelParam(id, 'weight', [features, units], 'glorotUniform'),
        vectorParam(id, 'bias', [units], 'zeros', true),
      ],
    );
  }

  finish(name: string, inputShape: Shape, classes: number): Graph {
    return { name, inputShape, classes, nodes: this.nodes, blocks: this.blocks };
  }

  private pool(
    op: 'maxPool' | 'averagePool',
    id: NodeId,
    from: NodeId,
    { kernel, stride, padding = 'same' }: PoolOptions,
  ): NodeId {
    const [height, width, channels] = this.shapeOf(from);
    const shape = [
      windows(height, kernel, stride, padding),
      windows(width, kernel, stride, padding),
      channels,
    ];
    return this.add(id, { op, kernel, stride, padding }, [from], shape, []);
  }

  private add(
    id: NodeId,
    attributes: Op,
    inputs: readonly NodeId[],
    outputShape: Shape,
    params: readonly ParamInfo[],
  ): NodeId {
    if (this.shapes.has(id)) throw new RangeError(`Two nodes are called ${id}`);
    this.nodes.push({ id, attributes, inputs, outputShape, params, ...this.location });
    this.shapes.set(id, outputShape);
    return id;
  }
}

/** How many windows of that size fit into `size` pixels: the output's size. */
function windows(size: number, kernel: number, stride: number, padding: Padding): number {
  const count = padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - kernel) / stride) + 1;
  if (count < 1) throw new RangeError(`A window of ${kernel} pixels does not fit into ${size}`);
  return count;
}

function kernelParam(id: NodeId, role: ParamInfo['role'], shape: Shape, init: Initializer): ParamInfo {
  return { name: `${id}.${role}`, role, shape, trainable: true, decay: true, init };
}

function vectorParam(
  id: NodeId,
  role: ParamInfo['role'],
  shape: Shape,
  init: Initializer,
  trainable: boolean,
): ParamInfo {
  return { name: `${id}.${role}`, role, shape, trainable, decay: false, init };
}
