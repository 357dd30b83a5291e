import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { writeNormalised } from '../../../src/core/data/augmentation';
import { splitImages } from '../../../src/core/data/split';
import type { GateEdit } from '../../../src/core/excitation/gateEdit';
import { OpenModel } from '../../../webview/engine/inspect/openModel';
import { referenceForward } from '../support/referenceNetwork';
import { startWasm } from '../support/startWasm';
import { tinyData } from '../trainer/tinyJob';
import { inspectedModel } from './inspectedModel';

const always = () => Promise.resolve(true);
const { order, graph, values } = inspectedModel();
/** The validation images by the trainer's rule, [24, 32, 32, 3] normalised, and their labels. */
const chosen = splitImages(tinyData.train.labels, { train: 24, validation: 24 }, order.seed).validation;
const labels = Array.from(chosen, (image) => tinyData.train.labels[image]!);
const images = (() => {
  const data = new Float32Array(24 * 3072);
  const still = { shiftX: 0, shiftY: 0, flip: false };
  chosen.forEach((image, slot) => writeNormalised(tinyData.train.images, image, still, data, slot * 3072));
  return { shape: [24, 32, 32, 3] as [number, number, number, number], data: Float64Array.from(data) };
})();

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
    expect(pixels.subarray(3072)).toEqual(
      tinyData.train.images.subarray(chosen[23]! * 3072, chosen[23]! * 3072 + 3072),
    );
    expect(() => model.images([24])).toThrow('24 validation images, and no number 24');
  });

  it('records gates that plain loops find too, and means that follow from them', async () => {
    const all = Array.from({ length: 24 }, (_, index) => index);
    const trace = await model.recordTrace(all, always);
    expect(trace.labels).toEqual(labels);
    const expected = referenceForward(graph, values, images, false).gates;
    expect(trace.blocks.map(({ block }) => block)).toEqual([...expected.keys()]);
    for (const { block, channels, imageGates, mean, deviation } of trace.blocks) {
      const gates = expected.get(block)!;
      imageGates.forEach((gate, at) => expect(Math.abs(gate - gates[at]!)).toBeLessThan(1e-5));
      trace.imagesPerClass.forEach((count, label) => {
        const rows = all.filter((index) => labels[index] === label);
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
});
