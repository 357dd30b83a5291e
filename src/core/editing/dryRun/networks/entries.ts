/** Where the networks of a file come from: its functions, its classes, and the modules it makes itself. */
import type { Statement } from '../code/code';
import type { Parameter } from '../code/code';
import { KERAS_LAYER } from '../library/modules';
import { findInClass } from '../machine/classes';
import { requiredParameters } from '../machine/functions';
import type { Log, Machine } from '../machine/machine';
import { emptyLog, joinedLogs } from '../machine/machine';
import { NO_ARGUMENTS } from '../values/arguments';
import { LIMITS } from '../values/limits';
import { isPart } from '../values/stake';
import type { Arguments, Value } from '../values/values';
import { ClassValue, FunctionValue, Instance, Partial, Scope, Unknown } from '../values/values';
import type { Span } from '../../syntax/ast';
import { constructorParameters, givenArguments, shortened, valueOf } from './entryParts';
import type { NetworkReport } from './report';
import { failedReport, reportOf } from './reportOf';
import type { EntryPlace } from './reportOf';
import { libraryModel, rootIn, rootsAmong } from './roots';
import type { Run } from './runs';
import { boundedRun } from './runs';

const TEST = /^(test|main|demo|run|train|eval)/i;

export class Entries {
  readonly reports: NetworkReport[] = [];
  private readonly functions: readonly FunctionValue[];
  private readonly classes: readonly ClassValue[];

  constructor(
    private readonly machine: Machine,
    private readonly body: readonly Statement[],
  ) {
    const values = [...machine.module.values.values()];
    this.functions = values.filter((value) => value instanceof FunctionValue);
    this.classes = values.filter((value) => value instanceof ClassValue).filter(({ code }) => code);
  }

  /** `runs`: of the statements at the top of the file. */
  find(runs: ReadonlyMap<Statement, Run>): void {
    this.fromFunctions();
    this.fromStatements(runs, this.machine.module);
    this.fromClasses();
    this.withGivenParameters();
    if (this.reports.length === 0) this.fromTests();
  }

  private fromFunctions(): void {
    for (const callee of this.functions) {
      const { code } = callee;
      if (!code.returns || TEST.test(code.name) || requiredParameters(code.parameters).length > 0) continue;
      const run = this.run(() => this.called(this.machine.call(callee, NO_ARGUMENTS)), false, callee);
      this.fromRun({ entry: code.name, offset: code.from }, run);
    }
  }

  /** What a run has made. The reason is reported of one that did not end, if it had begun to make modules. */
  private fromRun(place: EntryPlace, { ended, log, why, exhausted }: Run): void {
    if (ended) this.fromValue(place, ended.value, log);
    else if (exhausted || log.created.length > 0) this.reports.push(failedReport(place, why));
  }

  private fromValue(place: EntryPlace, value: Value, log: Log): void {
    const report = this.reportOn(place, value, log);
    if (report) this.reports.push(report);
    else if (value instanceof Unknown && value.stake === 'holds' && log.created.length > 0)
      this.reports.push(failedReport(place, value.why));
  }

  /** Null where the value is no network with blocks. */
  private reportOn(place: EntryPlace, value: Value, log: Log): NetworkReport | null {
    const root = rootIn(value);
    const model = libraryModel(value);
    if (!root && !model) return null;
    const doubt = model?.stake === 'holds' ? 'the network is given something that is not known' : null;
    const report = reportOf(this.machine, place, root?.instance ?? null, log, root?.doubt ?? doubt);
    return report.blocks.length + report.imported.length > 0 || !report.complete ? report : null;
  }

  /** Statements one after the other: what they make goes into the next network that a library makes of it. */
  private fromStatements(runs: Iterable<readonly [Statement, Run]>, scope: Scope): void {
    let pending = emptyLog();
    for (const [statement, run] of runs) {
      const { assigned, value } = valueOf(statement);
      const result = assigned === null ? undefined : scope.values.get(assigned);
      const isModel = libraryModel(result) !== null;
      const isReturned = isModel && run.log.calls.some(({ returned }) => returned === result);
      if (!isReturned) pending = joinedLogs(pending, run.log);
      if (!value) continue;
      if (isModel && !isReturned) {
        this.fromValue(this.placeOf(value), result, pending);
        pending = emptyLog();
      } else this.fromStatement(this.placeOf(value), run, result);
    }
  }

