import * as tf from '@tensorflow/tfjs-core';
import { NO_AUGMENTATION, writeNormalised } from '../../../src/core/data/augmentation';
import { IMAGE_BYTES } from '../../../src/core/data/labelledImages';
import type { BlockId, NodeId, Op } from '../../../src/core/model/graph';
import type { Result } from '../../../src/protocol/contract';
import type { WorkerContract } from '../../../src/protocol/uiWorkerContract';
import type { Batch } from '../feed/batch';
import type { SteppedNetwork } from '../network/network';
import { largestOf } from '../trainer/scoreLogits';
import { imageTensor } from '../trainer/trainStep';
import { gradCam, pooledAlphas } from './gradCam';
import { unusable } from './imageChoice';

/**
 * Probabilities, gates and Grad-CAM of images.
 *
 * @param pixels 8-bit RGB [n, 32, 32, 3]
 * @param classes [n], to explain; null for the predicted one
 * @throws PlaygroundError `engine/images` if the classes do not fit images and model
 */
export async function lookAtImages(
  network: SteppedNetwork,
  pixels: Uint8Array,
  classes: readonly (number | null)[],
): Promise<Result<WorkerContract, 'lookAt'>> {
  const { graph, steps } = network;
  const images = pixels.length / IMAGE_BYTES;
  if (classes.length !== images)
    throw unusable(`${classes.length} classes are not one for each of ${images} images`);
  const strange = classes.find((label) => label !== null && label >= graph.classes);
  if (strange !== undefined)
    throw unusable(`the model has classes 0 to ${graph.classes - 1}, and no ${strange}`);
  const pool = headStep(network);
  const head = graph.nodes.at(-1)!;
  const watched: [BlockId, tf.Tensor2D][] = [];
  const { features, logits } = tf.tidy(() => {
    const reached = network.advance(network.begin(imageTensor(normalised(pixels, images))), pool, {
      training: false,
      onGates: (block, gates) => watched.push([block, tf.keep(gates)]),
    });
    const end = network.advance(reached, steps.length, { training: false });
    return {
      features: reached.values.get(steps[pool]!.inputs[0]!) as tf.Tensor4D,
      logits: end.values.get(head.id) as tf.Tensor2D,
    };
  });
  try {
    const [, height, width, channels] = features.shape;
    const read = (tensor: tf.Tensor) => tensor.data() as Promise<Float32Array<ArrayBuffer>>;
    const scores = await read(logits);
    const explained = classes.map(
      (label, image) => label ?? largestOf(scores, image * graph.classes, graph.classes),
    );
    const map = { features: await read(features), images, height, width, channels };
    const alphas = isPooled(network, pool)
      ? pooledAlphas(map, await read(weightOf(network, head.id)), graph.classes, explained)
      : await headAlphas(network, pool, features, explained);
    return {
      probabilities: softmax(scores, graph.classes),
      gates: await Promise.all(watched.map(async ([block, gates]) => ({ block, gates: await read(gates) }))),
      maps: gradCam(map, alphas),
      height,
      width,
      explained,
    };
  } finally {
    tf.dispose([features, logits, ...watched.map(([, gates]) => gates)]);
  }
}

/** The first step that makes a vector of the images: what comes before has places. */
function headStep({ steps }: SteppedNetwork): number {
  return steps.findIndex(({ nodes }) => HEADS.has(nodes[0]?.attributes.op));
}

const HEADS: ReadonlySet<Op['op'] | undefined> = new Set(['globalAveragePool', 'flatten']);

/** Whether pooling and one dense layer are all that is left. */
function isPooled({ steps }: SteppedNetwork, pool: number): boolean {
  return steps[pool]?.nodes[0]?.attributes.op === 'globalAveragePool' && pool === steps.length - 2;
}

/** Eq. 1 by automatic differentiation through the head: [n, C]. */
async function headAlphas(
  network: SteppedNetwork,
  step: number,
  features: tf.Tensor4D,
  explained: readonly number[],
): Promise<Float32Array> {
  const { steps, graph } = network;
  const alphas = tf.tidy(() => {
    const scoresOf = (input: tf.Tensor) => {
      const values = new Map([[steps[step]!.inputs[0]!, input]]);
      const end = network.advance({ step, values }, steps.length, { training: false });
      const chosen = tf.oneHot(tf.tensor1d([...explained], 'int32'), graph.classes);
      return tf.sum(tf.mul(end.values.get(graph.nodes.at(-1)!.id)!, chosen));
    };
    return tf.mean(tf.grad(scoresOf)(features), [1, 2]);
  });
  try {
    return (await alphas.data()) as Float32Array;
  } finally {
    alphas.dispose();
  }
}

function weightOf({ parameters }: SteppedNetwork, node: NodeId): tf.Variable {
  return parameters.find(({ info }) => info.name === `${node}.weight`)!.variable;
}

function normalised(pixels: Uint8Array, count: number): Batch {
  const images = new Float32Array(count * IMAGE_BYTES);
  for (let image = 0; image < count; image++) {
    writeNormalised(pixels, image, NO_AUGMENTATION, images, image * IMAGE_BYTES);
  }
  return { images, labels: new Int32Array(count) };
}

/** Of each row [classes]. */
function softmax(logits: Float32Array, classes: number): Float32Array<ArrayBuffer> {
  const probabilities = new Float32Array(logits.length);
  for (let row = 0; row < logits.length; row += classes) {
    const largest = logits[row + largestOf(logits, row, classes)]!;
    let sum = 0;
    for (let index = 0; index < classes; index++) sum += Math.exp(logits[row + index]! - largest);
    for (let index = 0; index < classes; index++) {
      probabilities[row + index] = Math.exp(logits[row + index]! - largest) / sum;
    }
  }
  return probabilities;
}
