/**
 * Time of a whole run: the jobs of one seed train side by side (the slowest decides) or in turn (they add up); seeds follow each other.
 *
 * @param jobsMs for each seed, the times of its jobs
 */
export function timeOfSeedsMs(jobsMs: readonly (readonly number[])[], sideBySide: boolean): number {
  return jobsMs.reduce(
    (totalMs, timesMs) =>
      totalMs + (sideBySide ? Math.max(...timesMs) : timesMs.reduce((sum, timeMs) => sum + timeMs, 0)),
    0,
  );
}