  private placeOf({ from, to }: Span): EntryPlace {
    return { entry: shortened(this.machine.source.slice(from, to)), offset: from };
  }

  private fromStatement(place: EntryPlace, run: Run, result: Value): void {
    if (this.reports.some(({ entry }) => place.entry === `${entry}()`)) return;
    if (!run.ended) {
      if (run.log.created.length > 0) this.reports.push(failedReport(place, run.why));
      return;
    }
    if (libraryModel(result)) {
      this.fromRun(place, { ...run, ended: { value: result } });
      return;
    }
    // What Keras' layers are called with makes a network piece by piece.
    const made = rootIn(result)?.instance;
    const roots = rootsAmong(run.log).filter(({ type }) => type.code && !type.order.includes(KERAS_LAYER));
    if (roots.length === 0 || (made && !roots.includes(made)))
      this.fromRun(place, { ...run, ended: { value: result } });
    else {
      for (const root of roots) {
        if (this.machine.language.runsCalls(root.type)) this.run(() => this.called(root), true);
        const entry = roots.length === 1 ? place.entry : `${root.type.name} in ${place.entry}`;
        this.reports.push(reportOf(this.machine, { ...place, entry }, root, run.log, null));
      }
    }
  }

  /** Classes that no network found so far is or contains. */
  private fromClasses(): void {
    // Beside a network, a class without parts is one of its parts, also if it could not be followed there.
    const isAlone = this.reports.length === 0;
    for (const type of this.classes) {
      if (!isPart(type) || this.isUsed(type) || constructorParameters(type).length > 0) continue;
      const run = this.run(() => this.called(this.machine.instantiate(type, NO_ARGUMENTS)));
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
    const found: { report: NetworkReport; type: ClassValue | null }[] = [];
    const consider = (
      place: EntryPlace,
      needed: readonly Parameter[],
      make: (args: Arguments) => Value,
      callee: FunctionValue | null = null,
    ): void => {
      const run = this.run(() => this.called(make(givenArguments(needed))), false, callee);
      const report = run.ended ? this.reportOn(place, run.ended.value, run.log) : null;
      const root = run.ended ? (rootIn(run.ended.value)?.instance ?? null) : null;
      if (!report?.complete || (root && (!root.type.code || this.isInside(root.type)))) return;
      if (!root || report.blocks.some(({ kind, path }) => kind === 'module' && path !== ''))
        found.push({ report, type: root?.type ?? null });
    };
    for (const callee of this.functions) {
      const { code } = callee;
      const needed = requiredParameters(code.parameters);
      if (!code.returns || TEST.test(code.name) || needed.length === 0 || this.isCalled(callee)) continue;
      const place = { entry: code.name, offset: code.from };
      consider(place, needed, (args) => this.machine.call(callee, args), callee);
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
      const isMade = found.some((each) => each.type === type);
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
    const runs: [Statement, Run][] = [];
    for (const statement of body) {
      if (statement.kind === 'return') break;
      const run = this.run(() => {
        this.machine.execute([statement], scope);
        return null;
      }, true);
      runs.push([statement, run]);
    }
    this.fromStatements(runs, scope);
  }

  /** `entry`: the function whose own call is not reported. */
  private run(make: () => Value, keeps = false, entry: FunctionValue | null = null): Run {
    const run = boundedRun(this.machine, LIMITS.steps, keeps, make);
    return { ...run, log: { ...run.log, calls: run.log.calls.filter(({ callee }) => callee !== entry) } };
  }

  /** Flax makes the parts of a network when it is called. */
  private called(value: Value): Value {
    if (value instanceof Instance && this.machine.language.runsCalls(value.type)) {
      const call = findInClass(value.type, '__call__')?.value;
      const needed = call instanceof FunctionValue ? requiredParameters(call.code.parameters.slice(1)) : [];
      this.machine.call(value, givenArguments(needed));
    }
    return value;
  }

  /** Whether another network is made by means of the function. */
  private isCalled(callee: FunctionValue): boolean {
    return this.reports.some(({ blocks }) =>
      blocks.some(({ made }) => 'callee' in made && made.callee === callee),
    );
  }

  /** Whether another network has such a part. */
  private isInside(type: ClassValue): boolean {
    return this.reports.some(({ blocks }) =>
      blocks.some(({ made, path }) => path !== '' && 'type' in made && made.type.order.includes(type)),
    );
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
