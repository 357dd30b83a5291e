import { describe, it, expect } from 'vitest';
import {
  augmentationOf,
  NO_AUGMENTATION,
  writeNormalised,
  type Augmentation,
} from '../../../src/core/data/augmentation';
import { smallImages } from './smallImages';

const { images } = smallImages(3);

/** Image 1 cropped and flipped on a padded copy, pixel by pixel, as the literature describes it. */
function oracle({ shiftX, shiftY, flip }: Augmentation): number[] {
  const means = [0.4914, 0.4822, 0.4465];
  const deviations = [0.247, 0.2435, 0.2616];
  const padded = Array.from({ length: 40 }, () => Array.from({ length: 40 }, () => [0, 0, 0]));
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const at = 3072 + (y * 32 + x) * 3;
      padded[y + 4]![x + 4] = [...images.subarray(at, at + 3)];
    }
  }
  const crop = padded.slice(4 + shiftY, 36 + shiftY).map((row) => {
    const pixels = row.slice(4 + shiftX, 36 + shiftX);
    return flip ? pixels.reverse() : pixels;
  });
  return crop
    .flat()
    .flatMap((pixel) =>
      pixel.map((value, channel) => (value / 255 - means[channel]!) / deviations[channel]!),
    );
}

describe('writeNormalised', () => {
  const cases: Augmentation[] = [
    NO_AUGMENTATION,
    { shiftX: 4, shiftY: -4, flip: false },
    { shiftX: -3, shiftY: 2, flip: true },
    { shiftX: 0, shiftY: 4, flip: true },
  ];
  it.each(cases)('crops, flips and normalises: %o', (augmentation) => {
    const out = new Float32Array(3072 + 20).fill(7);
    writeNormalised(images, 1, augmentation, out, 10);
    const wanted = oracle(augmentation);
    for (let index = 0; index < 3072; index++) {
      expect(Math.abs(out[10 + index]! - wanted[index]!)).toBeLessThan(1e-6);
    }
    expect([...out.subarray(0, 10), ...out.subarray(3082)]).toEqual(Array(20).fill(7));
  });
});

describe('augmentationOf', () => {
  it('reaches every shift from -4 to 4 and both sides, evenly', () => {
    const all = Array.from({ length: 9000 }, (_, image) => augmentationOf(1, 1, image));
    for (const axis of ['shiftX', 'shiftY'] as const) {
      const counts = new Map<number, number>();
      for (const one of all) counts.set(one[axis], (counts.get(one[axis]) ?? 0) + 1);
      expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4]);
      for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
    }
    expect(Math.abs(all.filter(({ flip }) => flip).length - 4500)).toBeLessThan(200);
  });

  it('depends on seed, epoch and image, and on nothing else', () => {
    const of = (seed: number, epoch: number) =>
      JSON.stringify(Array.from({ length: 20 }, (_, image) => augmentationOf(seed, epoch, image)));
    expect(of(1, 1)).toBe(of(1, 1));
    expect(new Set([of(1, 1), of(1, 2), of(2, 1)]).size).toBe(3);
  });
});
