import * as tf from '@tensorflow/tfjs-core';
import { IMAGE_CHANNELS, IMAGE_HEIGHT, IMAGE_WIDTH } from '../../../src/core/data/labelledImages';
import type { Batch } from '../feed/batch';
import type { Network } from '../network/buildNetwork';
import { softmaxCrossEntropy } from '../kernels/softmaxCrossEntropy';
import type { Optimizer } from './optimizer';

export interface StepSettings {
  learningRate: number;
  labelSmoothing: number;
  /** Steps of the whole job done before this one. */
  step: number;
}

export interface StepGradients {
  /** [n, classes], from before the update. Kept out of the tidy: the caller disposes it. */
  logits: tf.Tensor2D;
  /** Of the batch's mean loss, by variable name. */
  gradients: tf.NamedTensorMap;
}

/** Forward, loss and gradients; moves the moving statistics on. To be called in a tidy. */
export function computeGradients(network: Network, batch: Batch, labelSmoothing: number): StepGradients {
  const trainable = network.parameters.filter(({ info }) => info.trainable).map(({ variable }) => variable);
  const images = imageTensor(batch);
  const labels = tf.tensor1d(batch.labels, 'int32');
  let logits: tf.Tensor2D | undefined;
  const { grads } = tf.variableGrads(() => {
    // Kept: variableGrads would throw away everything but the loss, and a second forward pass costs a third of a step.
    logits = tf.keep(network.forward(images, { training: true }));
    return softmaxCrossEntropy(logits, labels, labelSmoothing);
  }, trainable);
  return { logits: logits!, gradients: grads };
}

/** One step: forward, loss, gradients, update. Returns the logits [n, classes] from before the update, for the caller to read and dispose. */
export function trainStep(
  network: Network,
  optimizer: Optimizer,
  batch: Batch,
  settings: StepSettings,
): tf.Tensor2D {
  return tf.tidy(() => {
    const { logits, gradients } = computeGradients(network, batch, settings.labelSmoothing);
    optimizer.update(gradients, settings.learningRate, settings.step);
    return logits;
  });
}

/** [n, 32, 32, 3] float32. */
export function imageTensor({ images, labels }: Batch): tf.Tensor4D {
  return tf.tensor4d(images, [labels.length, IMAGE_HEIGHT, IMAGE_WIDTH, IMAGE_CHANNELS], 'float32');
}
