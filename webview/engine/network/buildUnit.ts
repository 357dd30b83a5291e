import * as tf from '@tensorflow/tfjs-core';
import type { ParamInfo } from '../../../src/core/model/graph';
import { convUnitInference, convUnitTraining, type ConvUnit } from '../kernels/convUnit';
import type { SqueezeExcite } from '../layers/SqueezeExcite';
import { findVariable, movingAverages, variableOf } from './buildNode';
import type { NodeForward } from './buildNode';
import type { NetworkParameter } from './network';
import type { UnitNodes } from './planSteps';

/**
 * What a unit computes: [images, residual?] -> [N, H', W', C].
 *
 * @param parameters of all its nodes
 * @param layer its squeeze-and-excitation, if it has one
 */
export function buildUnit(
  { convolution, norm, excitation, add, relu }: UnitNodes,
  parameters: readonly NetworkParameter[],
  layer: SqueezeExcite | undefined,
): NodeForward {
  const { stride, padding } = convolution.attributes;
  const { epsilon } = norm.attributes;
  const of = <T extends tf.Tensor>(role: ParamInfo['role']) => variableOf(parameters, role) as tf.Tensor as T;
  const optional = (role: ParamInfo['role']) => findVariable(parameters, role) as tf.Tensor1D | undefined;
  const unit: ConvUnit = {
    filter: of('weight'),
    gamma: of('gamma'),
    beta: of('beta'),
    excitation: excitation && { w1: of('w1'), b1: optional('b1'), w2: of('w2'), b2: optional('b2') },
    attributes: {
      strides: stride,
      pad: padding,
      epsilon,
      relu: relu !== undefined,
      residual: add !== undefined,
      inputGradient: convolution.inputs[0] !== 'input',
      ...(excitation && { gate: excitation.attributes.gate }),
    },
    composeExcitation: layer && ((x, after) => layer.applyWithGates(x, after)),
  };
  const moving = movingAverages(parameters, norm.attributes.momentum);
  return ([x, residual], { training, onGates }) =>
    tf.tidy(() => {
      const [images, added] = [x as tf.Tensor4D, residual as tf.Tensor4D | undefined];
      // Kept out of this tidy's reach, for the caller's.
      const tell = excitation && onGates && ((gates: tf.Tensor2D) => onGates(excitation.id, gates));
      return training
        ? convUnitTraining(unit, images, added, moving.move, tell)
        : convUnitInference(unit, images, added, moving.statistics, tell);
    });
}
