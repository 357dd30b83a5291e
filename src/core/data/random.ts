/**
 * Seeded random numbers, the same bits on every JavaScript engine.
 *
 * Generator: sfc32 (C. Doty-Humphrey, PractRand): 128 bits of state, additions and shifts only. It is keyed by a seed and labels, so each
 * consumer ("batch order of epoch 3", "initial value of layer1.0.conv1.weight") has a stream of its own and none depends on what was
 * drawn before it.
 *
 * Normals: the polar method (G. Marsaglia, T. A. Bray, 1964). ECMAScript leaves the last bits of `Math.log` and `Math.cos` to the engine,
 * so the logarithm is our own, from + - * / alone, which IEEE 754 fixes, as it does `Math.sqrt`.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Standard normal: mean 0, variance 1. */
  normal(): number;
  /** Uniform integer in [0, limit), without modulo bias; `limit` is an integer from 1 to 2^32, else a RangeError. */
  integer(limit: number): number;
}

const TWO_32 = 2 ** 32;
/** Steps thrown away after seeding; sfc32's author asks for at least 12. */
const WARM_UP_STEPS = 20;

/**
 * The stream named by `seed` (an integer from 0 to 2^32 - 1) and `labels`. Equal arguments give equal streams; labels are kept apart, so
 * ('ab', 'c') and ('a', 'bc') differ.
 */
export function createRandom(seed: number, ...labels: string[]): Random {
  const next = sfc32(seed, labels);
  let spare: number | undefined;
  return {
    uniform: () => next() / TWO_32,
    normal() {
      if (spare !== undefined) {
        const kept = spare;
        spare = undefined;
        return kept;
      }
      for (;;) {
        const x = (2 * next()) / TWO_32 - 1;
        const y = (2 * next()) / TWO_32 - 1;
        const square = x * x + y * y;
        if (square >= 1 || square === 0) continue;
        const factor = Math.sqrt((-2 * stableLog(square)) / square);
        spare = y * factor;
        return x * factor;
      }
    },
    integer(limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > TWO_32) {
        throw new RangeError(`A random integer needs a limit from 1 to 2^32, not ${limit}`);
      }
      // Draws past the largest multiple of the limit would favour the small results.
      const accepted = TWO_32 - (TWO_32 % limit);
      for (;;) {
        const draw = next();
        if (draw < accepted) return draw % limit;
      }
    },
  };
}

/** Returns the step function: each call gives the next 32 bits, as an integer from 0 to 2^32 - 1. */
function sfc32(seed: number, labels: readonly string[]): () => number {
  let a = hash(0x9e3779b9, seed, labels);
  let b = hash(0x243f6a88, seed, labels);
  let c = hash(0xb7e15162, seed, labels);
  let counter = 1;
  const step = () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let skipped = 0; skipped < WARM_UP_STEPS; skipped++) step();
  return step;
}

/** A 32-bit hash of the seed, the labels' UTF-16 units and their lengths (multiply-xorshift rounds). */
function hash(start: number, seed: number, labels: readonly string[]): number {
  let state = mix(start, seed >>> 0);
  for (const label of labels) {
    state = mix(state, label.length);
    for (let index = 0; index < label.length; index++) state = mix(state, label.charCodeAt(index));
  }
  return state;
}

function mix(state: number, word: number): number {
  let mixed = Math.imul(state ^ word, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 13)) + 0x9e3779b9) | 0;
}

/**
 * Natural logarithm of 0 < value < 1. The value is doubled into [0.5, 1), where ln v = 2 artanh((v - 1) / (v + 1)) converges fast:
 * |t| <= 1/3, so 17 terms leave less than 1e-17.
 */
function stableLog(value: number): number {
  let mantissa = value;
  let doublings = 0;
  while (mantissa < 0.5) {
    mantissa *= 2;
    doublings++;
  }
  const t = (mantissa - 1) / (mantissa + 1);
  const square = t * t;
  let sum = 0;
  for (let power = 33; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return 2 * t * sum - doublings * 0.6931471805599453;
}
