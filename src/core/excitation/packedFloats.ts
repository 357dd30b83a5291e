/** Floating-point numbers as little-endian bytes in base64 (RFC 4648, with padding). Core has neither atob nor Float16Array. */

export const NUMBER_FORMS = ['float32', 'float16'] as const;
export type NumberForm = (typeof NUMBER_FORMS)[number];

export const BYTES_OF: Readonly<Record<NumberForm, number>> = { float32: 4, float16: 2 };

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NO_DIGIT = 64;
const PADDING = '='.charCodeAt(0);
const CODES = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (let digit = 0; digit < NO_DIGIT; digit++) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

/** Characters that `count` numbers take. */
export function packedLength(count: number, form: NumberForm): number {
  return Math.ceil((count * BYTES_OF[form]) / 3) * 4;
}

/** float16 rounds to the nearest, ties to even; what is beyond 65504 becomes infinite. */
export function packFloats(values: Float32Array, form: NumberForm): string {
  const width = BYTES_OF[form];
  const view = new DataView(new ArrayBuffer(values.length * width));
  if (form === 'float32') {
    for (let at = 0; at < values.length; at++) view.setFloat32(at * width, values[at]!, true);
  } else {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let at = 0; at < bits.length; at++) view.setUint16(at * width, halfBits(bits[at]!), true);
  }
  return toBase64(new Uint8Array(view.buffer));
}

/** Exactly `count` numbers; undefined if the text is anything else. They may be NaN or infinite. */
export function unpackFloats(text: string, count: number, form: NumberForm): Float32Array | undefined {
  // Checked before anything is allocated: the count is what a file claims.
  if (text.length !== packedLength(count, form)) return undefined;
  const width = BYTES_OF[form];
  const bytes = fromBase64(text, count * width);
  if (!bytes) return undefined;
  const view = new DataView(bytes.buffer);
  const values = new Float32Array(count);
  if (form === 'float32') {
    for (let at = 0; at < count; at++) values[at] = view.getFloat32(at * width, true);
  } else {
    const halves = valuesOfHalves();
    for (let at = 0; at < count; at++) values[at] = halves[view.getUint16(at * width, true)]!;
  }
  return values;
}

/** Bytes at a time, a multiple of 3: a function takes only so many arguments. */
const CHUNK = 3 * 2 ** 12;

function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const part = bytes.subarray(start, start + CHUNK);
    const codes = new Uint8Array(Math.ceil(part.length / 3) * 4);
    for (let at = 0, to = 0; at < part.length; at += 3) {
      const left = part.length - at;
      const word = (part[at]! << 16) | ((part[at + 1] ?? 0) << 8) | (part[at + 2] ?? 0);
      codes[to++] = CODES[word >> 18]!;
      codes[to++] = CODES[(word >> 12) & 63]!;
      codes[to++] = left > 1 ? CODES[(word >> 6) & 63]! : PADDING;
      codes[to++] = left > 2 ? CODES[word & 63]! : PADDING;
    }
    // Not a spread, which goes through an iterator and takes more than twice as long.
    parts.push(Reflect.apply(String.fromCharCode, undefined, codes));
  }
  return parts.join('');
}

/** `length` bytes; the text has the right number of characters. */
function fromBase64(text: string, length: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(length);
  const digits = Math.ceil((length * 8) / 6);
  for (let at = digits; at < text.length; at++) if (text.charCodeAt(at) !== PADDING) return undefined;
  let written = 0;
  for (let at = 0; at < digits; at += 4) {
    let word = 0;
    for (let next = at; next < at + 4; next++) {
      const digit = next < digits ? (DIGITS[text.charCodeAt(next)] ?? NO_DIGIT) : 0;
      if (digit === NO_DIGIT) return undefined;
      word = (word << 6) | digit;
    }
    for (let shift = 16; shift >= 0 && written < length; shift -= 8)
      bytes[written++] = (word >> shift) & 0xff;
  }
  return bytes;
}

const SUBNORMAL_STEP = 2 ** -24;
/** Bits of float32: what is from here on is infinite in float16 (65520, halfway to a step that is not there any more). */
const TOO_LARGE = 0x477ff000;
const INFINITE = 0x7f800000;
/** 2 ** -14: below, float16 has steps of one size. */
const SMALLEST_NORMAL = 0x38800000;
/** The difference of the exponents' biases. */
const REBIAS = (127 - 15) << 23;

/** IEEE 754 binary16 of a number, given as bits of binary32. */
function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > INFINITE) return 0x7e00;
  if (size >= TOO_LARGE) return sign | 0x7c00;
  if (size >= SMALLEST_NORMAL) {
    // 13 bits of the fraction go. A fraction that rounds up to 1 carries into the exponent, as it should.
    return sign | ((size - REBIAS + 0xfff + ((size >> 13) & 1)) >> 13);
  }
  const shift = 126 - (size >> 23);
  if (shift > 24) return sign;
  const fraction = (size & 0x7fffff) | 0x800000;
  const half = fraction >> shift;
  const rest = fraction & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (half + (rest > middle || (rest === middle && (half & 1) === 1) ? 1 : 0));
}

/** The numbers that the 65,536 float16 stand for. */
let halfValues: Float32Array | undefined;

function valuesOfHalves(): Float32Array {
  halfValues ??= Float32Array.from({ length: 0x10000 }, (_, bits) => halfValue(bits));
  return halfValues;
}

function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * SUBNORMAL_STEP;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
