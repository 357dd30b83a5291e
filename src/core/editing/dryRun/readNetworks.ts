/**
 * The door of the dry run: which networks a file makes, and with how many blocks of which channels in which stage.
 * The file is interpreted, not executed: what follows from the source is exact, everything else is unknown and said to be.
 */
import { parseSource } from '../syntax/parseSource';
import type { SourceFile } from '../syntax/sourceFile';
import type { Code, Statement } from './code/code';
import { createMachine } from './machine/createMachine';
import type { Machine } from './machine/machine';
import { Entries } from './networks/entries';
import type { EvaluateOptions } from './networks/evaluateIn';
import { evaluateCode } from './networks/evaluateIn';
import type { BlockInstance, NetworkReport } from './networks/report';
import type { Run } from './networks/runs';
import { boundedRun } from './networks/runs';
import { PYTHON } from './python/pythonLanguage';
import { readPython } from './python/pythonStatements';
import { JAVASCRIPT } from './javascript/javascriptLanguage';
import { readJavascript } from './javascript/javascriptStatements';
import { LIMITS } from './values/limits';
import { Unknown } from './values/values';

export { instancesOf } from './networks/reportOf';
export type { Owner } from './networks/reportOf';
export { countByStage } from './networks/countByStage';
export type { StageCount } from './networks/countByStage';
export type { EvaluateOptions } from './networks/evaluateIn';
export type {
  BlockInstance,
  InstancesOf,
  NetworkReport,
  PlacedBlock,
  PlainValue,
  Stage,
} from './networks/report';

/** Total: hostile or unfinished code ends as an incomplete report or none. Bounded: see `LIMITS`. */
export function readNetworks(file: SourceFile): readonly NetworkReport[] {
  const isPython = file.language === 'python';
  const body = (isPython ? readPython : readJavascript)(file.tree, file.text);
  const machine = createMachine(isPython ? PYTHON : JAVASCRIPT, file.text);
  if (isPython) machine.module.values.set('__name__', 'network');
  const runs = new Map<Statement, Run>();
  for (const statement of body) runs.set(statement, runTop(machine, statement));
  const entries = new Entries(machine, body);
  entries.find(runs);
  return [...entries.reports].sort((a, b) => a.offset - b.offset);
}

/** A statement at the top of the file. Where it fails, the names it was to give are unknown. */
function runTop(machine: Machine, statement: Statement): Run {
  const run = boundedRun(machine, LIMITS.topStatementSteps, true, () => {
    machine.execute([statement], machine.module);
    return null;
  });
  if (!run.ended) {
    for (const name of namesGiven(statement)) machine.module.values.set(name, new Unknown(run.why, 'holds'));
  }
  return run;
}

/** The names that a statement gives a value. Not recursive: `elif`s are nested as deep as there are many. */
function namesGiven(statement: Statement): string[] {
  const names: string[] = [];
  const pending = [statement];
  for (let next = pending.pop(); next; next = pending.pop()) {
    switch (next.kind) {
      case 'assign':
        names.push(...next.targets.flatMap(namesIn));
        break;
      case 'field':
        names.push(next.name);
        break;
      case 'update':
        names.push(...namesIn(next.target));
        break;
      case 'function':
        names.push(next.function.name);
        break;
      case 'class':
        names.push(next.class.name);
        break;
      case 'if':
        pending.push(...next.then, ...next.otherwise);
        break;
      case 'try':
        pending.push(...next.body, ...next.otherwise, ...next.last);
        break;
      case 'for':
      case 'while':
      case 'with':
      case 'block':
        pending.push(...next.body);
        break;
      default:
    }
  }
  return names;
}

function namesIn(target: Code): string[] {
  if (target.kind === 'name') return [target.name];
  return target.kind === 'sequence' ? target.elements.flatMap(({ value }) => namesIn(value)) : [];
}

/**
 * The value of an expression in a block, as a constructor or function of the file would write it; null where it is not
 * known, or no finite number.
 */
export function evaluateIn(
  block: BlockInstance,
  expression: string,
  options: EvaluateOptions = {},
): number | null {
  // A statement on one line: what does not parse as one is no expression. JavaScript's objects need the brackets.
  const isPython = block.machine.language === PYTHON;
  const text = isPython ? expression : `(${expression})`;
  const tree = parseSource(text, isPython ? 'python' : 'typescript');
  const [only, ...more] = (isPython ? readPython : readJavascript)(tree, text);
  if (only?.kind !== 'expression' || more.length > 0) return null;
  return evaluateCode(block, only.value, options);
}
