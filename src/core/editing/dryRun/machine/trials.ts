/** Running code of which it is not known whether it runs: both ways, and then what they have in common. */
import { GivenUp, Raised } from '../values/limits';
import type { Changes } from '../values/mutable';
import { nextSerial } from '../values/mutable';
import { Unknown } from '../values/values';
import { higherStake } from '../values/stakeLevels';
import type { Value } from '../values/values';
import { stakeOf } from '../values/stake';
import { Joiner } from './join';
import type { Machine } from './machine';

export interface Trial<T> {
  readonly changes: Changes;
  /** Null where the program raised an exception. */
  readonly ended: { readonly value: T } | null;
  readonly raised: Raised | null;
  /** Objects with this serial number or a higher one were made in the trial. */
  readonly from: number;
}

/** Runs and takes back. What the program raises is part of the answer. */
export function tryOut<T>(machine: Machine, run: () => T): Trial<T> {
  const { budget, journal, trail } = machine;
  const depth = budget.mark();
  const trials = journal.mark();
  const from = nextSerial();
  journal.begin();
  try {
    const value = run();
    return { changes: journal.takeBack(), ended: { value }, raised: null, from };
  } catch (thrown) {
    if (!(thrown instanceof Raised)) throw thrown;
    budget.backTo(depth);
    machine.trail = trail;
    // The trial's own frame is the innermost that is left.
    journal.backTo(trials + 1);
    return { changes: journal.takeBack(), ended: null, raised: thrown, from };
  }
}

/** Makes the changes of a trial after all. */
export function adopt(machine: Machine, changes: Changes): void {
  for (const [object, state] of changes) {
    machine.journal.touch(object);
    object.restore(state);
  }
}

/** Leaves each object in a state that says only what both trials agree on. */
export function joinTrials(
  machine: Machine,
  a: { readonly changes: Changes },
  b: { readonly changes: Changes },
  joiner: Joiner,
): void {
  for (const object of new Set([...a.changes.keys(), ...b.changes.keys()])) {
    machine.budget.spend(4);
    const before = object.state();
    const stateA = a.changes.has(object) ? a.changes.get(object) : before;
    const stateB = b.changes.has(object) ? b.changes.get(object) : before;
    machine.journal.touch(object);
    joiner.joinState(object, stateA, stateB);
  }
}

/** One of two values, nobody knows which. A way that raises is taken to be the one that is not gone. */
export function either(machine: Machine, a: () => Value, b: () => Value, why: string): Value {
  const first = tryOut(machine, a);
  const second = tryOut(machine, b);
  if (first.ended && second.ended) {
    const joiner = new Joiner(why, first.from);
    joinTrials(machine, first, second, joiner);
    return joiner.join(first.ended.value, second.ended.value);
  }
  const only = first.ended ? first : second;
  if (!only.ended) throw only.raised ?? new GivenUp(why);
  adopt(machine, only.changes);
  return only.ended.value;
}

const NO_CHANGES = { changes: new Map() };

/**
 * A body that runs nobody knows how often: what it changes is unknown afterwards. Three rounds, because what one round
 * makes unknown may change more in the next. Answers what the value of the last round can have to do with blocks.
 */
export function anyNumberOfTimes(machine: Machine, body: () => Value, why: string): Unknown {
  let result = new Unknown(why);
  for (let round = 0; round < 3; round += 1) {
    const trial = tryOut(machine, body);
    if (trial.ended) result = new Unknown(why, higherStake(result.stake, stakeOf(trial.ended.value)));
    if (trial.changes.size === 0) break;
    joinTrials(machine, trial, NO_CHANGES, new Joiner(why, trial.from));
  }
  return result;
}
