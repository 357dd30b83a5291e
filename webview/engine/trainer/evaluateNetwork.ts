import * as tf from '@tensorflow/tfjs-core';
import type { LabelledImages } from '../../../src/core/data/labelledImages';
import type { BlockId } from '../../../src/core/model/graph';
import { evaluationBatches } from '../feed/evaluationFeed';
import type { Batch } from '../feed/batch';
import type { Network } from '../network/buildNetwork';
import type { GradientExchange } from '../parallel/gradientExchange';
import { EvaluationSums, type BatchOutput, type Evaluation } from './evaluationSums';
import { imageTensor } from './trainStep';

/**
 * Runs the network in inference mode over the images `chosen` of `source`, and watches the gates of every SE block. Each worker of a group takes
 * a part of the images, and all get the evaluation of the whole.
 *
 * @param mayGoOn asked before every batch; when it says false the evaluation is given up
 * @returns undefined if it was given up
 */
export async function evaluateNetwork(
  network: Network,
  source: LabelledImages,
  chosen: Uint32Array,
  mayGoOn: () => Promise<boolean>,
  group: GradientExchange,
): Promise<Evaluation | undefined> {
  const { graph } = network;
  const sums = new EvaluationSums(graph);
  for (const batch of evaluationBatches(source, chosen, group)) {
    if (!(await mayGoOn())) return undefined;
    sums.add(await forwardBatch(network, batch), batch.labels);
  }
  if (group.size === 1) return sums.evaluation();
  const whole = new EvaluationSums(graph);
  for (const part of await group.gather(sums.state())) whole.merge(part);
  return whole.evaluation();
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
