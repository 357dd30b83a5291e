/** Loss and all gradients of a Graph in float64, from the plain-loop references; reads the Graph on its own, not through the engine. */
import type { Graph, GraphNode, ParamInfo } from '../../../src/core/model/graph';
import type { Float64Images } from './float64Image';
import { zeroImages } from './float64Image';
import { channelStatistics, referenceBatchNormGradients, referenceNormalise } from './referenceBatchNorm';
import type { Convolution } from './referenceConv2d';
import { referenceConv2d, referenceConv2dGradients } from './referenceConv2d';
import { referenceCrossEntropy } from './referenceCrossEntropy';
import { referenceDense, referenceDenseGradients } from './referenceDense';
import { isOtherOp, referenceLayer, referenceLayerGradients } from './referenceLayers';
import { referenceMaxPool, referenceMaxPoolGradient } from './referenceMaxPool';
import type { ExciteParameters } from './referenceSqueezeExcite';
import { referenceSqueezeExcite, referenceSqueezeExciteGradients } from './referenceSqueezeExcite';

/** Values by parameter name. */
export type ParameterValues = ReadonlyMap<string, Float64Array>;

export interface ReferenceForward {
  /** By node id; vectors are [N, 1, 1, features]. */
  outputs: Map<string, Float64Images>;
  /** [N, C] by block id. */
  gates: Map<string, Float64Array>;
  /** Distance of the closest ReLU or gate input to its kink, or of two maxima: closer than float32 can tell, gradients are not comparable. */
  nearestKink: number;
}

/** What becomes of a gate. */
export type GateRule = (block: string, channel: number, gate: number) => number;

export function referenceForward(
  graph: Graph,
  values: ParameterValues,
  images: Float64Images,
  training: boolean,
  rule?: GateRule,
): ReferenceForward {
  const result: ReferenceForward = { outputs: new Map(), gates: new Map(), nearestKink: Infinity };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => result.outputs.get(id)!);
    if (isOtherOp(node.attributes)) {
      const { output, nearestKink } = referenceLayer(node.attributes, inputs);
      result.outputs.set(node.id, output);
      result.nearestKink = Math.min(result.nearestKink, nearestKink);
      continue;
    }
    const output = forwardNode(node, inputs[0] ?? images, inputs[1], values, training, result);
    const gates = result.gates.get(node.id);
    const ruled =
      rule && gates && rescale(inputs[0]!, gates, (channel, gate) => rule(node.id, channel, gate));
    result.outputs.set(node.id, ruled ?? output);
  }
  return result;
}

/** x [N, H, W, C] times other gates than its own [N, C]. */
function rescale(
  { shape, data }: Float64Images,
  gates: Float64Array,
  rule: (channel: number, gate: number) => number,
): Float64Images {
  const [, height, width, channels] = shape;
  const factors = gates.map((gate, at) => rule(at % channels, gate));
  const factorAt = (at: number) =>
    factors[Math.floor(at / (height * width * channels)) * channels + (at % channels)]!;
  return { shape, data: data.map((value, at) => value * factorAt(at)) };
}

function forwardNode(
  node: GraphNode,
  x: Float64Images,
  other: Float64Images | undefined,
  values: ParameterValues,
  training: boolean,
  result: ReferenceForward,
): Float64Images {
  const { attributes } = node;
  switch (attributes.op) {
    case 'input':
      return x;
    case 'conv2d':
      return withBias(referenceConv2d(x, convolutionOf(node, values)), biasOf(node, values));
    case 'batchNorm': {
      const moving = {
        mean: read(node, values, 'movingMean'),
        variance: read(node, values, 'movingVariance'),
      };
      return referenceNormalise(x, normalisationOf(node, values), training ? channelStatistics(x) : moving);
    }
    case 'relu':
      for (const value of x.data) {
        // Exactly zero (a closed ReLU gate on a zero) is zero in float32 too.
        if (value !== 0) result.nearestKink = Math.min(result.nearestKink, Math.abs(value));
      }
      return { shape: x.shape, data: x.data.map((value) => Math.max(value, 0)) };
    case 'maxPool': {
      const { output, nearestTie } = referenceMaxPool(x, attributes);
      result.nearestKink = Math.min(result.nearestKink, nearestTie);
      return output;
    }
    case 'squeezeExcite': {
      const excited = referenceSqueezeExcite(x, exciteOf(node, values), attributes);
      result.gates.set(node.id, excited.gates);
      result.nearestKink = Math.min(result.nearestKink, excited.nearestKink);
      return excited.output;
    }
    case 'add':
      return { shape: x.shape, data: x.data.map((value, i) => value + other!.data[i]!) };
    case 'globalAveragePool': {
      const [batch, height, width, channels] = x.shape;
      const y = zeroImages([batch, 1, 1, channels]);
      x.data.forEach((value, i) => {
        const n = Math.floor(i / (height * width * channels));
        y.data[n * channels + (i % channels)]! += value / (height * width);
      });
      return y;
    }
    case 'dense':
      return referenceDense(x, read(node, values, 'weight'), biasOf(node, values));
    default:
      throw new RangeError(`${attributes.op} is in referenceLayers.ts`);
  }
}

