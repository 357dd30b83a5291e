import { deflateSync } from 'node:zlib';
import { crc32 } from '../../../core/data/crc32';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PALETTE_COLOURS = 256;

export interface IndexedPicture {
  width: number;
  height: number;
  /** Rows of palette indices, [height, width]. */
  pixels: Uint8Array;
  /** Red, green, blue and alpha of 256 colours; alpha is left out. */
  palette: Uint8Array;
}

/** A PNG (W3C, third edition) of colour type 3, eight bits a pixel: by far the smallest form of a heatmap. */
export function indexedPng({ width, height, pixels, palette }: IndexedPicture): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // depth, colour type, compression, filter, interlace
  const colours = Buffer.alloc(3 * PALETTE_COLOURS);
  for (let colour = 0; colour < PALETTE_COLOURS; colour++)
    colours.set(palette.subarray(4 * colour, 4 * colour + 3), 3 * colour);
  const rows = Buffer.alloc(height * (width + 1)); // a filter byte of 0 before each
  for (let row = 0; row < height; row++)
    rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
