/** A network in TensorFlow.js whose SE block is a function. */
import * as tf from '@tensorflow/tfjs';

type Map4 = tf.SymbolicTensor;

function seBlock(x: Map4, channels: number, reduction = 4): Map4 {
  let s = tf.layers.globalAveragePooling2d({}).apply(x) as Map4;
  s = tf.layers.dense({ units: channels / reduction, activation: 'relu' }).apply(s) as Map4;
  s = tf.layers.dense({ units: channels, activation: 'sigmoid' }).apply(s) as Map4;
  s = tf.layers.reshape({ targetShape: [1, 1, channels] }).apply(s) as Map4;
  return tf.layers.multiply().apply([x, s]) as Map4;
}

const conv = (x: Map4, filters: number, strides = 1): Map4 =>
  tf.layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same' }).apply(x) as Map4;

function unit(x: Map4, filters: number, strides: number): Map4 {
  let y = tf.layers.reLU().apply(conv(x, filters, strides)) as Map4;
  y = conv(y, filters);
  y = seBlock(y, filters);
  const shortcut =
    strides === 1 ? x : (tf.layers.conv2d({ filters, kernelSize: 1, strides }).apply(x) as Map4);
  return tf.layers.reLU().apply(tf.layers.add().apply([y, shortcut])) as Map4;
}

export function createModel(classes = 10): tf.LayersModel {
  const inputs = tf.input({ shape: [32, 32, 3] });
  let x = conv(inputs, 16);
  for (const [index, filters] of [16, 32, 64].entries()) {
    x = unit(x, filters, index === 0 ? 1 : 2);
    x = unit(x, filters, 1);
  }
  const pooled = tf.layers.globalAveragePooling2d({}).apply(x);
  return tf.model({ inputs, outputs: tf.layers.dense({ units: classes }).apply(pooled) as Map4 });
}
