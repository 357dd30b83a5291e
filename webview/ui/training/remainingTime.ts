import type { ArmId } from '../../../src/core/training/runPlan';
import { timeOfSeedsMs } from '../../../src/core/training/timeOfSeedsMs';

export interface JobLeft {
  arm: ArmId;
  seed: number;
  epochsLeft: number;
}

/**
 * Time until the whole run ends. The arms of one seed train side by side (the slower one decides) or in turn (they add up); seeds
 * follow each other.
 * @param paceMs duration of one epoch by arm; an arm that has not been timed yet is taken to be as slow as the slowest known
 */
export function remainingTimeMs(
  jobs: readonly JobLeft[],
  paceMs: ReadonlyMap<ArmId, number>,
  sideBySide: boolean,
): number {
  const slowest = Math.max(0, ...paceMs.values());
  const bySeed = new Map<number, number[]>();
  for (const job of jobs) {
    const time = job.epochsLeft * (paceMs.get(job.arm) ?? slowest);
    bySeed.set(job.seed, [...(bySeed.get(job.seed) ?? []), time]);
  }
  return timeOfSeedsMs([...bySeed.values()], sideBySide);
}
