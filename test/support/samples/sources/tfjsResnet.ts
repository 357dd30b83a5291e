import * as tf from '@tensorflow/tfjs';

export interface BlockOptions {
  filters: number;
  kernelSize?: number;
  strides?: number;
}

function bottleneck(
  x: tf.SymbolicTensor,
  [f1, f2, f3]: [number, number, number],
  stage: string,
  s?: number,
): tf.SymbolicTensor {
  const name = `res${stage}_branch`;

  let newX = tf.layers
    .conv2d({ filters: f1, kernelSize: 1, strides: s ?? 1, padding: 'valid', name: name + '2a' })
    .apply(x) as tf.SymbolicTensor;
  newX = tf.layers.batchNormalization({ axis: 3 }).apply(newX) as tf.SymbolicTensor;
  newX = tf.layers.activation({ activation: 'relu' }).apply(newX) as tf.SymbolicTensor;

  newX = tf.layers.conv2d({ filters: f2, kernelSize: 3, padding: 'same', name: name + '2b' }).apply(newX) as tf.SymbolicTensor;
  newX = tf.layers.batchNormalization({ axis: 3 }).apply(newX) as tf.SymbolicTensor;
  newX = tf.layers.activation({ activation: 'relu' }).apply(newX) as tf.SymbolicTensor;

  newX = tf.layers.conv2d({ filters: f3, kernelSize: 1, padding: 'valid', name: name + '2c' }).apply(newX) as tf.SymbolicTensor;
  newX = tf.layers.batchNormalization({ axis: 3 }).apply(newX) as tf.SymbolicTensor;

  let shortcut: tf.SymbolicTensor | null = null;
  if (s) {
    shortcut = tf.layers.conv2d({ filters: f3, kernelSize: 1, strides: s, name: name + '1' }).apply(x) as tf.SymbolicTensor;
    shortcut = tf.layers.batchNormalization({ axis: 3 }).apply(shortcut) as tf.SymbolicTensor;
  }

  newX = tf.layers.add().apply([newX, shortcut || x]) as tf.SymbolicTensor;
  newX = tf.layers.activation({ activation: 'relu' }).apply(newX) as tf.SymbolicTensor;
  return newX;
}

/** Basic unit with constants, so that nothing can be assigned again. */
export const basicBlock = (input: tf.SymbolicTensor, options: BlockOptions): tf.SymbolicTensor => {
  const conv1 = tf.layers.conv2d({ filters: options.filters, kernelSize: 3, strides: options.strides ?? 1, padding: 'same' });
  const bn1 = tf.layers.batchNormalization();
  const conv2 = tf.layers.conv2d({ filters: options.filters, kernelSize: 3, padding: 'same' });
  const bn2 = tf.layers.batchNormalization();
  const hidden = tf.layers.reLU().apply(bn1.apply(conv1.apply(input))) as tf.SymbolicTensor;
  const branch = bn2.apply(conv2.apply(hidden)) as tf.SymbolicTensor;
  const identity =
    (options.strides ?? 1) === 1
      ? input
      : (tf.layers.conv2d({ filters: options.filters, kernelSize: 1, strides: options.strides ?? 1 }).apply(input) as tf.SymbolicTensor);
  const sum = tf.layers.add().apply([branch, identity]) as tf.SymbolicTensor;
  return tf.layers.reLU().apply(sum) as tf.SymbolicTensor;
};

const convLayer = (input: tf.SymbolicTensor, options: BlockOptions) => {
  let network = tf.layers.conv2d({
    kernelSize: options.kernelSize ?? 3,
    filters: options.filters,
    strides: 1,
    padding: 'same',
    useBias: false,
  }).apply(input) as tf.SymbolicTensor;
  network = tf.layers.batchNormalization({ axis: 3 })
    .apply(network) as tf.SymbolicTensor;
  network = tf.layers.leakyReLU().apply(network) as tf.SymbolicTensor;
  return network;
};

/** Two helper calls and a sum. */
const residualLayer = (input: tf.SymbolicTensor, options: BlockOptions) => {
  let network = convLayer(input, options);
  network = convLayer(network, options);

  network = tf.layers.add()
    .apply([network, input]) as tf.SymbolicTensor;
  network = tf.layers.activation({
    activation: 'relu'
  }).apply(network) as tf.SymbolicTensor;
  return network;
};

export function buildModel(inputShape: [number, number, number], classes: number): tf.LayersModel {
  const input = tf.input({ shape: inputShape });
  let x = tf.layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same' }).apply(input) as tf.SymbolicTensor;
  x = bottleneck(x, [8, 8, 32], '2a', 1);
  x = bottleneck(x, [8, 8, 32], '2b');
  x = basicBlock(x, { filters: 64, strides: 2 });
  x = residualLayer(x, { filters: 64 });
  const pooled = tf.layers.globalAveragePooling2d({}).apply(x) as tf.SymbolicTensor;
  const logits = tf.layers.dense({ units: classes }).apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: logits });
}
