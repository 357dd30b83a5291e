import * as tf from '@tensorflow/tfjs-core';
import type { LabelledImages } from '../../../src/core/data/labelledImages';
import { ExcitationAccumulator } from '../../../src/core/excitation/excitationAccumulator';
import type { ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import type { BlockId } from '../../../src/core/model/graph';
import { evaluationBatches } from '../feed/evaluationFeed';
import type { Batch } from '../feed/batch';
import type { Network } from '../network/buildNetwork';
import { scoreLogits, type Score } from './scoreLogits';
import { imageTensor } from './trainStep';

export interface Evaluation {
  /** Mean cross-entropy, in nats. */
  loss: number;
  accuracy: number;
  /** Null for a network without SE. */
  excitation: ExcitationSummary | null;
}

/**
 * Runs the network in inference mode over the images `chosen` of `source`, and watches the gates of every SE block.
 *
 * @param mayGoOn asked before every batch; when it says false the evaluation is given up
 * @returns undefined if it was given up
 */
export async function evaluateNetwork(
  network: Network,
  source: LabelledImages,
  chosen: Uint32Array,
  mayGoOn: () => Promise<boolean>,
): Promise<Evaluation | undefined> {
  const { blocks, classes } = network.graph;
  const gates = new ExcitationAccumulator(blocks, classes);
  const total: Score = { images: 0, loss: 0, correct: 0 };
  for (const batch of evaluationBatches(source, chosen)) {
    if (!(await mayGoOn())) return undefined;
    const output = await forwardBatch(network, batch);
    const score = scoreLogits(output.logits, batch.labels, classes);
    total.images += score.images;
    total.loss += score.loss;
    total.correct += score.correct;
    for (const [block, values] of output.gates) gates.add(block, values, batch.labels);
  }
  return {
    loss: total.loss / total.images,
    accuracy: total.correct / total.images,
    excitation: blocks.length === 0 ? null : gates.summary(),
  };
}

export interface BatchOutput {
  /** [n, classes], row-major. */
  logits: Float32Array;
  /** Gates [n, C] of each SE block, row-major. */
  gates: [BlockId, Float32Array][];
}

/** Logits and gates of one batch, in inference mode. */
export async function forwardBatch(network: Network, batch: Batch): Promise<BatchOutput> {
  const watched: [BlockId, tf.Tensor2D][] = [];
  const logits = tf.tidy(() =>
    network.forward(imageTensor(batch), {
      training: false,
      onGates: (block, gates) => watched.push([block, tf.keep(gates)]),
    }),
  );
  try {
    const read = async (tensor: tf.Tensor) => (await tensor.data()) as Float32Array;
    return {
      logits: await read(logits),
      gates: await Promise.all(
        watched.map(async ([block, gates]): Promise<[BlockId, Float32Array]> => [block, await read(gates)]),
      ),
    };
  } finally {
    logits.dispose();
    for (const [, gates] of watched) gates.dispose();
  }
}
