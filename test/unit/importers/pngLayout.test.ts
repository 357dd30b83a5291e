import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseLabels, pngBatchToRecords } from '../../../src/core/data/importers/pngLayout';
import { rgbPng } from './pngBytes';

const images = 3;
const inflate = (parts: readonly Uint8Array[], maxOutputLength: number) =>
  Promise.resolve(inflateSync(Buffer.concat(parts), { maxOutputLength }));
const colour = (image: number, channel: number, pixel: number) =>
  (image * 50 + channel * 7 + pixel * 3) & 255;

const pixels = new Uint8Array(images * 1024 * 3);
for (let image = 0; image < images; image++) {
  for (let pixel = 0; pixel < 1024; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[(image * 1024 + pixel) * 3 + channel] = colour(image, channel, pixel);
    }
  }
}
const picture = rgbPng(pixels, { width: 1024, height: images }, [1, 4, 3]);

describe('pngBatchToRecords', () => {
  it('writes the label and the three planes of each row', async () => {
    const records = await pngBatchToRecords(picture, [3, 0, 9], 'data_batch_1.png', inflate, images);
    const expected = [3, 0, 9].flatMap((label, image) => [
      label,
      ...[0, 1, 2].flatMap((channel) =>
        Array.from({ length: 1024 }, (_, pixel) => colour(image, channel, pixel)),
      ),
    ]);
    expect(Buffer.compare(records, Uint8Array.from(expected))).toBe(0);
  });

  it('wants one image a row, and a label for each', async () => {
    const call = (png: Uint8Array, labels: number[]) =>
      pngBatchToRecords(png, labels, 'data_batch_1.png', inflate, images);
    await expect(call(picture, [1, 2])).rejects.toMatchObject({ code: 'data/labels-invalid' });
    const narrow = rgbPng(pixels, { width: 512, height: 2 * images }, Array<number>(2 * images).fill(0));
    await expect(call(narrow, [1, 2, 3])).rejects.toMatchObject({ code: 'data/png-invalid' });
  });
});

describe('parseLabels', () => {
  it('reads a list of classes', () => {
    expect(parseLabels('[6,9, 0]', 'train_lables.json', 3)).toEqual([6, 9, 0]);
  });

  it.each([
    '',
    '[1,2',
    '{}',
    'null',
    '"123"',
    '[1,2]',
    '[1,2,3,4]',
    '[1,2,10]',
    '[1,2,-1]',
    '[1,2,0.5]',
    '[1,2,"3"]',
    '[1,2,null]',
  ])('refuses %s', (json) => {
    expect(() => parseLabels(json, 'train_lables.json', 3)).toThrow(/train_lables\.json/);
    expect(() => parseLabels(json, 'train_lables.json', 3)).toThrow(
      expect.objectContaining({ code: 'data/labels-invalid' }),
    );
  });

  it('survives brackets without end', () => {
    expect(() => parseLabels('['.repeat(1_000_000), 'train_lables.json', 3)).toThrow(/valid JSON/);
  });
});
