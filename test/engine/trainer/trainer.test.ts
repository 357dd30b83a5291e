import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { writeNormalised } from '../../../src/core/data/augmentation';
import { splitImages } from '../../../src/core/data/split';
import { compileModel } from '../../../src/core/model/compileModel';
import { buildNetwork } from '../../../webview/engine/network/buildNetwork';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { startWasm } from '../support/startWasm';
import { eventsOf, runJob, tinyData, tinyOrder, withoutSeOrder, type RanJob } from './tinyJob';

const checkpointOf = ({ events }: RanJob, epoch: number) =>
  eventsOf(events, 'checkpoint').find((one) => one.epoch === epoch)!.data;

/** What must not depend on the clock. */
const learntFrom = ({ events }: RanJob) =>
  eventsOf(events, 'epoch').map(({ metrics, excitation }) => {
    const { imagesPerSecond: _pace, stepMs: _step, epochMs: _wall, ...learnt } = metrics;
    return { learnt, excitation };
  });

beforeAll(async () => {
  await startWasm();
});

describe('Trainer', () => {
  it('announces progress, each epoch, then its checkpoint', async () => {
    const { completed, events } = await runJob(tinyOrder());
    expect(completed).toBe(true);
    expect(events.filter(({ name }) => name !== 'progress').map(({ name }) => name)).toEqual(
      [1, 2, 3].flatMap(() => ['epoch', 'checkpoint']),
    );
    expect(eventsOf(events, 'epoch').map(({ metrics }) => metrics.epoch)).toEqual([1, 2, 3]);
    // The last step of an epoch is always told.
    const ends = eventsOf(events, 'progress').filter(({ step }) => step === 3);
    expect(ends.map(({ epoch, stepsPerEpoch }) => [epoch, stepsPerEpoch])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    const [first] = eventsOf(events, 'epoch');
    expect(first!.metrics).toMatchObject({ arm: 'b', seed: 1 });
    for (const { metrics } of eventsOf(events, 'epoch')) {
      expect(metrics.imagesPerSecond).toBeGreaterThan(0);
      expect(metrics.epochMs).toBeGreaterThanOrEqual(metrics.stepMs);
    }
    // Three epochs of three steps under a cosine without warm-up: 0.05 (1 + cos(pi t / 9)) / 2 at t = 2, 5, 8.
    const rates = eventsOf(events, 'epoch').map(({ metrics }) => metrics.learningRate);
    [2, 5, 8].forEach((step, index) =>
      expect(rates[index]).toBeCloseTo(0.025 * (1 + Math.cos((Math.PI * step) / 9)), 10),
    );
  });

  it('keeps the number of tensors flat and gives all back', async () => {
    const before = tf.memory().numTensors;
    const during: number[] = [];
    await runJob(tinyOrder(), ({ name }) => {
      if (name === 'checkpoint') during.push(tf.memory().numTensors);
    });
    expect(during).toEqual([during[0], during[0], during[0]]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('repeats a seed bit for bit, and another seed differs', async () => {
    const [first, again, other] = [
      await runJob(tinyOrder()),
      await runJob(tinyOrder()),
      await runJob(tinyOrder({}, { job: { arm: 'b', seed: 2 } })),
    ];
    expect(learntFrom(again)).toEqual(learntFrom(first));
    expect(checkpointOf(again, 3)).toEqual(checkpointOf(first, 3));
    expect(learntFrom(other)[0]!.learnt.trainLoss).not.toBe(learntFrom(first)[0]!.learnt.trainLoss);
  });

  it.each(['sgd', 'adam'] as const)(
    'goes on from a checkpoint as if never interrupted (%s)',
    async (optimizer) => {
      const recipe = { optimizer, learningRate: optimizer === 'adam' ? 1e-3 : 0.05 };
      const whole = await runJob(tinyOrder(recipe));
      for (const fromEpoch of [1, 2]) {
        const checkpoint = checkpointOf(whole, fromEpoch);
        const resumed = await runJob(tinyOrder(recipe, { fromEpoch, checkpoint }));
        expect(learntFrom(resumed)).toEqual(learntFrom(whole).slice(fromEpoch));
        expect(checkpointOf(resumed, 3)).toEqual(checkpointOf(whole, 3));
      }
    },
  );

  it('reports the accuracy and loss that the checkpointed weights have', async () => {
    const order = tinyOrder();
    const job = await runJob(order);
    const { metrics, excitation } = eventsOf(job.events, 'epoch')[2]!;
    const { tensors } = decodeCheckpoint(checkpointOf(job, 3));
    const { validation } = splitImages(tinyData.train.labels, { train: 36, validation: 12 }, 1);
    tf.tidy(() => {
      const network = buildNetwork(compileModel(order.spec), 99);
      for (const { info, variable } of network.parameters) {
        const stored = tensors.find(({ name }) => name === info.name)!;
        variable.assign(tf.tensor(stored.values, [...stored.shape]));
      }
      const pixels = new Float32Array(12 * 3072);
      const untouched = { shiftX: 0, shiftY: 0, flip: false };
      validation.forEach((image, slot) =>
        writeNormalised(tinyData.train.images, image, untouched, pixels, slot * 3072),
      );
      const labels = [...validation].map((image) => tinyData.train.labels[image]!);
      const gates = new Map<string, number[][]>();
      const logits = network.forward(tf.tensor4d(pixels, [12, 32, 32, 3]), {
        training: false,
        onGates: (block, values) => void gates.set(block, values.arraySync()),
      });
      const guesses = tf.argMax(logits, 1).arraySync() as number[];
      const right = guesses.filter((guess, index) => guess === labels[index]).length;
      expect(metrics.validationAccuracy).toBe(right / 12);
      const logProbabilities = tf.logSoftmax(logits).arraySync() as number[][];
      const losses = labels.map((label, index) => -logProbabilities[index]![label]!);
      expect(metrics.validationLoss).toBeCloseTo(losses.reduce((sum, one) => sum + one, 0) / 12, 5);

      expect(excitation!.blocks.map(({ block }) => block)).toEqual([...gates.keys()]);
      const first = excitation!.blocks[0]!;
      const ofClass3 = gates.get(first.block)!.filter((_, index) => labels[index] === 3);
      const mean = ofClass3.reduce((sum, row) => sum + row[1]!, 0) / ofClass3.length;
      expect(first.mean[3 * first.channels + 1]).toBeCloseTo(mean, 4);
      // And one by one those of the first image of each class.
      const classes = [...new Set(labels)].sort((one, other) => one - other);
      expect(excitation!.images).toEqual(classes.map((label) => ({ index: labels.indexOf(label), label })));
      const rows = gates.get(first.block)!;
      excitation!.images!.forEach(({ index }, row) =>
        rows[index]!.forEach((gate, channel) =>
          expect(first.imageGates![row * first.channels + channel]).toBeCloseTo(gate, 4),
        ),
      );
      network.dispose();
    });
  });

  it('trains without SE, and sees no gates there', async () => {
    const { events } = await runJob(withoutSeOrder(tinyOrder()));
    expect(eventsOf(events, 'epoch').map(({ excitation }) => excitation)).toEqual([null, null, null]);
  });

  it('stops between two steps, keeps no checkpoint of the unfinished epoch, and frees everything', async () => {
    const before = tf.memory().numTensors;
    const { completed, events } = await runJob(tinyOrder(), ({ name, data }, control) => {
      if (name === 'progress' && 'epoch' in data && data.epoch === 2) control.apply('stop');
    });
    expect(completed).toBe(false);
    expect(eventsOf(events, 'checkpoint').map(({ epoch }) => epoch)).toEqual([1]);
    expect(eventsOf(events, 'epoch')).toHaveLength(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stands still while paused and learns the same', async () => {
    const whole = await runJob(tinyOrder());
    let told = 0;
    const paused = await runJob(tinyOrder(), ({ name }, control) => {
      if (name === 'progress' && told++ === 0) control.apply('pause');
      if (name === 'paused') setTimeout(() => control.apply('resume'));
    });
    const names = paused.events.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['progress', 'paused']);
    expect(learntFrom(paused)).toEqual(learntFrom(whole));
  });

  it.each([
    ['fc.bias', /the loss in step 1 of epoch 2.*learning rate/],
    ['conv1.weight', /the loss in step 1 of epoch 2.*learning rate/],
    // Training does not read it.
    ['bn1.movingVariance', /A gate of layer1.0.se is/],
  ])('fails with a way out when %s is no number', async (poisoned, message) => {
    const healthy = await runJob(tinyOrder({}, { epochs: 1 }));
    const checkpoint = decodeCheckpoint(checkpointOf(healthy, 1));
    checkpoint.tensors.find(({ name }) => name === poisoned)!.values[0] = NaN;
    const before = tf.memory().numTensors;
    const told: string[] = [];
    const order = tinyOrder({}, { fromEpoch: 1, epochs: 2, checkpoint: encodeCheckpoint(checkpoint) });
    const failing = runJob(order, ({ name }) => told.push(name));
    await expect(failing).rejects.toMatchObject({
      code: 'engine/non-finite',
      message: expect.stringMatching(message) as string,
    });
    expect(told.filter((name) => name !== 'progress')).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses checkpoints of another model or epoch, and none, and frees everything', async () => {
    const whole = await runJob(tinyOrder({}, { epochs: 1 }));
    const checkpoint = checkpointOf(whole, 1);
    const before = tf.memory().numTensors;
    const refused = { code: 'storage/checkpoint' };
    await expect(runJob(tinyOrder({}, { fromEpoch: 2, checkpoint }))).rejects.toMatchObject(refused);
    await expect(runJob(tinyOrder({}, { fromEpoch: 1 }))).rejects.toMatchObject(refused);
    const other = withoutSeOrder(tinyOrder({}, { fromEpoch: 1, checkpoint }));
    await expect(runJob(other)).rejects.toMatchObject(refused);
    const adam = tinyOrder({ optimizer: 'adam' }, { fromEpoch: 1, checkpoint });
    await expect(runJob(adam)).rejects.toMatchObject(refused);
    expect(tf.memory().numTensors).toBe(before);
  });
});
