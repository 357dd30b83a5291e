/** Writes PNG files by the book, with any header, any filter a line and any chunks: also the ones that lie. */
import { deflateSync } from 'node:zlib';
import { crcOracle } from '../../support/crcOracle';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export interface PngHeader {
  width: number;
  height: number;
  depth?: number;
  colourType?: number;
  interlace?: number;
}

export function chunk(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length, 0);
  head.write(type, 4, 'latin1');
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crcOracle(Buffer.concat([head.subarray(4), body])));
  return Buffer.concat([head, body, tail]);
}

export function header({ width, height, depth = 8, colourType = 2, interlace = 0 }: PngHeader): Buffer {
  const body = Buffer.alloc(13);
  body.writeUInt32BE(width, 0);
  body.writeUInt32BE(height, 4);
  body.set([depth, colourType, 0, 0, interlace], 8);
  return chunk('IHDR', body);
}

export function png(...chunks: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat([SIGNATURE, ...chunks, chunk('IEND', new Uint8Array(0))]));
}

/**
 * Filters lines as section 9 of the specification defines them, with x the byte, a left of it, b above and c above left.
 *
 * @param pixels [height, 3 * width]
 * @param filters the filter type of each line
 */
export function filterLines(pixels: Uint8Array, lineBytes: number, filters: readonly number[]): Uint8Array {
  const at = (row: number, x: number) => (row < 0 || x < 0 ? 0 : (pixels[row * lineBytes + x] ?? 0));
  const lines = filters.map((filter, row) => {
    const line = Buffer.alloc(1 + lineBytes);
    line[0] = filter;
    for (let x = 0; x < lineBytes; x++) {
      const [a, b, c] = [at(row, x - 3), at(row - 1, x), at(row - 1, x - 3)];
      line[1 + x] = (at(row, x) - predict(filter, a, b, c)) & 255;
    }
    return line;
  });
  return Buffer.concat(lines);
}

function predict(filter: number, a: number, b: number, c: number): number {
  if (filter < 4) return [0, a, b, Math.floor((a + b) / 2)][filter] ?? 0;
  const p = a + b - c;
  const distances = [a, b, c].map((candidate) => Math.abs(p - candidate));
  return [a, b, c][distances.indexOf(Math.min(...distances))] ?? 0;
}

/** A PNG of the pixels, its image data in IDAT chunks of at most `idatBytes`. */
export function rgbPng(
  pixels: Uint8Array,
  { width, height }: { width: number; height: number },
  filters: readonly number[],
  idatBytes = 1 << 16,
): Uint8Array {
  const data = deflateSync(filterLines(pixels, 3 * width, filters));
  const parts: Buffer[] = [];
  for (let from = 0; from < data.length; from += idatBytes) {
    parts.push(chunk('IDAT', data.subarray(from, from + idatBytes)));
  }
  return png(header({ width, height }), ...parts);
}
