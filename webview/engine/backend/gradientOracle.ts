/**
 * Tells whether a backend's gradients can be trusted: those of a tiny network of all that ours are made of (convolutions of stride 1 and 2, batch
 * normalisation, squeeze-and-excitation, max pooling) against differences of the same network in plain loops in float64.
 */
import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../../src/core/data/random';
import { batchNormTraining } from '../kernels/batchNorm';
import { globalAveragePool } from '../kernels/globalPool';
import { scaleChannels } from '../kernels/scaleChannels';
import { EPSILON, plainLoss, SHAPES, type OracleName, type OracleValues } from './plainNetwork';

/** Largest error of a gradient, relative to the largest value of the expected one, with which a backend may train. */
export const GRADIENT_LIMIT = 1e-3;

/** Central differences of float64 lose little: 1e-8 to their curvature, 1e-11 to rounding. */
const STEP = 1e-4;
const NAMES = Object.keys(SHAPES) as OracleName[];

/** Largest relative error of the running backend's gradients, of all parameters; NaN if one is not a number. */
export async function gradientError(): Promise<number> {
  const values = Object.fromEntries(
    NAMES.map((name) => {
      const { normal } = createRandom(1, name);
      const size = SHAPES[name].reduce((product, length) => product * length, 1);
      // Rounded, so that both sides start from the same numbers.
      return [name, Float64Array.from({ length: size }, () => Math.fround(normal()))];
    }),
  ) as OracleValues;
  const gradients = await computedGradients(values);
  return Math.max(...NAMES.map((name) => relativeError(gradients[name], differences(values, name))));
}

async function computedGradients(values: OracleValues): Promise<Record<OracleName, Float32Array>> {
  const tensors = NAMES.map((name) => tf.tensor(Float32Array.from(values[name]), [...SHAPES[name]]));
  const gradients = tf.tidy(() =>
    tf.grads((...inputs) => loss(Object.fromEntries(NAMES.map((name, at) => [name, inputs[at]])) as Tensors))(
      tensors,
    ),
  );
  try {
    const read = (await Promise.all(gradients.map((gradient) => gradient.data()))) as Float32Array[];
    return Object.fromEntries(NAMES.map((name, at) => [name, read[at]!])) as Record<OracleName, Float32Array>;
  } finally {
    tf.dispose([...tensors, ...gradients]);
  }
}

type Tensors = Record<OracleName, tf.Tensor>;

/** plainLoss in ops of tfjs. */
function loss(given: Tensors): tf.Scalar {
  const convolved = tf.conv2d(given.x as tf.Tensor4D, given.filter as tf.Tensor4D, 1, 'same');
  const [gamma, beta] = [given.gamma as tf.Tensor1D, given.beta as tf.Tensor1D];
  const normal = batchNormTraining(convolved, gamma, beta, EPSILON, () => undefined);
  const hidden = tf.relu(tf.matMul(globalAveragePool(normal), given.w1 as tf.Tensor2D));
  const gates = tf.sigmoid(tf.matMul(hidden, given.w2 as tf.Tensor2D)) as tf.Tensor2D;
  const scaled = scaleChannels(normal, gates);
  const strided = tf.conv2d(scaled, given.strided as tf.Tensor4D, 2, 'same');
  const pooled = tf.maxPool(scaled, 3, 2, 'same');
  return tf.add(tf.sum(tf.mul(strided, given.weights)), tf.sum(tf.mul(pooled, given.poolWeights)));
}

/** The gradient of plainLoss for one parameter. */
function differences(values: OracleValues, name: OracleName): Float64Array {
  const original = values[name];
  return original.map((_, at) => {
    const lossAt = (distance: number) => {
      const moved = original.slice();
      moved[at]! += distance;
      return plainLoss({ ...values, [name]: moved });
    };
    return (lossAt(STEP) - lossAt(-STEP)) / (2 * STEP);
  });
}

function relativeError(actual: Float32Array, expected: Float64Array): number {
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, at) => Math.abs(value - actual[at]!))) / scale;
}
