import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { StepReadout } from '../../../webview/engine/trainer/stepReadout';
import { startWasm } from '../support/startWasm';

const at = (step: number) => ({ epoch: 1, step, learningRate: 0.1 });
const steps = [
  [3, 1, 0, 2],
  [1, 1, 4, 0],
  [0, 2, 2, 0],
];

beforeAll(async () => {
  await startWasm();
});

describe.each([false, true])('StepReadout, late: %s', (late) => {
  it('adds up every step of the epoch, and starts the next from nothing', async () => {
    const before = tf.memory().numTensors;
    const readout = new StepReadout(late);
    // The feed reuses its array: each step's labels are gone when the next is made.
    const labels = new Int32Array(2);
    for (const [index, logits] of steps.entries()) {
      labels.set([index % 2, 1]);
      await readout.add({ logits: tf.tensor2d(logits, [2, 2]), labels, ...at(index + 1) });
    }
    const entropy = (own: number, other: number) => Math.log(1 + Math.exp(other - own));
    // The three labels of the first images are 0, 1, 0; all second images have label 1.
    const wanted =
      entropy(3, 1) + entropy(2, 0) + entropy(1, 1) + entropy(0, 4) + entropy(0, 2) + entropy(0, 2);
    const score = await readout.finishEpoch();
    expect(score).toMatchObject({ images: 6, correct: 2 });
    expect(score.loss).toBeCloseTo(wanted, 5);
    expect(readout.lastLoss).toBeCloseTo(entropy(0, 2), 5);
    expect(await readout.finishEpoch()).toEqual({ images: 0, loss: 0, correct: 0 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names the step whose loss is no number', async () => {
    const before = tf.memory().numTensors;
    const readout = new StepReadout(late);
    const run = async () => {
      await readout.add({ logits: tf.tensor2d([0, 1], [1, 2]), labels: Int32Array.of(0), ...at(1) });
      await readout.add({ logits: tf.tensor2d([0, NaN], [1, 2]), labels: Int32Array.of(0), ...at(2) });
      await readout.finishEpoch();
    };
    await expect(run()).rejects.toMatchObject({
      code: 'engine/non-finite',
      message: expect.stringContaining('step 2 of epoch 1') as string,
    });
    readout.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('StepReadout', () => {
  it('reads a step late only when the next one is there', async () => {
    const readout = new StepReadout(true);
    await readout.add({ logits: tf.tensor2d([0, 0], [1, 2]), labels: Int32Array.of(0), ...at(1) });
    expect(readout.lastLoss).toBeNaN();
    await readout.add({ logits: tf.tensor2d([9, 0], [1, 2]), labels: Int32Array.of(0), ...at(2) });
    expect(readout.lastLoss).toBeCloseTo(Math.LN2, 6);
    readout.dispose();
  });
});
