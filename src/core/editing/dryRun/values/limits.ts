/** The bounds of a dry run, and the signals that unwind it. Source code may be hostile: every loop, list and string is paid for. */

export const LIMITS = {
  /** Evaluation steps for one network. A ResNet-152 takes about 20,000. */
  steps: 200_000,
  /** Evaluation steps for a whole file. */
  fileSteps: 1_000_000,
  /** For one statement at the top of a file. */
  topStatementSteps: 50_000,
  /** Expressions, statements and calls inside each other; protects JavaScript's own stack. */
  depth: 700,
  rounds: 10_000,
  /** Elements of a list, characters of a string. */
  size: 20_000,
} as const;

/**
 * Ends the run of a network or statement: what follows would be a guess. Like `Raised` it is no Error: it never leaves
 * the dry run, and a stack trace costs more than all the rest of a call.
 */
export class GivenUp {
  constructor(
    readonly why: string,
    /** A limit was hit, not something unknown met. */
    readonly exhausted = false,
  ) {}
}

/** An exception of the program itself. */
export class Raised {
  constructor(
    readonly type: string,
    readonly detail: string,
  ) {}

  get message(): string {
    return `${this.type}: ${this.detail}`;
  }
}

export class Budget {
  private left = 0;
  private depth = 0;
  private fileLeft: number = LIMITS.fileSteps;

  /** Steps for what comes next; at most what is left for the file. */
  allow(steps: number): void {
    this.left = Math.min(steps, this.fileLeft);
    this.fileLeft -= this.left;
    this.depth = 0;
  }

  /** Gives unused steps back to the file. */
  settle(): void {
    this.fileLeft += Math.max(0, this.left);
    this.left = 0;
  }

  get exhausted(): boolean {
    return this.fileLeft <= 0;
  }

  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new GivenUp('the code runs longer than a dry run does', true);
  }

  enter(): void {
    this.spend(1);
    this.depth += 1;
    if (this.depth > LIMITS.depth) throw new GivenUp('the code calls itself too deep', true);
  }

  leave(): void {
    this.depth -= 1;
  }

  /** Where to return to after a signal was caught. */
  mark(): number {
    return this.depth;
  }

  backTo(mark: number): void {
    this.depth = mark;
  }

  /** For a list that grows by one: no larger than allowed. */
  fits(elements: number): void {
    if (!(elements <= LIMITS.size))
      throw new GivenUp('the code makes lists or texts too long for a dry run', true);
  }

  /** Pays for a list or string of that size before it is made. */
  size(elements: number): void {
    this.fits(elements);
    this.spend(Math.ceil(elements / 8));
  }
}
