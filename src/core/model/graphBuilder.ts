/** Appends nodes to a Graph in topological order, working out output shapes and parameters. */
import type { Graph, GraphNode, Initializer, NodeId, Op, ParamInfo, SeBlock, Shape } from './graph';
import { hiddenWidth } from './hiddenWidth';
import type { SeSpec } from './modelSpec';

const BATCH_NORM_EPSILON = 1e-5;
/** moving = momentum * moving + (1 - momentum) * batch. */
const BATCH_NORM_MOMENTUM = 0.9;

/** Where the next nodes belong: the stage, and the residual unit if there is one. */
export interface Location {
  stage: number;
  unit?: string;
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

  input(shape: Shape): NodeId {
    return this.add('input', { op: 'input' }, [], shape, []);
  }

  /** Convolution without bias (BN follows), "same" padding: output size is ceil(size / stride). */
  convolution(id: NodeId, from: NodeId, filters: number, kernel: number, stride: number): NodeId {
    const [height, width, channels] = this.shapeOf(from);
    return this.add(
      id,
      { op: 'conv2d', filters, kernel, stride, padding: 'same', bias: false },
      [from],
      [Math.ceil(height / stride), Math.ceil(width / stride), filters],
      [kernelParam(id, 'weight', [kernel, kernel, channels, filters], 'heNormal')],
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
    return this.add(id, { op: 'relu' }, [from], this.shapeOf(from), []);
  }

  /** Maximum over a window, "same" padding: output size is ceil(size / stride). */
  maxPool(id: NodeId, from: NodeId, kernel: number, stride: number): NodeId {
    const [height, width, channels] = this.shapeOf(from);
    const shape = [Math.ceil(height / stride), Math.ceil(width / stride), channels];
    return this.add(id, { op: 'maxPool', kernel, stride, padding: 'same' }, [from], shape, []);
  }

  sum(id: NodeId, branch: NodeId, shortcut: NodeId): NodeId {
    return this.add(id, { op: 'add' }, [branch, shortcut], this.shapeOf(branch), []);
  }

  /** The SE block of the current unit; must be inside one. */
  squeezeExcite(from: NodeId, se: SeSpec): NodeId {
    const { stage, unit } = this.location;
    if (unit === undefined) throw new RangeError('An SE block needs a residual unit');
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
    return this.add(id, { op: 'globalAveragePool' }, [from], [this.shapeOf(from)[2]], []);
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
