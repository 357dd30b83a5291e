const POLYNOMIAL = 0xedb88320;

const table = new Uint32Array(256).map((_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
  return remainder >>> 0;
});

/**
 * CRC-32 (ISO 3309, as in zlib and PNG) of `bytes`, an integer from 0 to 2^32 - 1.
 *
 * @param previous checksum of the bytes that come before, to go on from
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let remainder = ~previous;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 0xff]!;
  return ~remainder >>> 0;
}
