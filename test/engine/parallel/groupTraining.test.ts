import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { createSynthetic } from '../../../src/core/data/synthetic';
import { compileModel } from '../../../src/core/model/compileModel';
import { buildNetwork } from '../../../webview/engine/network/buildNetwork';
import { GradientExchange } from '../../../webview/engine/parallel/gradientExchange';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { createOptimizer } from '../../../webview/engine/trainer/createOptimizer';
import { evaluateNetwork } from '../../../webview/engine/trainer/evaluateNetwork';
import { restoreState } from '../../../webview/engine/trainer/trainingState';
import { startWasm } from '../support/startWasm';
import { eventsOf, runJob, tinyOrder } from '../trainer/tinyJob';
import { runGroup, type GroupRun } from './group';

beforeAll(async () => {
  await startWasm();
});

const checkpointOf = ({ events }: GroupRun, epoch: number) =>
  eventsOf(events[0]!, 'checkpoint').find((one) => one.epoch === epoch)!.data;

const learntFrom = ({ events }: GroupRun) =>
  eventsOf(events[0]!, 'epoch').map(({ metrics, excitation }) => {
    const { imagesPerSecond: _pace, stepMs: _step, epochMs: _wall, ...learnt } = metrics;
    return { learnt, excitation };
  });

const completed = (size: number) =>
  Array.from({ length: size }, () => ({ status: 'fulfilled', value: true }));

