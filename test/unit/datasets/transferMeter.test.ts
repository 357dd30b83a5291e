import { describe, expect, it } from 'vitest';
import { TransferMeter } from '../../../src/host/datasets/transferMeter';

/** Feeds [milliseconds, bytes] samples of a transfer of `total` bytes and returns what is shown after each. */
function shown(samples: [number, number][], total: number | null) {
  let atMs = 0;
  const meter = new TransferMeter(() => atMs);
  return samples.map(([ms, bytes]) => {
    atMs = ms;
    return meter.update(bytes, total);
  });
}

describe('TransferMeter', () => {
  it('shows megabytes, percent and the time left at the speed so far', () => {
    const messages = shown(
      [
        [0, 0],
        [1_000, 10e6],
        [2_000, 20e6],
      ],
      170e6,
    ).map(({ message }) => message);
    // 10 MB/s: 160 MB take 16 s, 150 MB take 15 s.
    expect(messages).toEqual([
      '0 of 170 MB (0%)',
      '10 of 170 MB (5%), 16 s left',
      '20 of 170 MB (11%), 15 s left',
    ]);
  });

  it('follows a change of speed within seconds', () => {
    const fast: [number, number][] = Array.from({ length: 10 }, (_, second) => [
      second * 1_000,
      second * 10e6,
    ]);
    const slow: [number, number][] = Array.from({ length: 10 }, (_, second) => [
      (10 + second) * 1_000,
      90e6 + second * 1e6,
    ]);
    // 1 MB/s: 71 MB take 71 s.
    expect(shown([...fast, ...slow], 170e6).at(-1)?.message).toBe('99 of 170 MB (58%), 1 min 11 s left');
  });

  it('adds up to whole percents, starting from a resumed part', () => {
    const increments = shown(
      [
        [0, 85e6],
        [100, 86e6],
        [200, 170e6],
      ],
      170e6,
    ).map(({ increment }) => increment);
    expect(increments).toEqual([50, 0, 50]);
  });

  it('guesses no time in the first second, while nothing moves, or without a total', () => {
    expect(
      shown(
        [
          [0, 0],
          [500, 10e6],
        ],
        170e6,
      ).at(-1)?.message,
    ).toBe('10 of 170 MB (5%)');
    expect(
      shown(
        [
          [0, 5e6],
          [3_000, 5e6],
        ],
        170e6,
      ).at(-1)?.message,
    ).toBe('5 of 170 MB (2%)');
    expect(
      shown(
        [
          [0, 0],
          [3_000, 5e6],
        ],
        null,
      ),
    ).toEqual([
      { message: '0 MB', increment: 0 },
      { message: '5 MB', increment: 0 },
    ]);
  });
});
