/** Runs statements. */
import type { Statement } from '../code/code';
import { GivenUp, Raised } from '../values/limits';
import { nameOf, namesOf } from '../values/names';
import { Scope, Unknown } from '../values/values';
import { makeClass } from './classes';
import { decorated } from './decorators';
import { whyAt } from './why';
import { makeFunction } from './functions';
import { Joiner } from './join';
import type { Completion, Machine } from './machine';
import { assignName, redirectNames } from './scopes';
import { runFor, runWhile } from './loops';
import { adopt, joinTrials, tryOut } from './trials';
import type { Trial } from './trials';

type StatementOf<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** `isWholeFunction`: its end is the function's end, where nothing is returned. */
export function execute(
  machine: Machine,
  body: readonly Statement[],
  scope: Scope,
  isWholeFunction = false,
): Completion {
  for (let index = 0; index < body.length; index += 1) {
    const statement = body[index];
    if (!statement) break;
    machine.budget.enter();
    const completion: Completion | typeof RAN_TO_END =
      statement.kind === 'if'
        ? runIf(machine, statement, scope, () =>
            execute(machine, body.slice(index + 1), scope, isWholeFunction),
          )
        : executeKind(machine, statement, scope);
    machine.budget.leave();
    if (completion === RAN_TO_END) return isWholeFunction ? { returned: machine.language.nothing } : null;
    if (completion !== null) return completion;
  }
  return isWholeFunction ? { returned: machine.language.nothing } : null;
}

/** The rest of the body was run too. */
const RAN_TO_END = 'end';

function executeKind(
  machine: Machine,
  statement: Exclude<Statement, { kind: 'if' }>,
  scope: Scope,
): Completion {
  switch (statement.kind) {
    case 'assign': {
      const value = machine.evaluate(statement.value, scope);
      for (const target of statement.targets) machine.assign(target, value, scope, statement.declares);
      return null;
    }
    case 'field':
      if (statement.value)
        assignName(machine, scope, statement.name, machine.evaluate(statement.value, scope), statement.from);
      return null;
    case 'update': {
      const old = machine.evaluate(statement.target, scope);
      const value = machine.update(statement.operator, old, machine.evaluate(statement.value, scope));
      machine.assign(statement.target, value, scope);
      return null;
    }
    case 'expression':
      machine.evaluate(statement.value, scope);
      return null;
    case 'return':
      return {
        returned: statement.value ? machine.evaluate(statement.value, scope) : machine.language.nothing,
      };
    case 'for':
      return runFor(machine, statement, scope);
    case 'while':
      return runWhile(machine, statement, scope);
    case 'try':
      return runTry(machine, statement, scope);
    case 'with':
      for (const { value, target } of statement.items) {
        const context = machine.evaluate(value, scope);
        if (target) machine.assign(target, context, scope);
      }
      return machine.execute(statement.body, scope);
    case 'function': {
      const made = makeFunction(machine, statement.function, scope);
      const value = decorated(machine, made, statement.decorators, scope);
      if (value !== undefined)
        assignName(machine, scope, statement.function.name, value, statement.from, 'let');
      return null;
    }
    case 'class': {
      const value = decorated(
        machine,
        makeClass(machine, statement.class, scope),
        statement.decorators,
        scope,
      );
      assignName(machine, scope, statement.class.name, value, statement.from, 'let');
      return null;
    }
    case 'import':
      for (const { local, path } of statement.names) {
        if (local === '*') machine.starImports.push(path);
        else assignName(machine, scope, local, machine.external(path), statement.from);
      }
      return null;
    case 'raise':
      throw raisedBy(machine, statement, scope);
    case 'assert':
      if (machine.truth(machine.evaluate(statement.test, scope)) === false)
        throw new Raised('AssertionError', `line ${machine.line(statement.from)}`);
      return null;
    case 'delete':
      for (const target of statement.targets) machine.remove(target, scope);
      return null;
    case 'scope':
      redirectNames(machine, scope, statement.names, statement.of);
      return null;
    case 'block':
      return machine.execute(statement.body, new Scope(scope, 'block'));
    case 'break':
    case 'continue':
      return statement.kind;
    case 'unread':
      throw new GivenUp(`${statement.what} (line ${machine.line(statement.from)}) is not understood`);
  }
}

