/** Where the networks of a file come from: its functions, its classes, and the modules it makes itself. */
import { findInClass } from '../machine/classes';
import { requiredParameters } from '../machine/functions';
import type { Log, Machine } from '../machine/machine';
import { NO_ARGUMENTS } from '../values/arguments';
import type { Parameter, Statement } from '../code/code';
import { LIMITS } from '../values/limits';
import { isPart } from '../values/stake';
import type { Arguments, Instance, Value } from '../values/values';
import { ClassValue, FunctionValue, Opaque, Partial, Scope, Unknown } from '../values/values';
import type { NetworkReport } from './report';
import { failedReport, reportOf } from './reportOf';
import type { EntryPlace } from './reportOf';
import { rootIn, rootsAmong } from './roots';
import type { Run } from './runs';
import { boundedRun } from './runs';

const TEST = /^(test|main|demo|run|train|eval)/i;

export class Entries {
  readonly reports: NetworkReport[] = [];
  private readonly isFunctional: boolean;
  private readonly functions: readonly FunctionValue[];
  private readonly classes: readonly ClassValue[];

  constructor(
    private readonly machine: Machine,
    private readonly body: readonly Statement[],
  ) {
    const values = [...machine.module.values.values()];
    this.functions = values.filter((value) => value instanceof FunctionValue);
    this.classes = values.filter((value) => value instanceof ClassValue).filter(({ code }) => code);
    this.isFunctional = !this.classes.some(isPart);
  }

  /** `runs`: of the statements at the top of the file. */
  find(runs: ReadonlyMap<Statement, Run>): void {
    this.fromFunctions();
    for (const [statement, run] of runs) this.fromStatement(statement, run, this.machine.module);
    this.fromClasses();
    this.withGivenParameters();
    if (this.reports.length === 0) this.fromTests();
  }

  private fromFunctions(): void {
    for (const callee of this.functions) {
      const { code } = callee;
      if (!code.returns || TEST.test(code.name) || requiredParameters(code.parameters).length > 0) continue;
      const run = this.run(() => this.machine.call(callee, NO_ARGUMENTS));
      this.fromCall({ entry: code.name, offset: code.from }, run, callee);
    }
  }

  /** What a function made. The reason is reported of one that did not end, if it had begun to make modules. */
  private fromCall(place: EntryPlace, run: Run, callee: FunctionValue): void {
    if (!run.ended) {
      if (run.exhausted || run.log.created.length > 0) this.reports.push(failedReport(place, run.why));
      return;
    }
    const log = { ...run.log, calls: run.log.calls.filter((call) => call.callee !== callee) };
    this.fromValue(place, run.ended.value, log);
  }

  private fromValue(place: EntryPlace, value: Value, log: Log): void {
    const root = rootIn(value);
    if (root) this.reports.push(reportOf(this.machine, place, root.instance, log, root.doubt));
    else if (this.isFunctional && log.calls.length > 0 && isObject(value))
      this.reports.push(reportOf(this.machine, place, null, log, null));
    else if (value instanceof Unknown && value.stake === 'holds' && log.created.length > 0)
      this.reports.push(failedReport(place, value.why));
  }

  private fromStatement(statement: Statement, run: Run, scope: Scope): void {
    const { assigned, value } = valueOf(statement);
    if (!value) return;
    const place = { entry: shortened(this.machine.source.slice(value.from, value.to)), offset: value.from };
    if (this.reports.some(({ entry }) => place.entry === `${entry}()`)) return;
    if (!run.ended) {
      if (run.log.created.length > 0) this.reports.push(failedReport(place, run.why));
      return;
    }
    const roots = rootsAmong(run.log).filter((root) => root.type.code);
    const [first, ...others] = roots;
    if (first) {
      for (const root of roots) {
        const entry = others.length === 0 ? place.entry : `${root.type.name} in ${place.entry}`;
        this.reports.push(reportOf(this.machine, { ...place, entry }, root, run.log, null));
      }
    } else if (assigned !== null) this.fromValue(place, scope.values.get(assigned), run.log);
  }

  /** Classes that no network found so far is or contains. */
  private fromClasses(): void {
    // Beside a network, a class without parts is one of its parts, also if it could not be followed there.
    const isAlone = this.reports.length === 0;
    for (const type of this.classes) {
      if (!isPart(type) || this.isUsed(type) || constructorParameters(type).length > 0) continue;
      const run = this.run(() => this.machine.instantiate(type, NO_ARGUMENTS));
      const place = { entry: type.name, offset: type.code?.from ?? 0 };
      const hasParts = run.log.created.some((instance) => instance.type.code && instance.type !== type);
      if (!hasParts && !run.exhausted && !(isAlone && findInClass(type, '__init__'))) continue;
      if (run.ended) this.fromValue(place, run.ended.value, run.log);
      else this.reports.push(failedReport(place, run.why));
    }
    this.dropParts();
  }

