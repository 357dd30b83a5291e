import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/data/random';
import { CHANNEL_ORDERS, orderChannels } from '../../../src/core/excitation/channelOrder';

/** @param columns gates of a channel, one for each class */
function blockOf(columns: readonly (readonly number[])[]) {
  const classes = columns[0]?.length ?? 0;
  const mean = Array.from({ length: classes }, (_, label) => columns.map((gates) => gates[label]!)).flat();
  return { block: 'se', channels: columns.length, mean };
}

/** Channels of `groups` kinds of profile with a little noise, in a shuffled order; `kinds` tells the kind of each. */
function planted(groups: number, each: number, classes: number) {
  const random = createRandom(7, 'planted');
  const profiles = Array.from({ length: groups }, () =>
    Array.from({ length: classes }, () => random.normal()),
  );
  const kinds = Array.from({ length: groups * each }, (_, index) => index % groups);
  for (let last = kinds.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [kinds[last], kinds[other]] = [kinds[other]!, kinds[last]!];
  }
  // A shift of the whole channel must not matter: only how it tells classes apart does.
  const columns = kinds.map((kind) => {
    const shift = random.uniform();
    return profiles[kind]!.map((gate) => 0.5 + 0.1 * gate + shift + 0.005 * random.normal());
  });
  return { kinds, block: blockOf(columns) };
}

const seenBy = (classes: number) => Array<number>(classes).fill(10);

describe('orderChannels', () => {
  const block = blockOf([
    [0.5, 0.5],
    [0.1, 0.9],
    [0.9, 0.8],
    [0.5, 0.5],
  ]);

  it.each([
    ['number', [0, 1, 2, 3]],
    ['mean', [2, 0, 1, 3]],
    ['selectivity', [1, 2, 0, 3]],
  ] as const)('by %s', (order, expected) => {
    expect([...orderChannels(block, [4, 4], order)]).toEqual(expected);
  });

  it('ignores classes without images', () => {
    expect([...orderChannels(block, [0, 4], 'mean')]).toEqual([1, 2, 0, 3]);
    expect([...orderChannels(block, [0, 4], 'selectivity')]).toEqual([0, 1, 2, 3]);
  });

  it('is a permutation, whatever the gates', () => {
    const gate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(gate, gate, gate), { minLength: 1, maxLength: 40 }), (columns) => {
        for (const order of CHANNEL_ORDERS) {
          const found = [...orderChannels(blockOf(columns), [1, 2, 0], order)].sort((a, b) => a - b);
          expect(found).toEqual(columns.map((_, channel) => channel));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('by cluster brings together what belongs together, also with many classes', () => {
    for (const classes of [10, 200]) {
      const { kinds, block: shuffled } = planted(8, 20, classes);
      const order = orderChannels(shuffled, seenBy(classes), 'cluster');
      const changes = [...order].filter((channel, place) => {
        const before = order[place - 1];
        return before !== undefined && kinds[before] !== kinds[channel];
      });
      expect(changes, `${classes} classes`).toHaveLength(7);
    }
  });

  it('by cluster has neighbours far closer than numbers have', () => {
    const random = createRandom(3, 'circle');
    // Profiles on a circle: the best line is known, and goes once round.
    const angles = Array.from({ length: 300 }, () => 2 * Math.PI * random.uniform());
    const circle = blockOf(
      angles.map((angle) => [0, 1, 2, 3].map((label) => 0.5 + 0.2 * Math.cos(angle - (label * Math.PI) / 2))),
    );
    const order = orderChannels(circle, seenBy(4), 'cluster');
    const apart = (one: number, other: number) => {
      const turn = Math.abs(angles[one]! - angles[other]!);
      return Math.min(turn, 2 * Math.PI - turn);
    };
    let length = 0;
    for (let place = 1; place < order.length; place++) length += apart(order[place - 1]!, order[place]!);
    expect(length).toBeLessThan(3 * 2 * Math.PI);
  });

  it('by cluster is bounded where channels and classes are many', () => {
    const random = createRandom(5, 'many');
    const time = (channels: number, classes: number) => {
      const mean = Float32Array.from({ length: channels * classes }, () => random.uniform());
      const started = performance.now();
      const order = orderChannels({ block: 'se', channels, mean }, seenBy(classes), 'cluster');
      const ms = performance.now() - started;
      expect(new Set(order).size).toBe(channels);
      return ms;
    };
    time(512, 10);
    const times = [time(2048, 10), time(2048, 1000), time(16_384, 10)];
    expect(times[0], String(times)).toBeLessThan(2_000);
    expect(times[1], String(times)).toBeLessThan(3_000);
    expect(times[2], String(times)).toBeLessThan(12_000);
  });
});