function raisedBy(machine: Machine, { value, from }: StatementOf<'raise'>, scope: Scope): Raised {
  const raised = value ? machine.evaluate(value, scope) : null;
  const type = nameOf(raised);
  return new Raised(type === '' ? 'Exception' : type, `line ${machine.line(from)}`);
}

/** `rest`: what follows in the same body. */
function runIf(
  machine: Machine,
  statement: StatementOf<'if'>,
  scope: Scope,
  rest: () => Completion,
): Completion | typeof RAN_TO_END {
  const truth = machine.truth(machine.evaluate(statement.test, scope));
  if (truth !== null) return machine.execute(truth ? statement.then : statement.otherwise, scope);
  const why = whyAt(machine, statement.test);
  const then = (): Completion => machine.execute(statement.then, scope);
  const otherwise = (): Completion => machine.execute(statement.otherwise, scope);
  let first = tryOut(machine, then);
  let second = tryOut(machine, otherwise);
  // A way that raises is taken to be the one that is not gone.
  if (!first.ended || !second.ended) return onlyWay(machine, first.ended ? first : second);
  if (areAlike(first.ended.value, second.ended.value)) return bothWays(machine, first, second, why);
  // One way leaves the body, so the rest of it belongs to the other.
  const onward = (way: () => Completion) => (): Completion => way() ?? rest();
  if (first.ended.value === null) first = tryOut(machine, onward(then));
  else if (second.ended.value === null) second = tryOut(machine, onward(otherwise));
  if (!first.ended || !second.ended) return onlyWay(machine, first.ended ? first : second);
  if (areAlike(first.ended.value, second.ended.value))
    return bothWays(machine, first, second, why) ?? RAN_TO_END;
  throw new GivenUp(why);
}

function onlyWay(machine: Machine, trial: Trial<Completion>): Completion {
  if (!trial.ended) throw trial.raised ?? new Raised('Exception', '');
  adopt(machine, trial.changes);
  return trial.ended.value;
}

function areAlike(a: Completion, b: Completion): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null);
}

function bothWays(
  machine: Machine,
  first: Trial<Completion>,
  second: Trial<Completion>,
  why: string,
): Completion {
  const joiner = new Joiner(why, Math.min(first.from, second.from));
  joinTrials(machine, first, second, joiner);
  const a = first.ended?.value ?? null;
  const b = second.ended?.value ?? null;
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null)
    return { returned: joiner.join(a.returned, b.returned) };
  return a;
}

/** Imports and everything else are taken to succeed unless the run itself shows that they raise. */
function runTry(machine: Machine, statement: StatementOf<'try'>, scope: Scope): Completion {
  const { budget, journal, trail } = machine;
  const [depth, trials] = [budget.mark(), journal.mark()];
  let completion: Completion;
  try {
    completion = machine.execute(statement.body, scope) ?? machine.execute(statement.otherwise, scope);
  } catch (thrown) {
    if (!(thrown instanceof Raised)) throw thrown;
    budget.backTo(depth);
    journal.backTo(trials);
    machine.trail = trail;
    completion = handle(machine, statement, thrown, scope);
  }
  return machine.execute(statement.last, scope) ?? completion;
}

function handle(machine: Machine, statement: StatementOf<'try'>, raised: Raised, scope: Scope): Completion {
  for (const { types, name, body } of statement.handlers) {
    const caught = types ? machine.evaluate(types, scope) : null;
    const names = types ? namesOf(caught) : [];
    if (types && !names.some((each) => catches(each, raised.type))) continue;
    if (name !== '') assignName(machine, scope, name, new Unknown('an exception'), statement.from);
    return machine.execute(body, scope);
  }
  machine.execute(statement.last, scope);
  throw raised;
}

const FAMILIES: Readonly<Record<string, RegExp>> = {
  LookupError: /^(Key|Index)Error$/,
  ArithmeticError: /^ZeroDivisionError$/,
  ImportError: /^ModuleNotFoundError$/,
};

function catches(handler: string, raised: string): boolean {
  return /^(Base)?Exception$/.test(handler) || handler === raised || FAMILIES[handler]?.test(raised) === true;
}