describe('a group of workers', () => {
  it('trains one job: the leader tells it, the others are silent, and all end', async () => {
    const before = tf.memory().numTensors;
    const during: number[] = [];
    const run = await runGroup(tinyOrder(), 2, {
      onEvent: ({ name }) => {
        if (name === 'checkpoint') during.push(tf.memory().numTensors);
      },
    });
    expect(run.ends).toEqual(completed(2));
    const told = run.events[0]!.map(({ name }) => name).filter((name) => name !== 'progress');
    expect(told).toEqual([1, 2, 3].flatMap(() => ['epoch', 'checkpoint']));
    expect(run.events[1]).toEqual([]);
    expect(eventsOf(run.events[0]!, 'progress').at(-1)).toMatchObject({ step: 3, stepsPerEpoch: 3 });
    // The other worker's next step may have begun, or not: a tensor or two of its batch.
    expect(Math.max(...during) - Math.min(...during)).toBeLessThanOrEqual(2);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('finds the same to the last bit in a second run, and goes on from a checkpoint as if never interrupted', async () => {
    const [whole, again] = [await runGroup(tinyOrder(), 3), await runGroup(tinyOrder(), 3)];
    expect(learntFrom(again)).toEqual(learntFrom(whole));
    expect(checkpointOf(again, 3)).toEqual(checkpointOf(whole, 3));
    const order = tinyOrder({}, { fromEpoch: 2, checkpoint: checkpointOf(whole, 2) });
    const resumed = await runGroup(order, 3);
    expect(learntFrom(resumed)).toEqual(learntFrom(whole).slice(2));
    expect(checkpointOf(resumed, 3)).toEqual(checkpointOf(whole, 3));
  });

  it('learns about what one worker learns: only batch norm sees smaller batches', async () => {
    const order = tinyOrder({ learningRate: 1e-4 }, { epochs: 1 });
    const alone = eventsOf((await runJob(order)).events, 'epoch')[0]!.metrics;
    const together = eventsOf((await runGroup(order, 2)).events[0]!, 'epoch')[0]!.metrics;
    // The weights hardly move, so this is the loss of the same images in batches of 12 and of 6, which differ by the noise of their statistics.
    expect(Math.abs(together.trainLoss / alone.trainLoss - 1)).toBeLessThan(0.1);
    expect(together.learningRate).toBe(alone.learningRate);
  });

  it('shares the evaluation, and finds what one worker would', async () => {
    const data = createSynthetic(5, { train: 24, test: 230 });
    const order = tinyOrder({ subset: 24, validationSplit: 0 }, { epochs: 1 });
    const run = await runGroup(order, 2, { data });
    const { metrics, excitation } = eventsOf(run.events[0]!, 'epoch')[0]!;

    const network = buildNetwork(compileModel(order.spec), 99);
    const optimizer = createOptimizer(order.recipe, network.parameters);
    restoreState(network, optimizer, decodeCheckpoint(checkpointOf(run, 1)));
    const all = Uint32Array.from({ length: 230 }, (_, index) => index);
    const alone = new GradientExchange(0, []);
    const single = (await evaluateNetwork(
      network,
      { source: data.test, indices: all },
      async () => true,
      alone,
    ))!;
    network.dispose();
    optimizer.dispose();
    expect(metrics.validationLoss).toBeCloseTo(single.loss, 10);
    expect(metrics.validationAccuracy).toBe(single.accuracy);
    expect(excitation!.imagesPerClass).toEqual(single.excitation!.imagesPerClass);
    expect(excitation!.images).toHaveLength(10);
    expect(excitation!.images).toEqual(single.excitation!.images);
    excitation!.blocks.forEach((block, index) => {
      const other = single.excitation!.blocks[index]!;
      expect(block.imageGates).toEqual(other.imageGates);
      expect(block.imageGates).toHaveLength(10 * block.channels);
      expect([block.block, block.saturatedLow, block.saturatedHigh]).toEqual([
        other.block,
        other.saturatedLow,
        other.saturatedHigh,
      ]);
      // Told to five decimals; the order of the sums may round the last one the other way.
      block.mean.forEach((gate, at) => expect(Math.abs(gate - other.mean[at]!)).toBeLessThan(1.5e-5));
      block.deviation.forEach((spread, at) =>
        expect(Math.abs(spread - other.deviation[at]!)).toBeLessThan(1.5e-5),
      );
    });
  });

  it('obeys through its leader: all stand still in a pause, and all end when it is stopped', async () => {
    let told = 0;
    const run = await runGroup(tinyOrder({}, { epochs: 1000 }), 2, {
      onEvent: ({ name }, leader) => {
        if (name === 'progress' && told++ === 0) leader.apply('pause');
        if (name === 'paused') setTimeout(() => leader.apply('resume'));
        if (name === 'epoch') leader.apply('stop');
      },
    });
    expect(run.ends).toEqual([1, 2].map(() => ({ status: 'fulfilled', value: false })));
    expect(run.events[0]!.slice(0, 2).map(({ name }) => name)).toEqual(['progress', 'paused']);
    expect(eventsOf(run.events[0]!, 'epoch').length).toBe(1);
  });

  it('fails as a whole, with the reason, when training diverges', async () => {
    const healthy = await runGroup(tinyOrder({}, { epochs: 1 }), 2);
    for (const poisoned of ['fc.bias', 'conv1.weight']) {
      const checkpoint = decodeCheckpoint(checkpointOf(healthy, 1));
      checkpoint.tensors.find(({ name }) => name === poisoned)!.values[0] = NaN;
      const before = tf.memory().numTensors;
      // More epochs, so that the others are waiting for the leader when it finds the damage.
      const order = tinyOrder({}, { fromEpoch: 1, epochs: 5, checkpoint: encodeCheckpoint(checkpoint) });
      const run = await runGroup(order, 2);
      for (const end of run.ends) {
        expect(end).toMatchObject({ status: 'rejected', reason: { code: 'engine/non-finite' } });
      }
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it('fails as a whole when one worker is gone, or when a batch has not an image for each', async () => {
    const run = await runGroup(tinyOrder({}, { epochs: 1000 }), 2, {
      onEvent: ({ name }, _, ports) => {
        if (name === 'checkpoint') ports[1]![0]!.close();
      },
    });
    expect(run.ends[0]).toMatchObject({ status: 'rejected', reason: { code: 'engine/peer-lost' } });

    const tiny = await runGroup(tinyOrder({ batch: 2 }), 3);
    for (const end of tiny.ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'engine/empty-shard' } });
    }
  });
});
