import type { PlaygroundError } from '../../../src/core/errors';
import type { RunControl } from '../../../src/core/training/runPlan';

/** What the user wants of the running job; the trainer asks between two steps. */
export class JobControl {
  private wish: RunControl = 'resume';
  private failure: PlaygroundError | undefined;
  private reject: (reason: PlaygroundError) => void = () => undefined;
  private wake: (() => void) | undefined;
  /** Rejects when the job is made to fail: what it waits for then may never come. */
  readonly failed = new Promise<never>((_, reject) => (this.reject = reject));

  /** @param onPaused called when the job has really stopped at a pause */
  constructor(private readonly onPaused: () => void) {
    // Nobody need be waiting.
    this.failed.catch(() => undefined);
  }

  /** A stop is final. */
  apply(action: RunControl): void {
    if (this.wish === 'stop') return;
    this.wish = action;
    if (action !== 'pause') this.wake?.();
  }

  /** Makes the job fail at its next turn, also out of a pause, and `failed` reject at once. */
  fail(reason: PlaygroundError): void {
    this.failure = reason;
    this.reject(reason);
    this.wake?.();
  }

  /** Waits as long as the job is paused. True to go on, false to stop; throws what `fail` was given. */
  async mayGoOn(): Promise<boolean> {
    while (this.wish === 'pause' && !this.failure) {
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      this.onPaused();
      await woken;
      this.wake = undefined;
    }
    if (this.failure) throw this.failure;
    return this.wish !== 'stop';
  }
}
