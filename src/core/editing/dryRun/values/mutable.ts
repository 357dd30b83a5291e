/** Objects that change in place, and the journal that can take their changes back. */

let made = 0;

/** How many have been made so far: an object with this serial number or a higher one is made later. */
export function nextSerial(): number {
  return made;
}

export abstract class Mutable {
  readonly serial = made++;

  /** What it holds now: not a copy, so only good until the next change or `restore`. */
  abstract state(): unknown;
  /** A copy of its state. */
  abstract capture(): unknown;
  /** Takes the state over: nobody may use it afterwards. */
  abstract restore(state: unknown): void;
}

/** What changed during a trial: each object as it was before. */
export type Changes = ReadonlyMap<Mutable, unknown>;

/**
 * Where a condition is unknown both branches are tried, one after the other, from the same state. So every change in
 * place is announced by `touch` before it is made; a trial's changes are taken back when it ends.
 */
export class Journal {
  private readonly trials: { readonly from: number; readonly before: Map<Mutable, unknown> }[] = [];

  constructor(private readonly pay: (steps: number) => void) {}

  /** Trials that run code which is certain to run, only to take it back afterwards. */
  certain = 0;

  /** Whether what happens now may not happen in the real run. */
  get trying(): boolean {
    return this.trials.length > this.certain;
  }

  touch(object: Mutable): void {
    const trial = this.trials.at(-1);
    // What the trial itself made needs no taking back.
    if (!trial || object.serial >= trial.from || trial.before.has(object)) return;
    this.pay(4);
    trial.before.set(object, object.capture());
  }

  begin(): void {
    this.trials.push({ from: nextSerial(), before: new Map() });
  }

  /** Ends the innermost trial and takes it back. Answers the state each changed object had at the end. */
  takeBack(): Changes {
    const after = new Map<Mutable, unknown>();
    for (const [object, before] of this.trials.pop()?.before ?? []) {
      after.set(object, object.state());
      object.restore(before);
    }
    return after;
  }

  /** After a signal was caught: ends all trials begun since `mark`. */
  backTo(mark: number): void {
    while (this.trials.length > mark) this.takeBack();
  }

  mark(): number {
    return this.trials.length;
  }
}
