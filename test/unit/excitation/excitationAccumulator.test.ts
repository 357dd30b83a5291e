import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { PlaygroundError } from '../../../src/core/errors';
import { ExcitationAccumulator } from '../../../src/core/excitation/excitationAccumulator';
import { excitationSummary } from '../../../src/protocol/schemas';

/** The summaries keep five decimals. */
const DECIMALS = 5;

interface Batch {
  gates: number[];
  labels: number[];
}

const CHANNELS = 3;
const CLASSES = 4;
const batches: fc.Arbitrary<Batch[]> = fc.array(
  fc
    .array(
      fc.tuple(
        fc.nat(CLASSES - 1),
        fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: CHANNELS, maxLength: CHANNELS }),
      ),
      { maxLength: 12 },
    )
    .map((images) => ({
      labels: images.map(([label]) => label),
      gates: images.flatMap(([, gates]) => gates),
    })),
  { maxLength: 6 },
);

/** Recomputed from all gates at once, by the textbook definitions. */
function oracle(all: Batch[]) {
  const images = all.flatMap(({ gates, labels }) =>
    labels.map((label, index) => ({ label, gates: gates.slice(index * CHANNELS, (index + 1) * CHANNELS) })),
  );
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let label = 0; label < CLASSES; label++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      const values = images.filter((image) => image.label === label).map((image) => image.gates[channel]!);
      const center = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
      const variance =
        values.reduce((sum, value) => sum + (value - center) ** 2, 0) / Math.max(1, values.length);
      mean.push(center);
      deviation.push(Math.sqrt(variance));
    }
  }
  const flat = images.flatMap((image) => image.gates);
  const share = (test: (gate: number) => boolean) =>
    flat.length === 0 ? 0 : flat.filter(test).length / flat.length;
  return {
    mean,
    deviation,
    low: share((gate) => gate < 0.05),
    high: share((gate) => gate > 0.95),
    imagesPerClass: Array.from(
      { length: CLASSES },
      (_, label) => images.filter((image) => image.label === label).length,
    ),
  };
}

