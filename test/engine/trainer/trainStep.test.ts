import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { compileModel } from '../../../src/core/model/compileModel';
import { splitImages } from '../../../src/core/data/split';
import { TrainingFeed } from '../../../webview/engine/feed/trainingFeed';
import { buildNetwork } from '../../../webview/engine/network/buildNetwork';
import { createOptimizer } from '../../../webview/engine/trainer/createOptimizer';
import { scoreLogits } from '../../../webview/engine/trainer/scoreLogits';
import { trainStep } from '../../../webview/engine/trainer/trainStep';
import { startWasm } from '../support/startWasm';
import { tinyData, tinyOrder } from './tinyJob';

beforeAll(async () => {
  await startWasm();
});

describe('trainStep', () => {
  it('gives the logits from before the update, and fits a batch it sees again and again', () => {
    const before = tf.memory().numTensors;
    const { spec } = tinyOrder();
    const network = buildNetwork(compileModel(spec), 1);
    const optimizer = createOptimizer(spec.training, network.parameters);
    const { train } = splitImages(tinyData.train.labels, { train: 20, validation: 0 }, 1);
    const feed = new TrainingFeed(tinyData.train, train, { batch: 20, seed: 1, augment: false });
    feed.startEpoch(1);
    const batch = feed.batch(0);

    const untrained = tf.tidy(() =>
      network.forward(tf.tensor4d(batch.images, [20, 32, 32, 3]), { training: true }).arraySync(),
    );
    const losses: number[] = [];
    for (let step = 0; step < 24; step++) {
      const logits = trainStep(network, optimizer, batch, { learningRate: 0.1, labelSmoothing: 0, step });
      if (step === 0) expect(logits.arraySync()).toEqual(untrained);
      losses.push(scoreLogits(logits.dataSync(), batch.labels, 10).loss / 20);
      logits.dispose();
    }
    expect(losses.at(-1)).toBeLessThan(0.6 * losses[0]!);

    optimizer.dispose();
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
