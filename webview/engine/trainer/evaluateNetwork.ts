import * as tf from '@tensorflow/tfjs-core';
import type { ChosenImage } from '../../../src/core/excitation/excitationSummary';
import type { BlockId } from '../../../src/core/model/graph';
import { evaluationBatches } from '../feed/evaluationFeed';
import type { ChosenImages } from '../feed/splitDataset';
import type { Batch } from '../feed/batch';
import type { Network } from '../network/buildNetwork';
import type { GradientExchange } from '../parallel/gradientExchange';
import { EvaluationSums, type BatchOutput, type Evaluation } from './evaluationSums';
import { imageTensor } from './trainStep';

/**
 * Runs the network in inference mode over the images `chosen`, and watches the gates of every SE block; those of the first
 * image of each class are kept one by one. Each worker of a group takes a part of the images, and all get the evaluation of the whole.
 *
 * @param mayGoOn asked before every batch; when it says false the evaluation is given up
 * @returns undefined if it was given up
 */
export async function evaluateNetwork(
  network: Network,
  chosen: ChosenImages,
  mayGoOn: () => Promise<boolean>,
  group: GradientExchange,
): Promise<Evaluation | undefined> {
  const { graph } = network;
  const examples = firstOfEachClass(chosen);
  const sums = new EvaluationSums(graph, examples);
  for (const batch of evaluationBatches(chosen, group)) {
    if (!(await mayGoOn())) return undefined;
    sums.add(await forwardBatch(network, batch), batch.labels, batch.first);
  }
  if (group.size === 1) return sums.evaluation();
  const whole = new EvaluationSums(graph, examples);
  for (const part of await group.gather(sums.state())) whole.merge(part);
  return whole.evaluation();
}

/** One image of each class that has some, in the order of the classes. */
export function firstOfEachClass({ source, indices }: ChosenImages): ChosenImage[] {
  const first = new Map<number, number>();
  indices.forEach((image, index) => {
    const label = source.labels[image]!;
    if (!first.has(label)) first.set(label, index);
  });
  return [...first].map(([label, index]) => ({ index, label })).sort((one, other) => one.label - other.label);
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
