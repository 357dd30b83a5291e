import * as tf from '@tensorflow/tfjs-core';
import type { GraphNode, NodeOf, Op, ParamInfo } from '../../../src/core/model/graph';
import { batchNormInference, batchNormTraining, type BatchStatistics } from '../kernels/batchNorm';
import { dense } from '../kernels/dense';
import { averagePool, groupedConv2d } from '../kernels/groupedConv';
import { globalAveragePool } from '../kernels/globalPool';
import { SqueezeExcite } from '../layers/SqueezeExcite';
import { initialValues } from './initialValues';
import type { ForwardOptions, NetworkParameter } from './network';

/** Inputs in the order of the node's `inputs` -> output, all with the batch in front. */
export type NodeForward = (
  inputs: readonly [tf.Tensor, ...tf.Tensor[]],
  options: ForwardOptions,
) => tf.Tensor;

export interface BuiltNode {
  /** In the order of the node's `params`. */
  parameters: readonly NetworkParameter[];
  forward: NodeForward;
  /** Of a squeeze-excite node. */
  layer?: SqueezeExcite;
}

/** The variables of one node, and what it computes. */
export function buildNode(node: GraphNode, seed: number): BuiltNode {
  if (isNode(node, 'squeezeExcite')) return buildSqueezeExcite(node, seed);
  const parameters = node.params.map((info) => ({
    info,
    variable: tf.tidy(() => tf.variable(startingTensor(info, seed), info.trainable)),
  }));
  if (isNode(node, 'batchNorm')) return { parameters, forward: batchNorm(node, parameters) };
  return { parameters, forward: plainForward(node, parameters) };
}

/** Batch norm's moving statistics, and how a batch moves them: moving = momentum * moving + (1 - momentum) * batch. */
export function movingAverages(
  parameters: readonly NetworkParameter[],
  momentum: number,
): { statistics: BatchStatistics; move: (batch: BatchStatistics) => void } {
  const [mean, variance] = [variableOf(parameters, 'movingMean'), variableOf(parameters, 'movingVariance')];
  const moveOne = (average: tf.Variable, batch: tf.Tensor) =>
    average.assign(tf.add(tf.mul(average, momentum), tf.mul(batch, 1 - momentum)));
  return {
    statistics: { mean: mean as tf.Tensor as tf.Tensor1D, variance: variance as tf.Tensor as tf.Tensor1D },
    move(batch) {
      moveOne(mean, batch.mean);
      moveOne(variance, batch.variance);
    },
  };
}

function plainForward({ id, attributes }: GraphNode, parameters: readonly NetworkParameter[]): NodeForward {
  switch (attributes.op) {
    case 'input':
      return ([images]) => images;
    case 'conv2d': {
      const weight = parameterOf<tf.Tensor4D>(parameters, 'weight');
      const { stride, padding, bias, groups, kernel, kernelWidth } = attributes;
      const offset = bias ? parameterOf(parameters, 'bias') : undefined;
      if (groups === 1) {
        return ([x]) => withBias(tf.conv2d(x as tf.Tensor4D, weight, stride, padding), offset);
      }
      const window = { kernel: [kernel, kernelWidth], stride, padding } as const;
      return ([x]) => withBias(groupedConv2d(x as tf.Tensor4D, weight, groups, window), offset);
    }
    case 'relu':
      return ([x]) => tf.relu(x);
    case 'relu6':
      return ([x]) => tf.relu6(x);
    case 'hardSwish':
      return ([x]) => tf.mul(x, tf.div(tf.relu6(tf.add(x, 3)), 6));
    case 'multiply': {
      const { factor } = attributes;
      return ([x]) => tf.mul(x, factor);
    }
    case 'averagePool': {
      const { kernel, stride, padding } = attributes;
      return ([x]) => averagePool(x as tf.Tensor4D, { kernel: [kernel, kernel], stride, padding });
    }
    case 'concat':
      return (inputs) => tf.concat([...inputs], 3);
    case 'shuffleChannels': {
      const { groups } = attributes;
      return ([x]) => {
        const [batch, height, width, channels] = x.shape as [number, number, number, number];
        const dealt = tf.reshape(x, [batch * height * width, groups, channels / groups]);
        return tf.reshape(tf.transpose(dealt, [0, 2, 1]), [batch, height, width, channels]);
      };
    }
    case 'maxPool': {
      const { kernel, stride, padding } = attributes;
      return ([x]) => tf.maxPool(x as tf.Tensor4D, kernel, stride, padding);
    }
    case 'add':
      return (inputs) => inputs.reduce((sum, input) => tf.add(sum, input));
    case 'globalAveragePool':
      return ([x]) => globalAveragePool(x as tf.Tensor4D);
    case 'flatten':
      return ([x]) => tf.reshape(x, [x.shape[0]!, -1]);
    case 'dense': {
      const weight = parameterOf<tf.Tensor2D>(parameters, 'weight');
      const offset = attributes.bias ? parameterOf<tf.Tensor1D>(parameters, 'bias') : undefined;
      return ([x]) => dense(x as tf.Tensor2D, weight, offset);
    }
    default:
      throw new RangeError(`${id}: ${attributes.op} is no plain node`);
  }
}

