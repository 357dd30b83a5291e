import * as tf from '@tensorflow/tfjs';

export function residualBlock(input: tf.SymbolicTensor, filters: number): tf.SymbolicTensor {
  let x = tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false }).apply(input) as tf.SymbolicTensor;
  x = tf.layers.batchNormalization().apply(x) as tf.SymbolicTensor;
  x = tf.layers.reLU().apply(x) as tf.SymbolicTensor;
  x = tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false }).apply(x) as tf.SymbolicTensor;
  x = tf.layers.batchNormalization().apply(x) as tf.SymbolicTensor;
  x = tf.layers.add().apply([x, input]) as tf.SymbolicTensor;
  return tf.layers.reLU().apply(x) as tf.SymbolicTensor;
}

export function buildModel(): tf.LayersModel {
  const input = tf.input({ shape: [32, 32, 3] });
  const stem = tf.layers.conv2d({ filters: 64, kernelSize: 3, padding: 'same' }).apply(input) as tf.SymbolicTensor;
  const branch = tf.layers.conv2d({ filters: 64, kernelSize: 3, padding: 'same' }).apply(stem) as tf.SymbolicTensor;
  const sum = tf.layers.add().apply([stem, branch]) as tf.SymbolicTensor;
  const pooled = tf.layers.globalAveragePooling2d({}).apply(sum) as tf.SymbolicTensor;
  const logits = tf.layers.dense({ units: 10 }).apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: logits });
}
