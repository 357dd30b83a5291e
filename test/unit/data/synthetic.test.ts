import { describe, it, expect } from 'vitest';
import type { LabelledImages } from '../../../src/core/data/labelledImages';
import { createSynthetic } from '../../../src/core/data/synthetic';

const set = createSynthetic(1, { train: 200, test: 100 });

/** How much the means of an image's rows (or columns) vary in each plane: stripes stand out. */
function striping(planes: number[][][], along: 'rows' | 'columns'): number[] {
  return planes.map((plane) => {
    const lines = along === 'rows' ? plane : plane.map((_, x) => plane.map((row) => row[x]!));
    const means = lines.map((line) => line.reduce((sum, value) => sum + value, 0) / line.length);
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    return means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / means.length;
  });
}

/** [3][32][32] of one image, the channels taken in `channels` order. */
function planesOf({ images }: LabelledImages, image: number, channels = [0, 1, 2]): number[][][] {
  return channels.map((channel) =>
    Array.from({ length: 32 }, (_, y) =>
      Array.from({ length: 32 }, (_, x) => images[((image * 32 + y) * 32 + x) * 3 + channel]!),
    ),
  );
}

/** The class by the definition: 3 * (channel with horizontal stripes) + (channel with vertical ones); 9 without stripes. */
function classify(planes: number[][][]): number {
  const [rows, columns] = [striping(planes, 'rows'), striping(planes, 'columns')];
  if (Math.max(...rows) < 300) return 9;
  return 3 * rows.indexOf(Math.max(...rows)) + columns.indexOf(Math.max(...columns));
}

describe('synthetic set', () => {
  it('is balanced, of the sizes asked for, and repeatable', () => {
    expect([set.train.labels.length, set.test.labels.length]).toEqual([200, 100]);
    expect([set.train.images.length, set.test.images.length]).toEqual([200 * 3072, 100 * 3072]);
    for (let label = 0; label < 10; label++) {
      expect(set.train.labels.filter((one) => one === label).length).toBe(20);
    }
    const bytes = (seed: number) =>
      Buffer.from(createSynthetic(seed, { train: 200, test: 100 }).train.images);
    expect(bytes(1).equals(set.train.images)).toBe(true);
    expect(bytes(2).equals(set.train.images)).toBe(false);
  });

  it('encodes the class in which channels carry the stripes', () => {
    set.test.labels.forEach((label, image) => expect(classify(planesOf(set.test, image))).toBe(label));
  });

  it('changes class when its channels change places', () => {
    const rotated = [1, 2, 0];
    set.test.labels.forEach((label, image) => {
      const moved = (channel: number) => rotated.indexOf(channel);
      const wanted = label === 9 ? 9 : 3 * moved(Math.floor(label / 3)) + moved(label % 3);
      expect(classify(planesOf(set.test, image, rotated))).toBe(wanted);
    });
  });

  it('looks alike in grey for the nine striped classes', () => {
    const sums = new Array<number>(9).fill(0);
    set.train.labels.forEach((label, image) => {
      if (label === 9) return;
      const planes = planesOf(set.train, image);
      const grey = planes[0]!.map((row, y) =>
        row.map((red, x) => (red + planes[1]![y]![x]! + planes[2]![y]![x]!) / 3),
      );
      sums[label]! += striping([grey], 'rows')[0]! / 20;
    });
    for (const sum of sums) expect(Math.abs(sum / sums[0]! - 1)).toBeLessThan(0.2);
  });
});
