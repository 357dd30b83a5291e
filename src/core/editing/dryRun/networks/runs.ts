/** Bounded runs of pieces of the file. */
import { emptyLog } from '../machine/machine';
import type { Log, Machine } from '../machine/machine';
import { GivenUp, Raised } from '../values/limits';
import type { Value } from '../values/values';

export interface Run {
  readonly log: Log;
  /** Null where it did not end well. */
  readonly ended: { readonly value: Value } | null;
  /** Why it did not; empty where it did. */
  readonly why: string;
  /** A limit was hit. */
  readonly exhausted: boolean;
}

/** Runs with its own steps and its own log. Never throws. `keeps`: what it changes stays changed. */
export function boundedRun(machine: Machine, steps: number, keeps: boolean, run: () => Value): Run {
  const { budget, journal } = machine;
  const log = emptyLog();
  const outer = machine.log;
  machine.log = log;
  machine.trail = null;
  budget.allow(steps);
  if (!keeps) {
    journal.begin();
    journal.certain = 1;
  }
  let result: Run;
  try {
    result = { log, ended: { value: run() }, why: '', exhausted: false };
  } catch (thrown) {
    result = { log, ended: null, ...reasonOf(thrown) };
  }
  // Taking back costs no steps, and must work without any.
  journal.backTo(0);
  journal.certain = 0;
  budget.settle();
  machine.log = outer;
  machine.trail = null;
  return result;
}

function reasonOf(thrown: unknown): { why: string; exhausted: boolean } {
  if (thrown instanceof GivenUp) return { why: thrown.why, exhausted: thrown.exhausted };
  if (thrown instanceof Raised) return { why: `the code raises ${thrown.message}`, exhausted: false };
  // JavaScript's own stack: the depth limit should have ended the run before.
  if (thrown instanceof RangeError) return { why: 'the code is nested too deep', exhausted: true };
  throw thrown;
}
