/**
 * A bound for looking into values. A list that holds another twice, which holds another twice, is small and has no end:
 * depth alone bounds nothing.
 */
export class Visits {
  constructor(private left = 2_000) {}

  /** Whether one more value may be looked at. */
  next(): boolean {
    this.left -= 1;
    return this.left >= 0;
  }
}
