import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { averageDown } from '../../../webview/ui/inspect/image/averageDown';
import { pictureSize } from '../../../webview/ui/inspect/image/pictureSize';

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)),
  );
const zeros = (count: number) => Array<number>(count).fill(0);

describe('pictureSize', () => {
  it('reads a PNG that another program wrote', () => {
    const png = encode({ width: 70, height: 40, channels: 3, depth: 8, data: new Uint8Array(70 * 40 * 3) });
    expect(pictureSize(png)).toEqual({ width: 70, height: 40 });
  });

  it('reads GIF, BMP and the three kinds of WebP', () => {
    expect(pictureSize(bytes('GIF89a', [0x2c, 1, 0x90, 1]))).toEqual({ width: 300, height: 400 });
    // A BMP that is stored from top to bottom has a negative height.
    const bmp = bytes('BM', zeros(16), [64, 1, 0, 0], [0x10, 0xff, 0xff, 0xff]);
    expect(pictureSize(bmp)).toEqual({ width: 320, height: 240 });
    const riff = (kind: string, body: number[]) =>
      bytes('RIFF', zeros(4), 'WEBP', kind, zeros(4), body, zeros(10));
    expect(pictureSize(riff('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1]))).toEqual({
      width: 640,
      height: 480,
    });
    // 14 bits each of width - 1 and height - 1: 639 and 479.
    expect(pictureSize(riff('VP8L', [0x2f, 0x7f, 0xc2, 0x77, 0]))).toEqual({ width: 640, height: 480 });
    expect(pictureSize(riff('VP8X', [0, 0, 0, 0, 0x7f, 2, 0, 0xdf, 1, 0]))).toEqual({
      width: 640,
      height: 480,
    });
  });

  it('finds the frame of a JPEG behind other segments, a Huffman table among them', () => {
    const head = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc4, 0, 5, 9, 9, 9, 0xff, 0xff];
    const frame = [0xc2, 0, 17, 8, 0x01, 0xe0, 0x02, 0x80, 3, 0, 0];
    expect(pictureSize(Uint8Array.from([...head, ...frame]))).toEqual({ width: 640, height: 480 });
  });

  it.each([
    ['nothing', bytes()],
    ['text', bytes('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')],
    ['a PNG cut short', bytes('\x89PNG\r\n\x1a\n', zeros(6))],
    ['a PNG of no width', bytes('\x89PNG\r\n\x1a\n', zeros(4), 'IHDR', zeros(4), [0, 0, 0, 9])],
    ['a JPEG without a frame', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xd9])],
    [
      'a JPEG with a segment of no length',
      Uint8Array.from([0xff, 0xd8, ...Array<number>(40).fill(0xff), 0xe0, 0, 0, 0, 0, 0, 0, 0]),
    ],
    ['a WebP of an unknown kind', bytes('RIFF', zeros(4), 'WEBPVP9 ', zeros(20))],
  ])('knows no size of %s', (_, file) => {
    expect(pictureSize(file)).toBeUndefined();
  });

  it('ends on whatever bytes there are', () => {
    let state = 7;
    const next = () => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16;
    for (let round = 0; round < 2000; round++) {
      const junk = Uint8Array.from({ length: next() % 60 }, () => next() & 0xff);
      const heads = [[0xff, 0xd8, 0xff], [], [...bytes('RIFF')]];
      pictureSize(Uint8Array.from([...heads[round % 3]!, ...junk]));
    }
  });
});

describe('averageDown', () => {
  it('averages each square of pixels, colour by colour', () => {
    // Two squares a side, of two pixels a side; reds count up, greens are the square's number, blues alternate.
    const rgba = new Uint8ClampedArray(4 * 4 * 4);
    for (let pixel = 0; pixel < 16; pixel++) {
      const square = 2 * Math.floor(pixel / 8) + Math.floor((pixel % 4) / 2);
      rgba.set([pixel, square, pixel % 2 === 0 ? 0 : 255, 255], pixel * 4);
    }
    expect([...averageDown(rgba, 2, 2)]).toEqual(
      [
        [2.5, 0],
        [4.5, 1],
        [10.5, 2],
        [12.5, 3],
      ].flatMap(([red, green]) => [Math.round(red!), green!, 128]),
    );
  });

  it('shows what is transparent on white', () => {
    const rgba = Uint8ClampedArray.from([10, 20, 30, 0]);
    expect([...averageDown(rgba, 1, 1)]).toEqual([255, 255, 255]);
    expect([...averageDown(Uint8ClampedArray.from([0, 0, 0, 51]), 1, 1)]).toEqual([204, 204, 204]);
  });

  it('refuses values of another size', () => {
    expect(() => averageDown(new Uint8ClampedArray(16), 2, 2)).toThrow(RangeError);
  });
});
