import { median } from '../../src/core/training/statistics';

/** Something that trains and can be asked for steps. */
export interface Contestant {
  name: string;
  imagesPerStep: number;
  /** Runs that many steps; gives the milliseconds they took, measured where they ran. */
  run(steps: number): Promise<number>;
  /** For the very slow: steps in the whole contest, one a piece, after one to warm up. */
  fewSteps?: number;
}

export interface ContestRules {
  /** Timed pieces of each contestant. */
  repetitions: number;
  /** Aim for the length of a piece. */
  pieceMs: number;
  warmUpSteps: number;
}

/**
 * Lets the contestants run in turn, piece by piece, so that whatever else the machine does hits them all alike: identical runs on a shared
 * machine vary by a quarter from one minute to the next.
 *
 * @param say told after each measurement
 * @returns median images per second of each, in order
 */
export async function contest(
  contestants: readonly Contestant[],
  rules: ContestRules,
  say: (line: string) => void,
  afterEachRound: () => Promise<void> = () => Promise.resolve(),
): Promise<number[]> {
  const entries: { contestant: Contestant; pieceSteps: number; rates: number[] }[] = [];
  for (const contestant of contestants) {
    entries.push({ contestant, pieceSteps: await warmUp(contestant, rules), rates: [] });
  }
  for (let repetition = 0; repetition < rules.repetitions; repetition++) {
    for (const { contestant, pieceSteps, rates } of entries) {
      if (!isDue(contestant, repetition, rules.repetitions)) continue;
      const ms = await contestant.run(pieceSteps);
      const rate = (1000 * pieceSteps * contestant.imagesPerStep) / ms;
      rates.push(rate);
      say(`${repetition + 1}/${rules.repetitions} ${contestant.name}: ${rate.toFixed(1)} images/s`);
    }
    await afterEachRound();
  }
  return entries.map(({ rates }) => median(rates));
}

/** Engines compile, allocate and tier up in the first steps. Gives the steps of a piece. */
async function warmUp(contestant: Contestant, { warmUpSteps, pieceMs }: ContestRules): Promise<number> {
  if (contestant.fewSteps !== undefined) {
    await contestant.run(1);
    return 1;
  }
  await contestant.run(warmUpSteps);
  return Math.max(1, Math.round(pieceMs / (await contestant.run(1))));
}

/** Spreads the few steps of the slow evenly over the contest. */
function isDue({ fewSteps }: Contestant, repetition: number, repetitions: number): boolean {
  if (fewSteps === undefined) return true;
  const doneBy = (count: number) => Math.floor((count * fewSteps) / repetitions);
  return doneBy(repetition + 1) > doneBy(repetition);
}
