/**
 * The code a dry run interprets: one tree for Python and TypeScript/JavaScript. It keeps what the neutral tree of the
 * analysis (`syntax/ast.ts`) drops: conditions, subscripts, star arguments, comprehensions, format strings.
 * Offsets count UTF-16 units of the source text; `to` is exclusive.
 */
import type { Float } from '../values/numbers';
import type { Span } from '../../syntax/ast';

/** Literal values; `undefined` is JavaScript's, null is Python's None too. */
export type Literal = null | undefined | boolean | number | string | Float;

/** `f(value)`, `f(*value)`, `f(name=value)`, `f(**value)`. */
export interface Argument {
  readonly kind: 'plain' | 'spread' | 'named' | 'namedSpread';
  readonly name: string;
  readonly value: Code;
}

export interface Element {
  readonly spread: boolean;
  readonly value: Code;
  /** JavaScript's `[a = 1] = items`: what the target gets where there is no item. */
  readonly fallback?: Code;
}

/** `for target in iterable if tests`. */
export interface Clause {
  readonly target: Code;
  readonly iterable: Code;
  readonly tests: readonly Code[];
}

/** A piece of a format string: text, or a value with Python's format specification. */
export type TextPart =
  string | { readonly value: Code; readonly conversion: string; readonly spec: readonly TextPart[] };

export type SequenceType = 'list' | 'tuple' | 'set';

export type Code = Span &
  (
    | { readonly kind: 'literal'; readonly value: Literal }
    | { readonly kind: 'name'; readonly name: string }
    /** `optional`: JavaScript's `?.`. */
    | {
        readonly kind: 'member';
        readonly object: Code;
        readonly property: string;
        readonly optional: boolean;
      }
    | { readonly kind: 'subscript'; readonly object: Code; readonly index: Code }
    | {
        readonly kind: 'slice';
        readonly lower: Code | null;
        readonly upper: Code | null;
        readonly step: Code | null;
      }
    | { readonly kind: 'call'; readonly callee: Code; readonly args: readonly Argument[] }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Code }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Code; readonly right: Code }
    /** `a < b <= c`: every neighbouring pair must hold. */
    | {
        readonly kind: 'compare';
        readonly first: Code;
        readonly rest: readonly { readonly operator: string; readonly operand: Code }[];
      }
    | {
        readonly kind: 'logical';
        readonly operator: 'and' | 'or' | '??';
        readonly left: Code;
        readonly right: Code;
      }
    | {
        readonly kind: 'conditional';
        readonly test: Code;
        readonly whenTrue: Code;
        readonly whenFalse: Code;
      }
    | { readonly kind: 'sequence'; readonly type: SequenceType; readonly elements: readonly Element[] }
    /** Entries without a key are spread. */
    | {
        readonly kind: 'dictionary';
        readonly entries: readonly { readonly key: Code | null; readonly value: Code }[];
      }
    | { readonly kind: 'function'; readonly function: FunctionCode }
    | {
        readonly kind: 'comprehension';
        readonly type: SequenceType | 'dictionary' | 'generator';
        /** The key of a dictionary's entry. */
        readonly key: Code | null;
        readonly value: Code;
        readonly clauses: readonly Clause[];
      }
    | { readonly kind: 'text'; readonly parts: readonly TextPart[] }
    /** `(target := value)`, and JavaScript's assignments, which are expressions. */
    | { readonly kind: 'store'; readonly target: Code; readonly value: Code }
    /** JavaScript's `x += value`, `x++`; `answersOld` for the latter. */
    | {
        readonly kind: 'update';
        readonly operator: string;
        readonly target: Code;
        readonly value: Code;
        readonly answersOld: boolean;
      }
    /** Python's `yield` and `yield from`. */
    | { readonly kind: 'yield'; readonly value: Code | null; readonly all: boolean }
    /** JavaScript's `{ a, b: c = 1, ...rest }` on the left of an assignment. */
    | {
        readonly kind: 'pattern';
        readonly entries: readonly {
          readonly key: string;
          readonly target: Code;
          readonly fallback: Code | null;
        }[];
        readonly rest: Code | null;
      }
    /** What the reader does not know, named for the person: its value is unknown. */
    | { readonly kind: 'unread'; readonly what: string }
  );

