/**
 * The small neutral syntax tree that Python and TypeScript/JavaScript are lowered to, so that the analysis of layers,
 * residual additions and channels is written once. Only what that analysis reads is kept; everything else is `other`.
 * Offsets count UTF-16 units of the source text; `to` is exclusive and never includes trailing blanks or line ends.
 */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** An argument or list element. */
export interface Item extends Span {
  /** Keyword (Python) or null. */
  readonly name: string | null;
  readonly value: Expr;
  readonly spread: boolean;
  /** Offset just after the comma that follows, or null where none does. */
  readonly comma: number | null;
}

export type Expr =
  | (Span & { readonly kind: 'name'; readonly name: string })
  | (Span & { readonly kind: 'number'; readonly value: number })
  | (Span & { readonly kind: 'string'; readonly value: string })
  | (Span & { readonly kind: 'member'; readonly object: Expr; readonly property: string })
  | CallExpr
  | ListExpr
  | (Span & { readonly kind: 'binary'; readonly operator: string; readonly left: Expr; readonly right: Expr })
  | (Span & { readonly kind: 'conditional'; readonly whenTrue: Expr; readonly whenFalse: Expr })
  | (Span & {
      readonly kind: 'object';
      readonly properties: readonly { readonly name: string; readonly value: Expr }[];
    })
  /** TypeScript `value as T`, `value!`; `castText` is what follows the value, e.g. ` as tf.SymbolicTensor`. */
  | (Span & { readonly kind: 'cast'; readonly value: Expr; readonly castText: string })
  | (Span & { readonly kind: 'other'; readonly parts: readonly Expr[] });

export type CallExpr = Span & {
  readonly kind: 'call';
  readonly callee: Expr;
  readonly args: readonly Item[];
  readonly isNew: boolean;
};
export type ListExpr = Span & {
  readonly kind: 'list';
  readonly items: readonly Item[];
  readonly bracket: '[' | '(' | '';
};

/** A name an import brings in. `path` is dotted: `torch.nn`, `tensorflow.keras.layers.Conv2D`; `local` is `*` for all. */
export interface Binding {
  readonly local: string;
  readonly path: string;
}

export type Statement =
  | (Span & {
      readonly kind: 'assign';
      readonly targets: readonly Expr[];
      readonly value: Expr;
      /** `const`, `let`, `var` where the statement declares; null where it assigns. */
      readonly declares: string | null;
    })
  | (Span & {
      readonly kind: 'update';
      readonly operator: string;
      readonly target: Expr;
      readonly value: Expr;
    })
  | (Span & { readonly kind: 'return'; readonly value: Expr | null })
  | (Span & { readonly kind: 'expression'; readonly value: Expr })
  | (Span & { readonly kind: 'import'; readonly bindings: readonly Binding[] })
  /** `const { layers } = tf`: `names` are local name and property. */
  | (Span & { readonly kind: 'destructure'; readonly names: readonly Binding[]; readonly value: Expr })
  /** if, try, match, switch, with, block. `exhaustive`: one of the bodies always runs. */
  | (Span & {
      readonly kind: 'branch';
      readonly bodies: readonly (readonly Statement[])[];
      readonly exhaustive: boolean;
    })
  | (Span & {
      readonly kind: 'loop';
      readonly targets: readonly Expr[];
      readonly bodies: readonly (readonly Statement[])[];
    })
  | (Span & { readonly kind: 'function'; readonly function: FunctionNode })
  | (Span & { readonly kind: 'class'; readonly class: ClassNode })
  | (Span & { readonly kind: 'other' });

export type StatementOf<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

export interface Parameter {
  readonly name: string;
  readonly fallback: Expr | null;
}

export interface FunctionNode extends Span {
  /** Empty for a function expression without a name. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  /** Python's decorators as written, without `@` and arguments, e.g. `nn.compact`. */
  readonly decorators: readonly string[];
}

export interface ClassNode extends Span {
  readonly name: string;
  readonly bases: readonly Expr[];
  readonly body: readonly Statement[];
  /** Python's annotated names, `filters: int` and `strides: int = 1`: the constructor's parameters of a dataclass, in order. */
  readonly fields: readonly Parameter[];
  readonly methods: readonly FunctionNode[];
}

export interface SourceModule {
  readonly body: readonly Statement[];
  /** Every function and method at any depth. */
  readonly functions: readonly FunctionNode[];
  /** Every class at any depth. */
  readonly classes: readonly ClassNode[];
}

/** Lists of statements directly inside a compound statement; functions and classes keep their own. */
export function innerBodies(statement: Statement): readonly (readonly Statement[])[] {
  return statement.kind === 'branch' || statement.kind === 'loop' ? statement.bodies : [];
}

/** Every statement of a body and of its compound statements, in source order; not those of functions and classes. */
export function* eachStatement(body: readonly Statement[]): Generator<Statement> {
  for (const statement of body) {
    yield statement;
    for (const inner of innerBodies(statement)) yield* eachStatement(inner);
  }
}

/** The simple statement that an expression stands in. */
export function statementWith(body: readonly Statement[], expr: Span): Statement | null {
  for (const statement of eachStatement(body)) {
    const isSimple = innerBodies(statement).length === 0;
    if (isSimple && statement.from <= expr.from && expr.to <= statement.to) return statement;
  }
  return null;
}

/** The value that TypeScript's casts stand around. */
export function withoutCast(expr: Expr): Expr {
  return expr.kind === 'cast' ? withoutCast(expr.value) : expr;
}

/** The expressions directly inside an expression, in source order. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'name':
    case 'number':
    case 'string':
      return [];
    case 'member':
      return [expr.object];
    case 'call':
      return [expr.callee, ...expr.args.map((item) => item.value)];
    case 'list':
      return expr.items.map((item) => item.value);
    case 'binary':
      return [expr.left, expr.right];
    case 'conditional':
      return [expr.whenTrue, expr.whenFalse];
    case 'object':
      return expr.properties.map((property) => property.value);
    case 'cast':
      return [expr.value];
    case 'other':
      return expr.parts;
  }
}

/** An expression and every expression inside it, outer ones first. */
export function* eachExpression(expr: Expr): Generator<Expr> {
  yield expr;
  for (const child of childrenOf(expr)) yield* eachExpression(child);
}

/** The expressions a simple statement is made of; none for compound statements. */
export function expressionsOf(statement: Statement): readonly Expr[] {
  switch (statement.kind) {
    case 'assign':
      return [...statement.targets, statement.value];
    case 'update':
      return [statement.target, statement.value];
    case 'return':
      return statement.value ? [statement.value] : [];
    case 'expression':
    case 'destructure':
      return [statement.value];
    default:
      return [];
  }
}

/** Whether `offset` lies in the span, both ends included. */
export function spanHolds(span: Span, offset: number): boolean {
  return span.from <= offset && offset <= span.to;
}

/** The smallest of the spans that holds `offset`, or null. */
export function innermost<T extends Span>(spans: readonly T[], offset: number): T | null {
  let best: T | null = null;
  for (const span of spans) {
    if (spanHolds(span, offset) && (!best || span.to - span.from <= best.to - best.from)) best = span;
  }
  return best;
}
