/** CRC-32 as the long division it is, bit by bit over the bits of ISO 3309; slow, and sharing nothing with the code under test. */
export function crcOracle(bytes: Uint8Array): number {
  const divisor = 0x104c11db7n;
  let remainder = 0n;
  let fed = 0;
  const feed = (bit: bigint) => {
    // The first 32 bits are inverted.
    remainder = (remainder << 1n) | (fed++ < 32 ? bit ^ 1n : bit);
    if (remainder >> 32n) remainder ^= divisor;
  };
  for (const byte of bytes) for (let bit = 0; bit < 8; bit++) feed(BigInt((byte >> bit) & 1));
  for (let bit = 0; bit < 32; bit++) feed(0n);
  let reflected = 0n;
  for (let bit = 0n; bit < 32n; bit++) reflected |= ((remainder >> bit) & 1n) << (31n - bit);
  return Number(reflected ^ 0xffffffffn);
}