export interface Parameter {
  /** Empty where a pattern takes the value apart. */
  readonly name: string;
  /** `rest`: `*args`, `...rest`; `namedRest`: `**kwargs`; `named`: after `*`, by name only. */
  readonly kind: 'plain' | 'named' | 'rest' | 'namedRest';
  readonly fallback: Code | null;
  readonly pattern: Code | null;
}

export interface FunctionCode extends Span {
  /** Empty for a lambda or an arrow function. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Read at the first call: most functions of a file, `forward` above all, are never run. */
  readonly body: () => readonly Statement[];
  /** Whether calling it collects what it yields. */
  readonly yields: boolean;
  /** Whether it can return something: `return value` or an expression body. */
  readonly returns: boolean;
}

export interface ClassCode extends Span {
  readonly name: string;
  readonly bases: readonly Argument[];
  readonly body: readonly Statement[];
}

/** A name an import brings in. `path` is dotted: `torch.nn`; leading dots for relative ones; `local` is `*` for all. */
export interface ImportedName {
  readonly local: string;
  readonly path: string;
}

export interface Handler {
  /** Null catches everything. */
  readonly types: Code | null;
  readonly name: string;
  readonly body: readonly Statement[];
}

/** `let`: in the block (JavaScript's const too); `var`: in the function; null: assigns where the name lives. */
export type Declares = 'let' | 'var' | null;

export type Statement = Span &
  (
    | {
        readonly kind: 'assign';
        readonly targets: readonly Code[];
        readonly value: Code;
        readonly declares: Declares;
      }
    /** Python's `x: int`: a field, where a data class reads it. */
    | { readonly kind: 'field'; readonly name: string; readonly value: Code | null }
    | { readonly kind: 'update'; readonly operator: string; readonly target: Code; readonly value: Code }
    | { readonly kind: 'expression'; readonly value: Code }
    | { readonly kind: 'return'; readonly value: Code | null }
    | {
        readonly kind: 'if';
        readonly test: Code;
        readonly then: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | {
        readonly kind: 'for';
        readonly target: Code;
        readonly declares: Declares;
        readonly iterable: Code;
        /** JavaScript's `for in`. */
        readonly overKeys: boolean;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    /** `step` runs after each round, `continue` included. */
    | {
        readonly kind: 'while';
        readonly test: Code;
        readonly body: readonly Statement[];
        readonly step: Code | null;
        readonly otherwise: readonly Statement[];
        /** `do ... while`. */
        readonly testsLast: boolean;
      }
    | {
        readonly kind: 'try';
        readonly body: readonly Statement[];
        readonly handlers: readonly Handler[];
        readonly otherwise: readonly Statement[];
        readonly last: readonly Statement[];
      }
    | {
        readonly kind: 'with';
        readonly items: readonly { readonly value: Code; readonly target: Code | null }[];
        readonly body: readonly Statement[];
      }
    | { readonly kind: 'function'; readonly function: FunctionCode; readonly decorators: readonly Code[] }
    | { readonly kind: 'class'; readonly class: ClassCode; readonly decorators: readonly Code[] }
    | { readonly kind: 'import'; readonly names: readonly ImportedName[] }
    | { readonly kind: 'raise'; readonly value: Code | null }
    | { readonly kind: 'assert'; readonly test: Code }
    | { readonly kind: 'delete'; readonly targets: readonly Code[] }
    | { readonly kind: 'scope'; readonly names: readonly string[]; readonly of: 'module' | 'outer' }
    | { readonly kind: 'block'; readonly body: readonly Statement[] }
    | { readonly kind: 'break' }
    | { readonly kind: 'continue' }
    | { readonly kind: 'unread'; readonly what: string }
  );

/** A value computed at the first call and kept. */
export function lazily<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | null = null;
  return () => (kept ??= { value: compute() }).value;
}
