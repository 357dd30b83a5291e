import { describe, expect, it } from 'vitest';
import { contest, type Contestant } from '../../bench/contest';

const RULES = { repetitions: 3, pieceMs: 100, warmUpSteps: 5 };
const silent = () => undefined;

/** A contestant whose step takes the given milliseconds, in the order given; the last one goes on. Notes its calls in `log`. */
function fake(name: string, stepMs: number[], log: string[], fewSteps?: number): Contestant {
  let piece = 0;
  return {
    name,
    imagesPerStep: 10,
    run(steps) {
      log.push(`${name}${steps}`);
      return Promise.resolve(steps * stepMs[Math.min(piece++, stepMs.length - 1)]!);
    },
    ...(fewSteps === undefined ? {} : { fewSteps }),
  };
}

describe('contest', () => {
  it('warms up, finds the size of a piece, and then takes pieces in turn', async () => {
    const log: string[] = [];
    await contest([fake('a', [20], log), fake('b', [400], log)], RULES, silent);
    const round = ['a5', 'b1'];
    expect(log).toEqual(['a5', 'a1', 'b5', 'b1', ...round, ...round, ...round]);
  });

  it('gives the median rate, the warm-up left out', async () => {
    // Warm-up 1000 ms a step, sizing 50 ms (two steps a piece), then pieces at 10, 40 and 20 ms a step.
    const rates = await contest([fake('a', [1000, 50, 10, 40, 20], [])], RULES, silent);
    expect(rates).toEqual([500]);
  });

  it('spreads the few steps of a slow contestant', async () => {
    const log: string[] = [];
    const rules = { ...RULES, repetitions: 4 };
    await contest([fake('a', [100], log), fake('slow', [9000], log, 2)], rules, silent);
    expect(log).toEqual(['a5', 'a1', 'slow1', 'a1', 'a1', 'slow1', 'a1', 'a1', 'slow1']);
  });

  it('calls back after each round', async () => {
    const log: string[] = [];
    await contest([fake('a', [100], log)], RULES, silent, () => {
      log.push('round');
      return Promise.resolve();
    });
    expect(log.slice(2)).toEqual(['a1', 'round', 'a1', 'round', 'a1', 'round']);
  });
});