/** Loss, and gradients by parameter name; all in training mode. */
export function referenceGradients(
  graph: Graph,
  values: ParameterValues,
  images: Float64Images,
  labels: readonly number[],
  labelSmoothing: number,
): { loss: number; gradients: Map<string, Float64Array>; forward: ReferenceForward } {
  const forward = referenceForward(graph, values, images, true);
  const logits = forward.outputs.get(graph.nodes.at(-1)!.id)!;
  const { loss, dLogits } = referenceCrossEntropy(logits.data, labels, labelSmoothing);
  const gradients = new Map<string, Float64Array>();
  const upstream = new Map([[graph.nodes.at(-1)!.id, { shape: logits.shape, data: dLogits }]]);
  for (const node of [...graph.nodes].reverse()) {
    const dy = upstream.get(node.id);
    if (!dy || node.inputs.length === 0) continue;
    const inputs = node.inputs.map((id) => forward.outputs.get(id)!);
    const ofInputs = isOtherOp(node.attributes)
      ? referenceLayerGradients(node.attributes, inputs, dy)
      : spread(
          backwardNode(node, inputs[0]!, dy, values, (role, gradient) =>
            gradients.set(node.params.find((param) => param.role === role)!.name, gradient),
          ),
          inputs.length,
        );
    node.inputs.forEach((id, index) => {
      const dx = ofInputs[index]!;
      const before = upstream.get(id);
      upstream.set(id, before ? { shape: dx.shape, data: before.data.map((v, i) => v + dx.data[i]!) } : dx);
    });
  }
  return { loss, gradients, forward };
}

/** An addition gives every input the same gradient. */
function spread(dx: Float64Images, inputs: number): Float64Images[] {
  return Array.from({ length: inputs }, () => dx);
}

function backwardNode(
  node: GraphNode,
  x: Float64Images,
  dy: Float64Images,
  values: ParameterValues,
  report: (role: ParamInfo['role'], gradient: Float64Array) => void,
): Float64Images {
  const { attributes } = node;
  switch (attributes.op) {
    case 'input':
    case 'add':
      return dy;
    case 'conv2d': {
      const { dx, dWeight } = referenceConv2dGradients(x, convolutionOf(node, values), dy);
      report('weight', dWeight);
      if (attributes.bias) report('bias', channelSums(dy));
      return dx;
    }
    case 'batchNorm': {
      const { dx, dGamma, dBeta } = referenceBatchNormGradients(x, normalisationOf(node, values), dy);
      report('gamma', dGamma);
      report('beta', dBeta);
      return dx;
    }
    case 'relu':
      return { shape: x.shape, data: dy.data.map((value, i) => (x.data[i]! > 0 ? value : 0)) };
    case 'maxPool':
      return referenceMaxPoolGradient(x, attributes, dy);
    case 'squeezeExcite': {
      const { dx, ...gradients } = referenceSqueezeExciteGradients(x, exciteOf(node, values), attributes, dy);
      for (const { role } of node.params) report(role, gradients[role as keyof ExciteParameters]);
      return dx;
    }
    case 'globalAveragePool': {
      const [, height, width, channels] = x.shape;
      const dx = zeroImages(x.shape);
      dx.data.forEach((_, i) => {
        const n = Math.floor(i / (height * width * channels));
        dx.data[i] = dy.data[n * channels + (i % channels)]! / (height * width);
      });
      return dx;
    }
    case 'dense': {
      const { dx, dWeight, dBias } = referenceDenseGradients(x, read(node, values, 'weight'), dy);
      report('weight', dWeight);
      if (attributes.bias) report('bias', dBias);
      return dx;
    }
    default:
      throw new RangeError(`${attributes.op} is in referenceLayers.ts`);
  }
}

function withBias({ shape, data }: Float64Images, bias: Float64Array): Float64Images {
  return { shape, data: data.map((value, i) => value + bias[i % bias.length]!) };
}

function channelSums({ shape, data }: Float64Images): Float64Array {
  const sums = new Float64Array(shape[3]);
  data.forEach((value, i) => (sums[i % sums.length]! += value));
  return sums;
}

function read(node: GraphNode, values: ParameterValues, role: ParamInfo['role']): Float64Array {
  const param = node.params.find((candidate) => candidate.role === role);
  const value = param && values.get(param.name);
  if (!value) throw new RangeError(`No ${role} for ${node.id}`);
  return value;
}

function biasOf(node: GraphNode, values: ParameterValues): Float64Array {
  const units = node.outputShape.at(-1)!;
  return node.params.some(({ role }) => role === 'bias')
    ? read(node, values, 'bias')
    : new Float64Array(units);
}

function convolutionOf(node: GraphNode, values: ParameterValues): Convolution {
  if (node.attributes.op !== 'conv2d') throw new RangeError(`${node.id} is no convolution`);
  return { ...node.attributes, weight: read(node, values, 'weight') };
}

function normalisationOf(node: GraphNode, values: ParameterValues) {
  if (node.attributes.op !== 'batchNorm') throw new RangeError(`${node.id} is no batch norm`);
  const { epsilon } = node.attributes;
  return { gamma: read(node, values, 'gamma'), beta: read(node, values, 'beta'), epsilon };
}

function exciteOf(node: GraphNode, values: ParameterValues): ExciteParameters {
  if (node.attributes.op !== 'squeezeExcite') throw new RangeError(`${node.id} is no SE block`);
  const { hidden, bias } = node.attributes;
  return {
    w1: read(node, values, 'w1'),
    b1: bias ? read(node, values, 'b1') : new Float64Array(hidden),
    w2: read(node, values, 'w2'),
    b2: bias ? read(node, values, 'b2') : new Float64Array(node.outputShape.at(-1)!),
  };
}