  /** Functions and classes that need parameters, if those make no difference to the blocks: `num_classes`. */
  private withGivenParameters(): void {
    const found: { report: NetworkReport; root: Instance }[] = [];
    const consider = (
      place: EntryPlace,
      needed: readonly Parameter[],
      make: (args: Arguments) => Value,
    ): void => {
      const run = this.run(() => make(givenArguments(needed)));
      const root = run.ended ? rootIn(run.ended.value) : null;
      if (!root || !root.instance.type.code || this.isUsed(root.instance.type)) return;
      const report = reportOf(this.machine, place, root.instance, run.log, root.doubt);
      const hasBlocks = report.blocks.some(({ kind, path }) => kind === 'module' && path !== '');
      if (report.complete && hasBlocks) found.push({ report, root: root.instance });
    };
    for (const callee of this.functions) {
      const { code } = callee;
      const needed = requiredParameters(code.parameters);
      if (!code.returns || TEST.test(code.name) || needed.length === 0) continue;
      consider({ entry: code.name, offset: code.from }, needed, (args) => this.machine.call(callee, args));
    }
    for (const [name, value] of this.machine.module.values) {
      if (!(value instanceof Partial) || !(value.callee instanceof ClassValue)) continue;
      const kept = value.args.named;
      const needed = constructorParameters(value.callee).filter((parameter) => !kept.has(parameter.name));
      const offset = this.offsetOfName(name);
      consider({ entry: name, offset }, needed, (args) => this.machine.call(value, args));
    }
    const isAlone = this.reports.length + found.length === 0;
    for (const type of isAlone ? this.classes : []) {
      const needed = constructorParameters(type);
      if (!isPart(type) || needed.length === 0) continue;
      const isMade = found.some(({ root }) => root.type === type);
      const place = { entry: type.name, offset: type.code?.from ?? 0 };
      if (!isMade) consider(place, needed, (args) => this.machine.instantiate(type, args));
    }
    this.reports.push(...found.map(({ report }) => report));
    this.dropParts();
  }

  private offsetOfName(name: string): number {
    const statement = this.body.find(
      ({ kind, ...rest }) =>
        kind === 'assign' &&
        'targets' in rest &&
        rest.targets.some((target) => target.kind === 'name' && target.name === name),
    );
    return statement?.from ?? 0;
  }

  private fromTests(): void {
    for (const statement of this.body) {
      if (
        statement.kind === 'if' &&
        /__name__/.test(this.machine.source.slice(statement.test.from, statement.test.to))
      )
        this.fromBody(statement.then, this.machine.module);
    }
    if (this.reports.length > 0) return;
    for (const { code, scope } of this.functions) {
      if (TEST.test(code.name) && requiredParameters(code.parameters).length === 0)
        this.fromBody(code.body(), scope);
    }
  }

  private fromBody(body: readonly Statement[], around: Scope): void {
    const scope = new Scope(around, 'function');
    for (const statement of body) {
      if (statement.kind === 'return') return;
      const run = this.run(() => {
        this.machine.execute([statement], scope);
        return null;
      }, true);
      this.fromStatement(statement, run, scope);
    }
  }

  private run(make: () => Value, keeps = false): Run {
    return boundedRun(this.machine, LIMITS.steps, keeps, make);
  }

  private isUsed(type: ClassValue): boolean {
    return this.reports.some(({ blocks }) =>
      blocks.some(({ made }) => 'type' in made && made.type.order.includes(type)),
    );
  }

  /** A class that turned out to be a part of another network is no network of its own. */
  private dropParts(): void {
    const parts = new Set(
      this.reports.flatMap(({ blocks }) =>
        blocks.filter(({ path }) => path !== '').map(({ className }) => className),
      ),
    );
    const kept = this.reports.filter(({ blocks, entry }) => {
      const isClass = this.classes.some(({ name }) => name === entry);
      return !(isClass && parts.has(blocks[0]?.className ?? entry));
    });
    this.reports.splice(0, this.reports.length, ...kept);
  }
}

function isObject(value: Value): boolean {
  return value instanceof Opaque || value instanceof Unknown;
}

/** The expression whose value the statement is about. */
function valueOf(statement: Statement): {
  assigned: string | null;
  value: { readonly from: number; readonly to: number } | null;
} {
  if (statement.kind === 'expression') return { assigned: null, value: statement.value };
  if (statement.kind === 'field' && statement.value)
    return { assigned: statement.name, value: statement.value };
  if (statement.kind !== 'assign') return { assigned: null, value: null };
  const [target] = statement.targets;
  return { assigned: target?.kind === 'name' ? target.name : null, value: statement.value };
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** What a caller must give to make an instance. */
function constructorParameters(type: ClassValue): readonly Parameter[] {
  for (const each of type.order) {
    const own = [...each.attributes].find(([name]) => name === '__init__' || name === 'constructor')?.[1];
    if (own instanceof FunctionValue) return requiredParameters(own.code.parameters.slice(1));
    if (own !== undefined) return [];
    if (each.hasFields && each.code)
      return each.annotated
        .filter((name) => !findInClass(type, name))
        .map((name) => ({ name, kind: 'named', fallback: null, pattern: null }));
  }
  return [];
}

function givenArguments(needed: readonly Parameter[]): Arguments {
  const given = ({ name }: Parameter): Unknown =>
    new Unknown(`\`${name}\` is given by whoever makes the network`, 'given');
  return {
    positional: needed.filter(({ kind }) => kind === 'plain').map(given),
    named: new Map(
      needed.filter(({ kind }) => kind === 'named').map((parameter) => [parameter.name, given(parameter)]),
    ),
    more: null,
  };
}
