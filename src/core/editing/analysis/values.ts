/** The values that flow through a function, and the additions and applications that make them. */
import type { CallExpr, Expr, Statement } from '../syntax/ast';

export interface Value {
  /** Position in the flow's `values`; inputs have smaller ones. */
  readonly id: number;
  /** layer: a layer not yet applied. apply: a layer applied. op: any other call or operator. */
  readonly kind: 'source' | 'layer' | 'apply' | 'op' | 'add' | 'merge';
  readonly expr: Expr | null;
  readonly inputs: readonly Value[];
  /** The layer expression of `layer` and `apply`. */
  readonly layer: Expr | null;
  /** Name of an `op`: the function's or method's last word, or the operator. */
  readonly name: string;
}

export interface Operand {
  readonly expr: Expr;
  readonly value: Value;
}

export interface Addition {
  readonly value: Value;
  readonly statement: Statement;
  readonly operands: readonly Operand[];
  /** `update` is `a += b`: its first operand is also the target. */
  readonly form: 'binary' | 'update' | 'call';
}

export interface Application {
  readonly value: Value;
  readonly expr: CallExpr;
  readonly statement: Statement;
}

export interface Flow {
  readonly values: readonly Value[];
  readonly additions: readonly Addition[];
  readonly applications: readonly Application[];
  /** The value each `name = ...` statement gives its variable. */
  readonly assigned: ReadonlyMap<Statement, Value>;
  /** What the `return` statements give back, where it depends on a value. */
  readonly returned: readonly Value[];
}

/** The ids of a value and everything it comes from. */
export function ancestorIds(value: Value): Set<number> {
  const seen = new Set<number>();
  const pending = [value];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    pending.push(...next.inputs);
  }
  return seen;
}
