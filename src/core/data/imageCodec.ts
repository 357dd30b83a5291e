/**
 * Lossless coding of small RGB images: green subtraction, then the MED predictor of LOCO-I / JPEG-LS (M. J. Weinberger, G. Seroussi,
 * G. Sapiro, 2000), then adaptive arithmetic coding of the residual. The context of a residual is the local activity and the residuals the
 * same pixel had in the planes before: where green surprised, red and blue surprise too.
 *
 * One function walks the pixels in both directions, so the decoder cannot drift from the encoder.
 */
import { BinaryDecoder, BinaryEncoder, type BinaryCoder } from './binaryCoder';

export interface ImageSize {
  height: number;
  width: number;
}

const PLANES = 3;
/** Channel of each plane, in coding order: green as it is, then red - green and blue - green. */
const CHANNEL_OF_PLANE = [1, 0, 2] as const;
const LEVELS = 13;
const SIGNS = 3;
/** Residual magnitudes - 1 fall into buckets of these sizes; together they cover 0 to 285. */
const BUCKET_SIZE = [1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 32, 64, 128] as const;
const BUCKETS = BUCKET_SIZE.length;
/** Contexts of one residual class: is it zero, its sign, its bucket in unary; rounded up to whole cache lines. */
const BUCKET_CONTEXT = 2;
const CONTEXTS_PER_CLASS = 16;
/** The place inside a bucket depends on little else: all classes share the contexts of its two leading bits, and of the nearly random rest. */
const OFFSET_CONTEXT = PLANES * LEVELS * LEVELS * SIGNS * CONTEXTS_PER_CLASS;
const LOW_BITS_CONTEXT = OFFSET_CONTEXT + 4 * BUCKETS;
const CONTEXTS = LOW_BITS_CONTEXT + 1;

/** Codes images [n, height, width, 3] uint8. */
export function encodeImages(images: Uint8Array, size: ImageSize): Uint8Array {
  const encoder = new BinaryEncoder(CONTEXTS);
  // The walk writes back what it coded: the same values.
  codeImages(encoder, images.slice(), size);
  return encoder.finish();
}

/** Inverse of `encodeImages` for `count` images; throws `data/truncated` when `bytes` end early. */
export function decodeImages(bytes: Uint8Array, count: number, size: ImageSize): Uint8Array {
  const images = new Uint8Array(count * size.height * size.width * PLANES);
  codeImages(new BinaryDecoder(CONTEXTS, bytes), images, size);
  return images;
}

/** Quantises an activity to 0..12, roughly logarithmically. */
const levelOf = buildLevels([1, 2, 4, 6, 9, 13, 18, 25, 34, 46, 62, 90]);

function buildLevels(limits: readonly number[]): Uint8Array {
  const levels = new Uint8Array(2048);
  for (let value = 0; value < levels.length; value++) {
    levels[value] = limits.filter((limit) => value >= limit).length;
  }
  return levels;
}

function codeImages(coder: BinaryCoder, images: Uint8Array, { height, width }: ImageSize): void {
  // Planes and absolute residuals with a border of one pixel left, right and above.
  const stride = width + 2;
  const planes = Array.from({ length: PLANES }, () => new Int16Array((height + 1) * stride));
  const errors = Array.from({ length: PLANES }, () => new Int16Array((height + 1) * stride));
  const imageLength = height * width * PLANES;
  for (let start = 0; start < images.length; start += imageLength) {
    planes[0]!.fill(128, 0, stride);
    for (let y = 0; y < height; y++) {
      const row = (y + 1) * stride;
      for (const plane of planes) {
        plane[row] = plane[row - stride + 1]!;
        plane[row - 1] = plane[row - 2]!;
      }
      for (let x = 0; x < width; x++) {
        codePixel(coder, images, start + (y * width + x) * PLANES, planes, errors, row + x + 1, stride);
      }
    }
  }
}

/** Codes the three planes of the pixel at byte `pixel` of `images`, which is cell `at` of the bordered planes. */
function codePixel(
  coder: BinaryCoder,
  images: Uint8Array,
  pixel: number,
  planes: readonly Int16Array[],
  errors: readonly Int16Array[],
  at: number,
  stride: number,
): void {
  let green = 0;
  let surprise = 0;
  let sign = 0;
  for (let index = 0; index < PLANES; index++) {
    const plane = planes[index]!;
    const error = errors[index]!;
    const west = plane[at - 1]!;
    const north = plane[at - stride]!;
    const northWest = plane[at - stride - 1]!;
    const northEast = plane[at - stride + 1]!;
    const activity = Math.abs(west - northWest) + Math.abs(northWest - north) + Math.abs(north - northEast);
    const energy =
      2 * (error[at - 1]! + error[at - stride]!) + error[at - stride - 1]! + error[at - stride + 1]!;
    const level =
      levelOf[index === 0 ? (2 * activity + 1.5 * energy) >> 2 : (3 * activity + 1.5 * energy) >> 2]!;
    const inner = index === 0 ? levelOf[error[at - 1]! << 1]! : levelOf[surprise]!;
    const context = (((index * LEVELS + level) * LEVELS + inner) * SIGNS + sign) * CONTEXTS_PER_CLASS;

    const predicted = Math.min(Math.max(predict(west, north, northWest), -green), 255 - green);
    const byte = pixel + CHANNEL_OF_PLANE[index]!;
    const residual = codeResidual(coder, context, images[byte]! - green - predicted);
    plane[at] = predicted + residual;
    images[byte] = green + predicted + residual;

    const magnitude = Math.abs(residual);
    error[at] = magnitude;
    sign = residual === 0 ? 0 : residual < 0 ? 1 : 2;
    if (index === 0) {
      green = predicted + residual;
      surprise = magnitude + (magnitude >> 1);
    } else surprise = magnitude;
  }
}

/** MED: the median of west, north and west + north - northwest; it follows edges in both directions. */
function predict(west: number, north: number, northWest: number): number {
  const low = Math.min(west, north);
  const high = Math.max(west, north);
  if (northWest >= high) return low;
  return northWest <= low ? high : west + north - northWest;
}

/** Codes an integer from -286 to 286 and returns it. */
function codeResidual(coder: BinaryCoder, context: number, residual: number): number {
  if (coder.code(context, residual === 0 ? 0 : 1) === 0) return 0;
  const negative = coder.code(context + 1, residual < 0 ? 1 : 0) === 1;
  const rest = Math.abs(residual) - 1;
  let bucket = 0;
  let base = 0;
  while (bucket < BUCKETS - 1) {
    const size = BUCKET_SIZE[bucket]!;
    if (coder.code(context + BUCKET_CONTEXT + bucket, rest >= base + size ? 1 : 0) === 0) break;
    base += size;
    bucket++;
  }
  const offset = rest - base;
  let decoded = 0;
  let node = 1;
  for (let bit = BUCKET_SIZE[bucket]! >> 1; bit > 0; bit >>= 1) {
    const bitContext = node < 4 ? OFFSET_CONTEXT + 4 * bucket + node : LOW_BITS_CONTEXT;
    const value = coder.code(bitContext, (offset & bit) === 0 ? 0 : 1);
    node = 2 * node + value;
    if (value === 1) decoded += bit;
  }
  const magnitude = base + decoded + 1;
  return negative ? -magnitude : magnitude;
}
