import fc from 'fast-check';
import { decode } from 'fast-png';
import { promisify } from 'node:util';
import { deflateSync, inflate as zlibInflate } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBoundedPng, type BoundedInflate } from '../../../src/core/data/importers/boundedPng';
import { PlaygroundError } from '../../../src/core/errors';
import { chunk, filterLines, header, png, rgbPng } from './pngBytes';

const inflateAsync = promisify(zlibInflate);
const inflate: BoundedInflate = (parts, maxBytes) =>
  inflateAsync(Buffer.concat(parts), { maxOutputLength: maxBytes });

const width = 7;
const height = 6;
const size = { width, height };
const pixels = Uint8Array.from(
  { length: 3 * width * height },
  (_, index) => (index * index * 31 + index) & 255,
);
const mixed = [0, 1, 2, 3, 4, 4];

const outcome = async (bytes: Uint8Array, inflater = inflate): Promise<string> => {
  try {
    await decodeBoundedPng(bytes, size, 'x.png', inflater);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof PlaygroundError)) throw error;
    return `${error.code}: ${error.message}`;
  }
};

describe('decodeBoundedPng', () => {
  it.each([0, 1, 2, 3, 4])('undoes filter %i on every line', async (filter) => {
    const file = rgbPng(pixels, size, Array<number>(height).fill(filter));
    expect(await decodeBoundedPng(file, size, 'x.png', inflate)).toEqual(pixels);
  });

  it('reads image data cut into many chunks, and skips chunks that do not matter', async () => {
    expect(await decodeBoundedPng(rgbPng(pixels, size, mixed, 5), size, 'x.png', inflate)).toEqual(pixels);
    const data = deflateSync(filterLines(pixels, 3 * width, mixed));
    const file = png(
      header(size),
      chunk('tEXt', Buffer.from('a\0b')),
      chunk('IDAT', data),
      chunk('tIME', Buffer.alloc(7)),
    );
    expect(await decodeBoundedPng(file, size, 'x.png', inflate)).toEqual(pixels);
  });

  it('agrees with another decoder on random pictures', async () => {
    const lines = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: height, maxLength: height });
    const picture = fc.uint8Array({ minLength: pixels.length, maxLength: pixels.length });
    await fc.assert(
      fc.asyncProperty(
        picture,
        lines,
        fc.integer({ min: 1, max: 300 }),
        async (content, filters, idatBytes) => {
          const file = rgbPng(content, size, filters, idatBytes);
          const found = await decodeBoundedPng(file, size, 'x.png', inflate);
          expect(found).toEqual(decode(file).data);
          expect(found).toEqual(content);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('checks size and kind before it inflates a byte', async () => {
    const never: BoundedInflate = () => Promise.reject(new Error('was asked to inflate'));
    const data = chunk('IDAT', deflateSync(new Uint8Array(10)));
    const lies = [
      { width: 65_535, height },
      { width, height: 0xffffffff },
      { width: height, height: width },
      { width: 0, height: 0 },
      { width, height, depth: 16 },
      { width, height, colourType: 3 },
      { width, height, colourType: 6 },
      { width, height, interlace: 1 },
    ];
    for (const lie of lies) {
      const told = await outcome(png(header(lie), data), never);
      expect(told).toMatch(/^data\/png-invalid: x\.png cannot be read: it is /);
    }
  });

  it('lets a bomb inflate to the size of the picture and no further', async () => {
    const bomb = png(header(size), chunk('IDAT', deflateSync(Buffer.alloc(50_000_000))));
    expect(bomb.length).toBeLessThan(60_000);
    const bounds: number[] = [];
    const told = await outcome(bomb, (parts, maxBytes) => {
      bounds.push(maxBytes);
      return inflate(parts, maxBytes);
    });
    expect(told).toMatch(/longer than its size allows/);
    expect(bounds).toEqual([height * (1 + 3 * width)]);
  });

  it('refuses image data that is too short, and filters that do not exist', async () => {
    const short = png(
      header(size),
      chunk('IDAT', deflateSync(filterLines(pixels, 3 * width, mixed).subarray(1))),
    );
    expect(await outcome(short)).toMatch(/shorter than its size needs/);
    expect(await outcome(rgbPng(pixels, size, [0, 0, 0, 5, 0, 0]))).toMatch(/line 3 has an unknown filter/);
    expect(await outcome(png(header(size)))).toMatch(/^data\/png-invalid/);
  });

  it('wants the header first, once, and whole', async () => {
    const data = chunk('IDAT', deflateSync(filterLines(pixels, 3 * width, mixed)));
    expect(await outcome(png(data, header(size)))).toMatch(/header is not where it belongs/);
    expect(await outcome(png(header(size), header(size), data))).toMatch(/header is not where it belongs/);
    expect(await outcome(png(chunk('IHDR', new Uint8Array(5)), data))).toMatch(/header is damaged/);
    expect(await outcome(Buffer.from('GIF89a'))).toMatch(/it is no PNG file/);
  });

  it('accepts no proper beginning of a file, and throws nothing but PlaygroundError', async () => {
    const file = rgbPng(pixels, size, mixed, 20);
    for (let length = 0; length < file.length; length++) {
      expect(await outcome(file.subarray(0, length))).toMatch(/^data\/png-invalid/);
    }
    const change = fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const copy = file.slice();
        for (const [index, value] of changes) copy[index] = value;
        await outcome(copy);
      }),
      { numRuns: 1000 },
    );
  });
});