function batchNorm(node: NodeOf<'batchNorm'>, parameters: readonly NetworkParameter[]): NodeForward {
  const { epsilon, momentum } = node.attributes;
  const gamma = parameterOf<tf.Tensor1D>(parameters, 'gamma');
  const beta = parameterOf<tf.Tensor1D>(parameters, 'beta');
  const moving = movingAverages(parameters, momentum);
  return ([x], { training }) =>
    training
      ? batchNormTraining(x as tf.Tensor4D, gamma, beta, epsilon, moving.move)
      : batchNormInference(x as tf.Tensor4D, gamma, beta, moving.statistics, epsilon);
}

function buildSqueezeExcite(node: NodeOf<'squeezeExcite'>, seed: number): BuiltNode {
  const { hidden, squeeze, gate, bias } = node.attributes;
  const layer = new SqueezeExcite({ hidden, squeeze, gate, useBias: bias });
  layer.build([null, ...node.outputShape]);
  tf.tidy(() => layer.setWeights(node.params.map((info) => startingTensor(info, seed))));
  const parameters = node.params.map((info, index) => ({
    info,
    // A LayerVariable hands out the tf.Variable behind it, typed as a plain tensor.
    variable: layer.weights[index]?.read() as tf.Variable,
  }));
  return {
    parameters,
    layer,
    forward: ([x], { onGates, clampOf }) => {
      const clamp = clampOf?.(node.id);
      const { output, gates } = tf.tidy(() => layer.applyWithGates(x as tf.Tensor4D, { relu: false }, clamp));
      onGates?.(node.id, gates);
      return output;
    },
  };
}

function startingTensor(info: ParamInfo, seed: number): tf.Tensor {
  return tf.tensor(initialValues(info, seed), [...info.shape], 'float32');
}

function withBias(x: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor {
  return bias ? tf.add(x, bias) : x;
}

/** The variable of that role; there must be one. */
export function variableOf(parameters: readonly NetworkParameter[], role: ParamInfo['role']): tf.Variable {
  const variable = findVariable(parameters, role);
  if (!variable) throw new RangeError(`The graph gives a node no ${role}`);
  return variable;
}

export function findVariable(
  parameters: readonly NetworkParameter[],
  role: ParamInfo['role'],
): tf.Variable | undefined {
  return parameters.find(({ info }) => info.role === role)?.variable;
}

function parameterOf<T extends tf.Tensor>(
  parameters: readonly NetworkParameter[],
  role: ParamInfo['role'],
): T {
  return variableOf(parameters, role) as tf.Tensor as T;
}

function isNode<K extends Op['op']>(node: GraphNode, op: K): node is NodeOf<K> {
  return node.attributes.op === op;
}
