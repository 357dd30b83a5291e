/**
 * Adaptive binary arithmetic coding: every bit is coded with the probability its context has learnt so far.
 *
 * The coder is the carry-free one of PAQ (M. Mahoney): an interval [low, high] of integers is split in proportion to the probability, and
 * leading bytes are shifted out as soon as they agree. The interval has 24 bits, not 32, so that every number here is a small integer to
 * the JavaScript engine, which is much faster.
 */
import { PlaygroundError } from '../errors';

/** One model drives both directions: `code` writes `bit` when encoding, ignores it when decoding, and returns the bit in both. */
export interface BinaryCoder {
  code(context: number, bit: number): number;
}

/** A probability moves by 1/32 of the way to each bit it sees. */
const RATE = 5;
const WHOLE = 2 ** 24 - 1;
const LEADING_BYTE = 0xff << 16;

/** The probability that the next bit is 1, in 1/65536, for each context. */
class AdaptiveBits {
  private readonly probabilities: Uint16Array;

  constructor(contexts: number) {
    this.probabilities = new Uint16Array(contexts).fill(1 << 15);
  }

  /** Last value of the lower part of [low, high], the part that stands for bit 1. Neither part is ever empty. */
  split(context: number, low: number, high: number): number {
    // 15 bits, so that the products below stay small integers.
    const probability = this.probabilities[context]! >> 1;
    const range = high - low;
    return low + (range >> 15) * probability + (((range & 0x7fff) * probability) >> 15);
  }

  learn(context: number, bit: number): void {
    const probability = this.probabilities[context]!;
    const target = -bit & 0xffff;
    this.probabilities[context] = probability + ((target - probability) >> RATE);
  }
}

export class BinaryEncoder implements BinaryCoder {
  private readonly bits: AdaptiveBits;
  private low = 0;
  private high = WHOLE;
  private bytes = new Uint8Array(1 << 16);
  private length = 0;

  /** Contexts are integers from 0 to `contexts` - 1. */
  constructor(contexts: number) {
    this.bits = new AdaptiveBits(contexts);
  }

  code(context: number, bit: number): number {
    const middle = this.bits.split(context, this.low, this.high);
    if (bit === 1) this.high = middle;
    else this.low = middle + 1;
    this.bits.learn(context, bit);
    while (((this.low ^ this.high) & LEADING_BYTE) === 0) {
      this.write(this.high >> 16);
      this.low = (this.low << 8) & WHOLE;
      this.high = ((this.high << 8) | 0xff) & WHOLE;
    }
    return bit;
  }

  /** The coded bytes; the encoder must not be used after. */
  finish(): Uint8Array {
    for (let shift = 16; shift >= 0; shift -= 8) this.write((this.low >>> shift) & 0xff);
    return this.bytes.slice(0, this.length);
  }

  private write(byte: number): void {
    if (this.length === this.bytes.length) {
      const grown = new Uint8Array(2 * this.length);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes[this.length++] = byte;
  }
}

export class BinaryDecoder implements BinaryCoder {
  private readonly bits: AdaptiveBits;
  private low = 0;
  private high = WHOLE;
  private value = 0;
  private position = 0;

  /** `contexts` must be the encoder's. Throws `data/truncated` when the bytes end before the message does. */
  constructor(
    contexts: number,
    private readonly bytes: Uint8Array,
  ) {
    this.bits = new AdaptiveBits(contexts);
    for (let read = 0; read < 3; read++) this.value = ((this.value << 8) | this.read()) & WHOLE;
  }

  code(context: number): number {
    const middle = this.bits.split(context, this.low, this.high);
    const bit = this.value <= middle ? 1 : 0;
    if (bit === 1) this.high = middle;
    else this.low = middle + 1;
    this.bits.learn(context, bit);
    while (((this.low ^ this.high) & LEADING_BYTE) === 0) {
      this.low = (this.low << 8) & WHOLE;
      this.high = ((this.high << 8) | 0xff) & WHOLE;
      this.value = ((this.value << 8) | this.read()) & WHOLE;
    }
    return bit;
  }

  private read(): number {
    const byte = this.bytes[this.position++];
    if (byte === undefined) {
      throw new PlaygroundError('data/truncated', 'The coded images end too early. Get the file again.');
    }
    return byte;
  }
}
