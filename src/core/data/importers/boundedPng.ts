/**
 * Decodes one kind of PNG, 8-bit RGB without interlacing, of a size known beforehand, within a memory bound known beforehand. A general decoder
 * trusts the file's own header and inflates whatever it is given; a picture from a stranger's archive may lie in one and explode in the other.
 *
 * Format: W3C PNG Specification (Third Edition), sections 5 (chunks), 9 (filters), 11.2 (critical chunks). Checksums
 * are not looked at: the caller compares the SHA-256 of the result.
 */
import { PlaygroundError } from '../../errors';

export interface PngSize {
  width: number;
  height: number;
}

/**
 * Inflates a zlib stream given in parts. Must reject when the result would be longer than `maxBytes`, without ever holding
 * much more than that. Node's zlib does this; core has no inflater.
 */
export type BoundedInflate = (parts: readonly Uint8Array[], maxBytes: number) => Promise<Uint8Array>;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const CHANNELS = 3;
/** Bit depth 8, colour type 2 (RGB), deflate, adaptive filters, no interlacing. */
const KIND = [8, 2, 0, 0, 0];

/**
 * @param png the file
 * @param size what it must be; checked before a byte is inflated
 * @param source its name, for messages
 * @returns [height, width, 3] colour values
 * @throws PlaygroundError `data/png-invalid`
 */
export async function decodeBoundedPng(
  png: Uint8Array,
  size: PngSize,
  source: string,
  inflate: BoundedInflate,
): Promise<Uint8Array> {
  const parts = imageData(png, size, source);
  const lineBytes = CHANNELS * size.width;
  const filteredBytes = size.height * (1 + lineBytes);
  let filtered: Uint8Array;
  try {
    filtered = await inflate(parts, filteredBytes);
  } catch (error) {
    throw invalidPng(source, 'its image data is damaged or longer than its size allows', error);
  }
  if (filtered.length !== filteredBytes)
    throw invalidPng(source, 'its image data is shorter than its size needs');
  return unfilter(filtered, size, source);
}

/** Checks the header and collects the IDAT chunks, as views into the file. */
function imageData(png: Uint8Array, size: PngSize, source: string): Uint8Array[] {
  if (SIGNATURE.some((byte, index) => png[index] !== byte)) throw invalidPng(source, 'it is no PNG file');
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const parts: Uint8Array[] = [];
  let position = SIGNATURE.length;
  for (let chunk = 0; ; chunk++) {
    if (png.length - position < 12) throw invalidPng(source, 'it ends too early');
    const length = view.getUint32(position);
    const type = view.getUint32(position + 4);
    const body = position + 8;
    if (length > png.length - body - 4) throw invalidPng(source, 'a part of it is longer than the file');
    if ((chunk === 0) !== (type === IHDR)) throw invalidPng(source, 'its header is not where it belongs');
    if (type === IHDR) checkHeader(png.subarray(body, body + length), size, source);
    if (type === IDAT && length > 0) parts.push(png.subarray(body, body + length));
    if (type === IEND) return parts;
    position = body + length + 4;
  }
}

const IHDR = 0x49484452;
const IDAT = 0x49444154;
const IEND = 0x49454e44;

function checkHeader(header: Uint8Array, size: PngSize, source: string): void {
  if (header.length !== 13) throw invalidPng(source, 'its header is damaged');
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  if (width !== size.width || height !== size.height) {
    throw invalidPng(source, `it is ${width} x ${height} pixels, not ${size.width} x ${size.height}`);
  }
  if (KIND.some((value, index) => header[8 + index] !== value)) {
    throw invalidPng(source, 'it is not 8-bit RGB without interlacing');
  }
}

/** Undoes the line filters (specification, section 9): [height, 1 + 3 * width] -> [height, 3 * width]. */
function unfilter(filtered: Uint8Array, { width, height }: PngSize, source: string): Uint8Array {
  const lineBytes = CHANNELS * width;
  const pixels = new Uint8Array(height * lineBytes);
  let above = new Uint8Array(lineBytes);
  for (let row = 0; row < height; row++) {
    const from = row * (1 + lineBytes);
    const line = pixels.subarray(row * lineBytes, (row + 1) * lineBytes);
    line.set(filtered.subarray(from + 1, from + 1 + lineBytes));
    const undo = UNFILTERS[filtered[from] ?? UNFILTERS.length];
    if (!undo) throw invalidPng(source, `line ${row} has an unknown filter`);
    undo(line, above);
    above = line;
  }
  return pixels;
}

type Unfilter = (line: Uint8Array, above: Uint8Array) => void;

/** None, Sub, Up, Average, Paeth; each works in place. Left of the line, and above the first, everything is 0. */
const UNFILTERS: readonly Unfilter[] = [
  () => undefined,
  (line) => {
    for (let x = CHANNELS; x < line.length; x++) line[x]! += line[x - CHANNELS]!;
  },
  (line, above) => {
    for (let x = 0; x < line.length; x++) line[x]! += above[x]!;
  },
  (line, above) => {
    for (let x = 0; x < CHANNELS; x++) line[x]! += above[x]! >> 1;
    for (let x = CHANNELS; x < line.length; x++) line[x]! += (line[x - CHANNELS]! + above[x]!) >> 1;
  },
  (line, above) => {
    for (let x = 0; x < CHANNELS; x++) line[x]! += above[x]!;
    for (let x = CHANNELS; x < line.length; x++) {
      line[x]! += paeth(line[x - CHANNELS]!, above[x]!, above[x - CHANNELS]!);
    }
  },
];

/** Of left, above and upper left, the one nearest to left + above - upper left; ties in that order. */
function paeth(left: number, above: number, upperLeft: number): number {
  const toLeft = Math.abs(above - upperLeft);
  const toAbove = Math.abs(left - upperLeft);
  const toUpperLeft = Math.abs(left + above - 2 * upperLeft);
  if (toLeft <= toAbove && toLeft <= toUpperLeft) return left;
  return toAbove <= toUpperLeft ? above : upperLeft;
}

function invalidPng(source: string, what: string, cause?: unknown): PlaygroundError {
  return new PlaygroundError('data/png-invalid', `${source} cannot be read: ${what}. Get the file again.`, {
    cause,
  });
}
