/** Floating-point numbers as little-endian bytes in base64 (RFC 4648, with padding). Core has neither atob nor Float16Array. */

export const NUMBER_FORMS = ['float32', 'float16'] as const;
export type NumberForm = (typeof NUMBER_FORMS)[number];

export const BYTES_OF: Readonly<Record<NumberForm, number>> = { float32: 4, float16: 2 };

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NO_DIGIT = 64;
const PADDING = '='.charCodeAt(0);
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (let digit = 0; digit < NO_DIGIT; digit++) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

/** Characters that `count` numbers take. */
export function packedLength(count: number, form: NumberForm): number {
  return Math.ceil((count * BYTES_OF[form]) / 3) * 4;
}

/** float16 rounds to the nearest, ties to even; what is beyond 65504 becomes infinite. */
export function packFloats(values: Float32Array, form: NumberForm): string {
  const width = BYTES_OF[form];
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => {
    if (form === 'float32') view.setFloat32(at * width, value, true);
    else view.setUint16(at * width, halfBits(value), true);
  });
  return toBase64(bytes);
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
  for (let at = 0; at < count; at++) {
    values[at] =
      form === 'float32' ? view.getFloat32(at * width, true) : halfValue(view.getUint16(at * width, true));
  }
  return values;
}

function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    parts.push(
      ALPHABET[word >> 18]! +
        ALPHABET[(word >> 12) & 63]! +
        (left > 1 ? ALPHABET[(word >> 6) & 63]! : '=') +
        (left > 2 ? ALPHABET[word & 63]! : '='),
    );
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

const SMALLEST_NORMAL = 2 ** -14;
const SUBNORMAL_STEP = 2 ** -24;
const LARGEST = 65_504;

/** IEEE 754 binary16 of a number. */
function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < SMALLEST_NORMAL) return sign | roundToEven(size / SUBNORMAL_STEP);
  // Halfway to the next step, which is not there any more.
  if (size >= LARGEST + 16) return sign | 0x7c00;
  let exponent = Math.floor(Math.log2(size));
  // The logarithm may be off by one next to a power of two.
  if (2 ** exponent > size) exponent--;
  else if (2 ** (exponent + 1) <= size) exponent++;
  // A fraction that rounds up to 1024 carries into the exponent, as it should.
  return sign | (((exponent + 15) << 10) + roundToEven((size / 2 ** exponent - 1) * 1024));
}

function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * SUBNORMAL_STEP;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
}
