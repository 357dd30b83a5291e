/** Runs loops. One whose rounds are not known runs as a trial: what it changes is unknown afterwards. */
import type { Statement } from '../code/code';
import { GivenUp, LIMITS } from '../values/limits';
import type { Value } from '../values/values';
import { Dict, Scope, Unknown } from '../values/values';
import { Range } from '../values/numbers';
import { whyAt } from './why';
import type { Completion, Machine } from './machine';
import { anyNumberOfTimes } from './trials';

type StatementOf<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

export function runFor(machine: Machine, statement: StatementOf<'for'>, scope: Scope): Completion {
  const iterable = machine.evaluate(statement.iterable, scope);
  const bind = (item: Value, home: Scope): void =>
    machine.assign(statement.target, item, home, statement.declares);
  // A range is not made into a list: the loop may end long before it does.
  const items = iterable instanceof Range ? rangeItems(iterable) : itemsOf(machine, statement, iterable);
  if (items instanceof Unknown) {
    const item = new Unknown(items.why, items.stake);
    return unknownRounds(machine, whyAt(machine, statement.iterable), () => {
      const home = roundScope(machine, scope);
      bind(item, home);
      return machine.execute(statement.body, home);
    });
  }
  const rounds = new Rounds(machine);
  for (const item of items) {
    rounds.next();
    const home = roundScope(machine, scope);
    bind(item, home);
    const completion = machine.execute(statement.body, home);
    if (completion === 'break') return rounds.end(null);
    if (completion !== null && completion !== 'continue') return rounds.end(completion);
  }
  rounds.end(null);
  return machine.execute(statement.otherwise, scope);
}

function* rangeItems({ start, step, length }: Range): Generator<number> {
  for (let index = 0; index < length; index += 1) yield start + index * step;
}

function itemsOf(
  machine: Machine,
  statement: StatementOf<'for'>,
  iterable: Value,
): readonly Value[] | Unknown {
  if (!statement.overKeys) return machine.items(iterable);
  if (iterable instanceof Dict && iterable.unsure === null)
    return [...iterable.entries.values()].map(({ key }) => key);
  return new Unknown(whyAt(machine, statement.iterable));
}

/** JavaScript's `let` is new in each round. */
function roundScope(machine: Machine, scope: Scope): Scope {
  return machine.language.assignmentDeclares ? scope : new Scope(scope, 'block');
}

export function runWhile(machine: Machine, statement: StatementOf<'while'>, scope: Scope): Completion {
  const rounds = new Rounds(machine);
  for (let isFirst = true; ; isFirst = false) {
    const truth =
      isFirst && statement.testsLast ? true : machine.truth(machine.evaluate(statement.test, scope));
    if (truth === false) break;
    const round = (): Completion => {
      const completion = machine.execute(statement.body, roundScope(machine, scope));
      if (statement.step && (completion === null || completion === 'continue'))
        machine.evaluate(statement.step, scope);
      return completion;
    };
    if (truth === null) {
      rounds.end(null);
      return unknownRounds(machine, whyAt(machine, statement.test), round);
    }
    rounds.next();
    const completion = round();
    if (completion === 'break') return rounds.end(null);
    if (completion !== null && completion !== 'continue') return rounds.end(completion);
  }
  rounds.end(null);
  return machine.execute(statement.otherwise, scope);
}

/** A body that runs nobody knows how often. Returning from it is beyond what a dry run can follow. */
function unknownRounds(machine: Machine, why: string, round: () => Completion): Completion {
  let returns = false;
  anyNumberOfTimes(
    machine,
    () => {
      const completion = round();
      if (typeof completion === 'object' && completion !== null) returns = true;
      return null;
    },
    why,
  );
  if (returns) throw new GivenUp(why);
  return null;
}

/** Counts the rounds of one loop and keeps the trail. */
class Rounds {
  private readonly outside;
  private readonly loop;
  private count = 0;

  constructor(private readonly machine: Machine) {
    this.outside = machine.trail;
    this.loop = { parent: this.outside, kind: 'loop' } as const;
  }

  next(): void {
    this.count += 1;
    if (this.count > LIMITS.rounds) throw new GivenUp('a loop runs longer than a dry run does', true);
    this.machine.trail = { parent: this.loop, kind: 'round' };
  }

  end(completion: Completion): Completion {
    this.machine.trail = this.outside;
    return completion;
  }
}
