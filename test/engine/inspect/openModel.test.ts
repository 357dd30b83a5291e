import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GateEdit } from '../../../src/core/excitation/gateEdit';
import { OpenModel } from '../../../webview/engine/inspect/openModel';
import { referenceForward } from '../support/referenceNetwork';
import { startWasm } from '../support/startWasm';
import { tinyData } from '../trainer/tinyJob';
import { inspectedModel } from './inspectedModel';

/** Lets the runner's own messages through, as a worker does the page's: it gives up on a process that is silent for a minute. */
const always = () => new Promise<true>((resolve) => setImmediate(() => resolve(true)));
const inspected = inspectedModel();
const { order, graph, values, chosen, labels, images } = inspected;
const every = labels.map((_, index) => index);

beforeAll(async () => {
  await startWasm();
});

describe('OpenModel', () => {
  let model: OpenModel;
  let before: number;
  beforeEach(() => {
    before = tf.memory().numTensors;
    model = new OpenModel(order, tinyData);
  });
  afterEach(() => {
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('shows the images that the trainer validates on', () => {
    expect([model.epoch, model.imageCount, model.classes]).toEqual([5, 24, 10]);
    const { pixels, labels: told } = model.images([3, 23]);
    expect(told).toEqual([labels[3], labels[23]]);
    const last = chosen[23]! * 3072;
    expect(pixels.subarray(3072)).toEqual(tinyData.train.images.subarray(last, last + 3072));
    expect(() => model.images([24])).toThrow('24 validation images, and no number 24');
  });

  it('records gates that plain loops find too, and means that follow from them', async () => {
    const trace = await model.recordTrace(every, always);
    expect(trace.labels).toEqual(labels);
    const expected = referenceForward(graph, values, images, false).gates;
    expect(trace.blocks.map(({ block }) => block)).toEqual([...expected.keys()]);
    for (const { block, channels, imageGates, mean, deviation } of trace.blocks) {
      const gates = expected.get(block)!;
      expect(imageGates).toHaveLength(gates.length);
      imageGates.forEach((gate, at) => expect(Math.abs(gate - gates[at]!)).toBeLessThan(1e-5));
      trace.imagesPerClass.forEach((count, label) => {
        const rows = every.filter((index) => labels[index] === label);
        expect(count).toBe(rows.length);
        for (let channel = 0; channel < channels && count > 0; channel++) {
          const own = rows.map((row) => imageGates[row * channels + channel]!);
          const average = own.reduce((sum, gate) => sum + gate, 0) / count;
          const square = own.reduce((sum, gate) => sum + (gate - average) ** 2, 0) / count;
          expect(mean[label * channels + channel]).toBeCloseTo(average, 6);
          expect(deviation[label * channels + channel]).toBeCloseTo(Math.sqrt(square), 5);
        }
      });
    }
  });

  it('records the gates of chosen images in the order they were asked for', async () => {
    const whole = await model.recordTrace(every, always);
    const some = await model.recordTrace([20, 4], always);
    expect(some.labels).toEqual([labels[20], labels[4]]);
    some.blocks.forEach(({ imageGates, channels, mean }, index) => {
      const { imageGates: all, mean: wholeMean } = whole.blocks[index]!;
      const rowOf = (image: number) => [...all.slice(image * channels, (image + 1) * channels)];
      expect([...imageGates]).toEqual([...rowOf(20), ...rowOf(4)]);
      expect(mean).toEqual(wholeMean);
    });
    const none = await model.recordTrace([], always);
    expect(none.blocks.map(({ imageGates }) => imageGates.length)).toEqual([0, 0, 0]);
  });

  it('knocks nothing out without edits, and the same whichever block was edited before', async () => {
    const plain = await model.knockOut([], always);
    const [first, , last] = graph.blocks;
    const edits = (id: string): GateEdit[] => [{ block: id, channels: [1], to: 'zero' }];
    const results = [];
    for (const { id } of [last!, first!, last!, first!])
      results.push(await model.knockOut(edits(id), always));
    expect(results[2]).toEqual(results[0]);
    expect(results[3]).toEqual(results[1]);
    expect(results[0]!.loss).not.toBe(plain.loss);
    expect(await model.knockOut([], always)).toEqual(plain);
    expect(plain.correct.reduce((sum, one) => sum + one, 0) / 24).toBeCloseTo(plain.accuracy, 12);
  });

  it('refuses edits that do not fit, and gives up when it is told to', async () => {
    const { id } = graph.blocks[0]!;
    const knockOut = (block: string, channels: number[]) =>
      model.knockOut([{ block, channels, to: 'mean' }], always);
    await expect(knockOut('layer9.0.se', [0])).rejects.toMatchObject({ code: 'engine/gate-edit' });
    await expect(knockOut(id, [4])).rejects.toThrow('channels 0 to 3, and no 4');
    expect(model.channelsOf(id)).toBe(4);
    expect(() => model.channelsOf('no')).toThrow('no SE block no');
    const edits: GateEdit[] = [{ block: id, channels: null, to: 'zero' }];
    await expect(model.knockOut(edits, () => Promise.resolve(false))).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('refuses the checkpoint of another model', () => {
    const other = inspectedModel({ hidden: 2 });
    const mixed = { ...other.order, checkpoint: order.checkpoint };
    const tensors = tf.memory().numTensors;
    expect(() => new OpenModel(mixed, tinyData)).toThrow(
      expect.objectContaining({ code: 'storage/checkpoint' }) as Error,
    );
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('a model without SE', () => {
  it('can be looked into, and has no gates', async () => {
    const { order: plain } = inspectedModel('none');
    const model = new OpenModel(plain, tinyData);
    const trace = await model.recordTrace([1], always);
    expect(trace.blocks).toEqual([]);
    expect(trace.imagesPerClass.reduce((sum, count) => sum + count, 0)).toBe(24);
    const { correct, accuracy } = await model.knockOut([], always);
    expect(correct).toHaveLength(24);
    expect(accuracy).toBeLessThanOrEqual(1);
    const { gates, maps } = await model.lookAt({ kind: 'validation', indices: [0] }, [null]);
    expect([gates.length, maps.length]).toEqual([0, 64]);
    model.dispose();
  });
});
