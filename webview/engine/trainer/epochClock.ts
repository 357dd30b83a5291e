import { median } from '../../../src/core/training/statistics';

/** Times one epoch. Time spent in a pause counts nowhere. */
export class EpochClock {
  private readonly startedAtMs = performance.now();
  private readonly stepsMs: number[] = [];
  private trainingMs = 0;
  private pausedMs = 0;

  /** @param imagesPerStep for the throughput */
  constructor(private readonly imagesPerStep: number) {}

  /** Runs and times one training step. */
  async step(work: () => Promise<void>): Promise<void> {
    const startMs = performance.now();
    await work();
    const stepMs = performance.now() - startMs;
    this.stepsMs.push(stepMs);
    this.trainingMs += stepMs;
  }

  /** Runs something whose time does not count. */
  async pause<T>(wait: () => Promise<T>): Promise<T> {
    const startMs = performance.now();
    const result = await wait();
    this.pausedMs += performance.now() - startMs;
    return result;
  }

  /** Training throughput of the steps so far; evaluation is not in it. */
  get imagesPerSecond(): number {
    // A clock of limited resolution may say that fast steps took no time.
    return (1000 * this.imagesPerStep * this.stepsMs.length) / Math.max(this.trainingMs, 0.001);
  }

  /** Median duration of the steps so far. */
  get stepMs(): number {
    return median(this.stepsMs);
  }

  /** Wall time since the epoch began, pauses left out. */
  get epochMs(): number {
    return performance.now() - this.startedAtMs - this.pausedMs;
  }
}
