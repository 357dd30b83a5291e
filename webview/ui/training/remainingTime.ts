import type { ArmId } from '../../../src/core/training/runPlan';

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
  let total = 0;
  for (const times of bySeed.values()) {
    total += sideBySide ? Math.max(...times) : times.reduce((sum, time) => sum + time, 0);
  }
  return total;
}