describe('ExcitationAccumulator', () => {
  it('agrees with plain recomputation, however the images are batched and in whatever parts they are summed', () => {
    fc.assert(
      fc.property(batches, fc.nat(6), (all, cut) => {
        const sumOf = (some: Batch[]) => {
          const sums = new ExcitationAccumulator([{ id: 'layer1.0.se', channels: CHANNELS }], CLASSES);
          for (const { gates, labels } of some) sums.add('layer1.0.se', Float32Array.from(gates), labels);
          return sums;
        };
        const accumulator = sumOf(all.slice(0, cut));
        accumulator.merge(sumOf(all.slice(cut)).state());
        const summary = accumulator.summary();
        const expected = oracle(all);
        const [block] = summary.blocks;
        expect(summary).toMatchObject({ classes: CLASSES, imagesPerClass: expected.imagesPerClass });
        expected.mean.forEach((value, at) => expect(block!.mean[at]).toBeCloseTo(value, DECIMALS - 1));
        expected.deviation.forEach((value, at) =>
          expect(block!.deviation[at]).toBeCloseTo(value, DECIMALS - 1),
        );
        expect(block!.saturatedLow).toBeCloseTo(expected.low, 12);
        expect(block!.saturatedHigh).toBeCloseTo(expected.high, 12);
        expect(v.is(excitationSummary, JSON.parse(JSON.stringify(summary)))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the gates of chosen images, in whatever batches and parts they come', () => {
    const images = [
      { index: 4, label: 1 },
      { index: 0, label: 0 },
      { index: 2, label: 2 },
    ];
    const gates = Array.from({ length: 6 * 2 }, (_, at) => (at + 1) / 16);
    const labels = [0, 1, 2, 3, 1, 0];
    const expected = [9, 10, 1, 2, 5, 6].map((sixteenths) => sixteenths / 16);
    for (let cut = 0; cut <= 6; cut++) {
      const [whole, part] = [0, 1].map(
        () => new ExcitationAccumulator([{ id: 'x', channels: 2 }], CLASSES, images),
      ) as [ExcitationAccumulator, ExcitationAccumulator];
      whole.add('x', gates.slice(0, 2 * cut), labels.slice(0, cut), 0);
      part.add('x', gates.slice(2 * cut), labels.slice(cut), cut);
      whole.merge(part.state());
      const summary = whole.summary();
      expect(summary.images).toEqual(images);
      expect(summary.blocks[0]!.imageGates).toEqual(expected);
      expect(v.is(excitationSummary, JSON.parse(JSON.stringify(summary)))).toBe(true);
    }
  });

  it('tells them to five decimals', () => {
    const images = [{ index: 0, label: 0 }];
    const accumulator = new ExcitationAccumulator([{ id: 'x', channels: 1 }], 1, images);
    accumulator.add('x', [1 / 3], [0]);
    expect(accumulator.summary().blocks[0]!.imageGates).toEqual([0.33333]);
    expect(accumulator.statistics().blocks[0]!.imageGates[0]).toBe(1 / 3);
  });

  it('gives mean gates over all images, whatever their classes', () => {
    fc.assert(
      fc.property(batches, (all) => {
        const accumulator = new ExcitationAccumulator([{ id: 'x', channels: CHANNELS }], CLASSES);
        for (const { gates, labels } of all) accumulator.add('x', Float32Array.from(gates), labels);
        const flat = all.flatMap(({ gates }) => gates);
        const images = flat.length / CHANNELS;
        accumulator.meanGates('x').forEach((mean, channel) => {
          const sum = flat.reduce((total, gate, at) => total + (at % CHANNELS === channel ? gate : 0), 0);
          expect(mean).toBeCloseTo(images === 0 ? 0 : sum / images, 6);
        });
      }),
    );
    expect(() => new ExcitationAccumulator([], 1).meanGates('x')).toThrow(RangeError);
  });

  it('lays means out as [classes, channels]', () => {
    const accumulator = new ExcitationAccumulator([{ id: 'x', channels: 2 }], 3);
    accumulator.add('x', [0.1, 0.2, 0.5, 0.6, 0.3, 0.4], [2, 0, 2]);
    expect(accumulator.summary().blocks[0]).toEqual({
      block: 'x',
      channels: 2,
      mean: [0.5, 0.6, 0, 0, 0.2, 0.3],
      deviation: [0, 0, 0, 0, 0.1, 0.1],
      saturatedLow: 0,
      saturatedHigh: 0,
    });
  });

  it('keeps its digits over many nearly equal gates', () => {
    // A sum of squares minus the square of the sum would lose this deviation in 32 bits, and much of it in 64.
    const accumulator = new ExcitationAccumulator([{ id: 'x', channels: 1 }], 1);
    const pattern = [1000, 1000.002];
    for (let batch = 0; batch < 500; batch++) accumulator.add('x', pattern, [0, 0]);
    const [block] = accumulator.summary().blocks;
    expect(block!.mean[0]).toBeCloseTo(1000.001, 5);
    expect(block!.deviation[0]).toBeCloseTo(0.001, 5);
  });

  it('refuses to merge the sums of other blocks', () => {
    const sums = (channels: number) => new ExcitationAccumulator([{ id: 'x', channels }], 2);
    expect(() => sums(1).merge(sums(2).state())).toThrow(RangeError);
    expect(() => sums(2).merge(sums(1).state())).toThrow(RangeError);
  });

  it('keeps blocks apart, in the order given', () => {
    const accumulator = new ExcitationAccumulator(
      [
        { id: 'late', channels: 1 },
        { id: 'early', channels: 2 },
      ],
      1,
    );
    accumulator.add('early', [0.2, 0.99], [0]);
    accumulator.add('late', [0.01], [0]);
    const { blocks } = accumulator.summary();
    expect(
      blocks.map(({ block, mean, saturatedLow, saturatedHigh }) => [
        block,
        mean,
        saturatedLow,
        saturatedHigh,
      ]),
    ).toEqual([
      ['late', [0.01], 1, 0],
      ['early', [0.2, 0.99], 0, 0.5],
    ]);
  });

  it('has zeros and no images before anything was added, and nothing for a model without SE', () => {
    const empty = new ExcitationAccumulator([{ id: 'x', channels: 1 }], 2).summary();
    expect(empty).toEqual({
      classes: 2,
      imagesPerClass: [0, 0],
      blocks: [
        { block: 'x', channels: 1, mean: [0, 0], deviation: [0, 0], saturatedLow: 0, saturatedHigh: 0 },
      ],
    });
    expect(new ExcitationAccumulator([], 2).summary()).toEqual({
      classes: 2,
      imagesPerClass: [0, 0],
      blocks: [],
    });
  });

  it('fails the run on a gate that is no number', () => {
    const accumulator = new ExcitationAccumulator([{ id: 'x', channels: 1 }], 1);
    for (const gate of [NaN, Infinity]) {
      expect(() => accumulator.add('x', [gate], [0])).toThrow(
        expect.objectContaining({ name: 'PlaygroundError', code: 'engine/non-finite' }) as PlaygroundError,
      );
    }
  });

  it('refuses wrong sizes, labels and blocks', () => {
    const accumulator = new ExcitationAccumulator([{ id: 'x', channels: 2 }], 2);
    expect(() => accumulator.add('x', [0.5], [0])).toThrow(RangeError);
    expect(() => accumulator.add('x', [0.5, 0.5], [2])).toThrow(RangeError);
    expect(() => accumulator.add('x', [0.5, 0.5], [-1])).toThrow(RangeError);
    expect(() => accumulator.add('x', [0.5, 0.5], [0.5])).toThrow(RangeError);
    expect(() => accumulator.add('y', [0.5, 0.5], [0])).toThrow(/y/);
  });

  it('refuses to sum up blocks that saw different images', () => {
    const accumulator = new ExcitationAccumulator(
      [
        { id: 'x', channels: 1 },
        { id: 'y', channels: 1 },
      ],
      2,
    );
    accumulator.add('x', [0.5], [0]);
    accumulator.add('y', [0.5], [1]);
    expect(() => accumulator.summary()).toThrow(/y has seen other images/);
  });
});
