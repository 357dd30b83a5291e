import * as tf from '@tensorflow/tfjs';

function convBn(x: tf.SymbolicTensor, filters: number, kernelSize = 3): tf.SymbolicTensor {
  let y = tf.layers.conv2d({ filters, kernelSize, padding: 'same', useBias: false }).apply(x) as tf.SymbolicTensor;
  y = tf.layers.batchNormalization().apply(y) as tf.SymbolicTensor;
  return tf.layers.reLU().apply(y) as tf.SymbolicTensor;
}

function gated(x: tf.SymbolicTensor, filters: number): tf.SymbolicTensor {
  let z = tf.layers.globalAveragePooling2d({}).apply(x) as tf.SymbolicTensor;
  z = tf.layers.dense({ units: filters / 16, activation: 'relu' }).apply(z) as tf.SymbolicTensor;
  z = tf.layers.dense({ units: filters, activation: 'sigmoid' }).apply(z) as tf.SymbolicTensor;
  z = tf.layers.reshape({ targetShape: [1, 1, filters] }).apply(z) as tf.SymbolicTensor;
  return tf.layers.multiply().apply([x, z]) as tf.SymbolicTensor;
}

export function unit(x: tf.SymbolicTensor, filters: number): tf.SymbolicTensor {
  let y = convBn(x, filters);
  y = convBn(y, filters);
  return tf.layers.add().apply([x, y]) as tf.SymbolicTensor;
}

export function gatedUnit(x: tf.SymbolicTensor, filters: number): tf.SymbolicTensor {
  let y = convBn(x, filters);
  y = gated(y, filters);
  return tf.layers.add().apply([x, y]) as tf.SymbolicTensor;
}

const input = tf.input({ shape: [32, 32, 3] });
let stem = convBn(input, 64);
stem = unit(stem, 64);
export const model = tf.model({ inputs: input, outputs: gatedUnit(stem, 64) });
