import * as tf from '@tensorflow/tfjs-core';
import type { GraphNode, NodeOf, Op, ParamInfo } from '../../../src/core/model/graph';
import { batchNormInference, batchNormTraining } from '../kernels/batchNorm';
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

function plainForward({ id, attributes }: GraphNode, parameters: readonly NetworkParameter[]): NodeForward {
  switch (attributes.op) {
    case 'input':
      return ([images]) => images;
    case 'conv2d': {
      const weight = parameterOf<tf.Tensor4D>(parameters, 'weight');
      const { stride, padding, bias } = attributes;
      const offset = bias ? parameterOf(parameters, 'bias') : undefined;
      return ([x]) => withBias(tf.conv2d(x as tf.Tensor4D, weight, stride, padding), offset);
    }
    case 'relu':
      return ([x]) => tf.relu(x);
    case 'add':
      return (inputs) => inputs.reduce((sum, input) => tf.add(sum, input));
    case 'globalAveragePool':
      return ([x]) => globalAveragePool(x as tf.Tensor4D);
    case 'dense': {
      const weight = parameterOf<tf.Tensor2D>(parameters, 'weight');
      const offset = attributes.bias ? parameterOf(parameters, 'bias') : undefined;
      return ([x]) => withBias(tf.matMul(x as tf.Tensor2D, weight), offset);
    }
    default:
      throw new RangeError(`${id}: ${attributes.op} is no plain node`);
  }
}

function batchNorm(node: NodeOf<'batchNorm'>, parameters: readonly NetworkParameter[]): NodeForward {
  const { epsilon, momentum } = node.attributes;
  const gamma = parameterOf<tf.Tensor1D>(parameters, 'gamma');
  const beta = parameterOf<tf.Tensor1D>(parameters, 'beta');
  const movingMean = variableOf(parameters, 'movingMean');
  const movingVariance = variableOf(parameters, 'movingVariance');
  const moving = {
    mean: movingMean as tf.Tensor as tf.Tensor1D,
    variance: movingVariance as tf.Tensor as tf.Tensor1D,
  };
  /** moving = momentum * moving + (1 - momentum) * batch */
  const move = (average: tf.Variable, batch: tf.Tensor) =>
    average.assign(tf.add(tf.mul(average, momentum), tf.mul(batch, 1 - momentum)));
  return ([x], { training }) =>
    training
      ? batchNormTraining(x as tf.Tensor4D, gamma, beta, epsilon, ({ mean, variance }) => {
          move(movingMean, mean);
          move(movingVariance, variance);
        })
      : batchNormInference(x as tf.Tensor4D, gamma, beta, moving, epsilon);
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
    forward: ([x], { onGates }) => {
      const { output, gates } = tf.tidy(() => layer.applyWithGates(x as tf.Tensor4D));
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

function variableOf(parameters: readonly NetworkParameter[], role: ParamInfo['role']): tf.Variable {
  const parameter = parameters.find(({ info }) => info.role === role);
  if (!parameter) throw new RangeError(`The graph gives a node no ${role}`);
  return parameter.variable;
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
