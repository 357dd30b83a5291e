/** How to put a call on the branch of a residual addition, at its end. */
import type { ResidualAddition, UnclearAddition } from '../analysis/residual';
import { lastName } from '../analysis/layers';
import type { Expr, FunctionNode, Statement } from '../syntax/ast';
import { eachExpression, eachStatement } from '../syntax/ast';
import type { SourceFile } from '../syntax/sourceFile';
import { refuse } from '../insertTypes';
import type { Addition, Operand } from '../analysis/flow';
import type { CastText, Insertion, OpenSource } from './site';
import { quoteCode } from './site';

/** The addition with its branch, or a refusal where the branch cannot be told. */
export function requireClear(
  found: ResidualAddition | UnclearAddition,
  { file }: OpenSource,
): ResidualAddition {
  if (!('unclear' in found)) return found;
  return refuse(
    'ambiguous-site',
    `It is not clear which side of ${quoteCode(found.addition.statement, file)} is the residual branch. Put the cursor on the last layer of the branch, or use the snippet.`,
  );
}

/** How often a statement reads a variable; the target of `a += b` does not count. */
function readings(statement: Statement, name: string): number {
  const value =
    statement.kind === 'assign' || statement.kind === 'update' || statement.kind === 'return'
      ? statement.value
      : null;
  return value
    ? [...eachExpression(value)].filter((part) => part.kind === 'name' && part.name === name).length
    : 0;
}

/** The variable a statement gives a new value, where it is one plain variable. */
export function assignedVariable(statement: Statement): string | null {
  if (statement.kind === 'update') return statement.target.kind === 'name' ? statement.target.name : null;
  if (statement.kind !== 'assign' || statement.targets.length !== 1) return null;
  const [target] = statement.targets;
  return target?.kind === 'name' ? target.name : null;
}

/**
 * What TypeScript needs after `.apply(x)` so that a variable keeps its type: the cast of its last assignment before
 * `before`, or a symbolic tensor where it is a parameter.
 */
export function castFor(
  variable: string,
  body: readonly Statement[],
  scope: FunctionNode | null,
  before: number,
  { file }: OpenSource,
): CastText {
  if (file.language !== 'typescript') return '';
  let cast: CastText | undefined;
  for (const statement of eachStatement(body)) {
    if (statement.from > before || statement.kind !== 'assign' || assignedVariable(statement) !== variable)
      continue;
    cast = castIn(file, statement.value);
  }
  if (cast !== undefined) return cast;
  return scope?.parameters.some((parameter) => parameter.name === variable) ? null : '';
}

/** What keeps the type of this value once a block is applied to it: its own cast, or that of a function which returns a symbolic tensor. */
export function castIn(file: SourceFile, value: Expr): CastText {
  if (file.language !== 'typescript') return '';
  if (value.kind === 'cast' && value.castText.startsWith(' as')) return value.castText;
  return value.kind === 'call' && lastName(value.callee) !== 'apply' ? null : '';
}

/**
 * A line `x = se(x)` before the addition where x is a plain variable that dies there, or that others read too and should then read
 * gated; else the operand is wrapped where it stands, which changes nothing else.
 */
export function insertionOnOperand(
  addition: Addition,
  operand: Operand,
  body: readonly Statement[],
  scope: FunctionNode | null,
  source: OpenSource,
  readElsewhere = false,
): Insertion {
  const { file } = source;
  const { statement } = addition;
  const variable = operand.expr.kind === 'name' ? operand.expr.name : null;
  const python = file.language === 'python';
  const isTarget = addition.form === 'update' && operand === addition.operands[0];
  const dies =
    variable !== null &&
    ((isTarget && statement.kind === 'expression') ||
      (python && (readElsewhere || statement.kind === 'return')) ||
      (assignedVariable(statement) === variable &&
        !(statement.kind === 'assign' && statement.declares !== null)));
  const onlyHere = variable !== null && readings(statement, variable) === (isTarget ? 0 : 1);
  if (variable !== null && dies && onlyHere && file.takesLineBefore(statement)) {
    const castText = castFor(variable, body, scope, statement.from - 1, source);
    return { form: 'line', where: 'before', statement, variable, castText };
  }
  if (isTarget) {
    return refuse(
      'unsupported-shape',
      `${quoteCode(statement, file)} shares its line or its variable with other code. Put the addition on a line of its own and try again.`,
    );
  }
  if (operand.expr.kind === 'cast') return { form: 'wrap', spans: [operand.expr.value], castText: '' };
  return { form: 'wrap', spans: [operand.expr], castText: file.language === 'typescript' ? null : '' };
}
