/** Functions of the file: making and calling them. */
import type { FunctionCode, Parameter } from '../code/code';
import { Raised } from '../values/limits';
import type { Arguments, Trail, Value } from '../values/values';
import { Dict, FunctionValue, Instance, Iteration, List, Scope, Tuple, Unknown } from '../values/values';
import type { Completion, Machine } from './machine';

export function makeFunction(machine: Machine, code: FunctionCode, scope: Scope): FunctionValue {
  // Names of a class body are not seen from its methods.
  const closure = scope.kind === 'class' && scope.parent ? scope.parent : scope;
  if (!machine.language.assignmentDeclares) return new FunctionValue(code, closure, null);
  const fallbacks = code.parameters.map(({ fallback }) =>
    fallback ? machine.evaluate(fallback, scope) : undefined,
  );
  return new FunctionValue(code, closure, fallbacks);
}

/** Runs a function and answers what it returns; a generator's items are computed at once. */
export function invoke(machine: Machine, callee: FunctionValue, args: Arguments): Value {
  const { code } = callee;
  machine.budget.enter();
  const scope = new Scope(callee.scope, 'function', callee);
  if (code.yields) scope.yielded = new List([]);
  bindParameters(machine, callee, args, scope);
  const isRecorded = !callee.owner && code.name !== '';
  const constructed = constructedBy(machine, callee, args.positional[0]);
  scope.keepsHistory = isRecorded || constructed !== null;
  if (constructed && callee.owner) constructed.constructions.push({ owner: callee.owner, scope });
  const outside = machine.trail;
  const trail = { parent: outside, kind: 'call' as const, ...partsMadeIn(machine, callee, constructed) };
  machine.trail = trail;
  const completion = machine.execute(code.body(), scope, true);
  machine.trail = outside;
  machine.budget.leave();
  const returned = scope.yielded ? iterationOf(scope.yielded) : returnedBy(machine, completion);
  if (isRecorded)
    machine.log.calls.push({
      callee,
      scope,
      trail,
      returned,
      calledAt: null,
      tentative: machine.journal.trying,
    });
  return returned;
}

/** The object whose constructor runs, or whose `__call__` where that makes its parts; null in other functions. */
function constructedBy(machine: Machine, { owner, code }: FunctionValue, self: Value): Instance | null {
  if (!owner || !(self instanceof Instance)) return null;
  const isCall = code.name === '__call__' && machine.language.runsCalls(self.type);
  return isCall || code.name === machine.language.constructorName ? self : null;
}

/** Flax: whose parts the modules are that are made in the call. */
function partsMadeIn(
  machine: Machine,
  { code }: FunctionValue,
  constructed: Instance | null,
): Pick<Trail, 'module'> {
  if (constructed && machine.language.runsCalls(constructed.type)) return { module: constructed };
  return code.name === 'setup' ? { module: null } : {};
}

function returnedBy(machine: Machine, completion: Completion): Value {
  const returns = typeof completion === 'object' && completion !== null;
  return returns ? completion.returned : machine.language.nothing;
}

function iterationOf(yielded: List): Iteration {
  const iteration = new Iteration(yielded.items);
  iteration.doubt = yielded.doubt;
  return iteration;
}

/** Nothing is ever put into it. */
const NO_NAMES = new Map<string, Value>();

function bindParameters(machine: Machine, callee: FunctionValue, args: Arguments, scope: Scope): void {
  const { parameters } = callee.code;
  const { positional, more } = args;
  const named = args.named.size > 0 ? new Map(args.named) : NO_NAMES;
  let at = 0;
  for (let index = 0; index < parameters.length; index += 1) {
    const parameter = parameters[index];
    if (!parameter) break;
    const { name, kind } = parameter;
    let value: Value;
    if (kind === 'rest') {
      const rest = positional.slice(at);
      at = positional.length;
      value = restOf(machine, rest, more);
    } else if (kind === 'namedRest') {
      const dict = new Dict();
      for (const [key, each] of named) dict.entries.set(`s${key}`, { key, value: each });
      named.clear();
      dict.doubt = more?.why ?? null;
      value = dict;
    } else if (kind === 'plain' && at < positional.length) {
      value = positional[at];
      at += 1;
      if (value === undefined && parameter.fallback) value = fallbackOf(machine, callee, index, scope);
    } else if (named.has(name)) {
      value = named.get(name);
      named.delete(name);
    } else if (more) value = new Unknown(more.why, more.stake);
    else if (parameter.fallback) value = fallbackOf(machine, callee, index, scope);
    else if (machine.language.assignmentDeclares)
      throw new Raised('TypeError', `\`${callee.code.name}\` needs \`${name}\``);
    if (parameter.pattern) machine.assign(parameter.pattern, value, scope, 'let');
    else scope.values.set(name, value);
  }
  if (machine.language.assignmentDeclares && (at < positional.length || named.size > 0))
    throw new Raised('TypeError', `\`${callee.code.name}\` gets too many arguments`);
}

function restOf(machine: Machine, rest: readonly Value[], more: Unknown | null): Value {
  if (more) {
    const list = new List([...rest, more]);
    list.doubt = more.why;
    return list;
  }
  return machine.language.assignmentDeclares ? new Tuple(rest) : new List([...rest]);
}

function fallbackOf(machine: Machine, callee: FunctionValue, index: number, scope: Scope): Value {
  if (callee.fallbacks) return callee.fallbacks[index];
  const code = callee.code.parameters[index]?.fallback;
  return code ? machine.evaluate(code, scope) : undefined;
}

/** Whether a call without arguments can work. */
export function runsWithoutArguments(parameters: readonly Parameter[]): boolean {
  return parameters.every(
    ({ kind, fallback }) => fallback !== null || kind === 'rest' || kind === 'namedRest',
  );
}

/** The parameters that a caller must give. */
export function requiredParameters(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters.filter(
    ({ kind, fallback }) => fallback === null && (kind === 'plain' || kind === 'named'),
  );
}
