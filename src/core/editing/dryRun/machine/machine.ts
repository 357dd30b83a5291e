/** The machine of a dry run as its parts see it. `createMachine` puts the parts together. */
import type { Argument, Code, Declares, Statement } from '../code/code';
import type {
  Arguments,
  ClassValue,
  FunctionValue,
  Instance,
  MachineDoor,
  Opaque,
  Scope,
  Trail,
  Value,
} from '../values/values';
import type { Span } from '../../syntax/ast';

/** How a body of statements ended; null: at its end. */
export type Completion = null | 'break' | 'continue' | { readonly returned: Value };

/** A finished call of a function of this file. */
export interface CallRecord {
  readonly callee: FunctionValue;
  readonly scope: Scope;
  readonly trail: Trail | null;
  readonly returned: Value;
  /** The call in the source; null where the language or a library made it. */
  calledAt: Span | null;
  /** Made in a trial: it may not happen in the real run. */
  readonly tentative: boolean;
}

/** A call of an SE block of another file: of its class or function. */
export interface ImportedBlock {
  readonly made: Opaque;
  readonly trail: Trail | null;
  /** As in `CallRecord`. */
  readonly tentative: boolean;
}

/** What happened since the log was begun. */
export interface Log {
  /** Modules, in the order they were begun. */
  readonly created: Instance[];
  /** Those made in a trial: they may not be made in the real run. */
  readonly tentative: Set<Instance>;
  readonly calls: CallRecord[];
  readonly imported: ImportedBlock[];
  /** Why blocks may be missing or too many, where no object can carry the doubt. */
  readonly doubts: string[];
}

export function joinedLogs(a: Log, b: Log): Log {
  return {
    created: [...a.created, ...b.created],
    tentative: new Set([...a.tentative, ...b.tentative]),
    calls: [...a.calls, ...b.calls],
    imported: [...a.imported, ...b.imported],
    doubts: [...a.doubts, ...b.doubts],
  };
}

export function emptyLog(): Log {
  return { created: [], tentative: new Set(), calls: [], imported: [], doubts: [] };
}

/** What differs between the languages. */
export interface Language {
  /** Python: an assignment declares the name in its function. JavaScript: it finds the name where it was declared. */
  readonly assignmentDeclares: boolean;
  /** Whether every class of the file may be a block: JavaScript, where they have no common base. */
  readonly everyClassIsModule: boolean;
  readonly constructorName: string;
  /** What a function without `return` answers: None, undefined. */
  readonly nothing: Value;
  /** A name known without an import; undefined where there is none. */
  global(name: string): Value;
  binary(machine: MachineDoor, operator: string, left: Value, right: Value): Value;
  unary(operator: string, operand: Value): Value;
  /** One pair of a comparison; null where it is not known. */
  compare(machine: MachineDoor, operator: string, left: Value, right: Value): boolean | null;
  /** Of everything but instances. */
  truth(value: Value): boolean | null;
  text(value: Value): string | null;
  formatted(value: Value, conversion: string, spec: string): string | null;
  isInstance(machine: MachineDoor, value: Value, type: Value): boolean | null;
  /** A method or attribute of a text, number, list or other value of the language; undefined where it has none of that name. */
  memberOf(machine: MachineDoor, object: Value, name: string): Value;
  getItem(machine: MachineDoor, object: Value, index: Value): Value;
  /** Answers whether the place is known. */
  setItem(machine: MachineDoor, object: Value, index: Value, value: Value): boolean;
  /** The meaning of a library's name; undefined where it is not known. */
  external(path: string): Value;
  /** An attribute of a library's object, e.g. `out_channels` of a layer; undefined where it is not known. */
  opaqueMember(object: Opaque, name: string): Value;
  /** Whether calling an instance makes its parts, as in Flax. */
  runsCalls(type: ClassValue): boolean;
  /** What the library gives every module, e.g. `children`; undefined where there is nothing of that name. */
  moduleMember(module: Instance, name: string): Value;
}

export interface Machine extends MachineDoor {
  readonly language: Language;
  readonly source: string;
  readonly module: Scope;
  /** Where the run is. */
  trail: Trail | null;
  log: Log;
  /** Modules all of whose names are imported: `from torch.nn import *`. */
  readonly starImports: string[];
  /** What a library's name means here. */
  external(path: string): Value;
  evaluate(code: Code, scope: Scope): Value;
  evaluateArguments(args: readonly Argument[], scope: Scope): Arguments;
  assign(target: Code, value: Value, scope: Scope, declares?: Declares): void;
  execute(body: readonly Statement[], scope: Scope, isWholeFunction?: boolean): Completion;
  instantiate(type: ClassValue, args: Arguments): Value;
  /** `old += value` and the like: lists change in place. */
  update(operator: string, old: Value, value: Value): Value;
  /** `del target`. */
  remove(target: Code, scope: Scope): void;
  /** The line of an offset, from 1. */
  line(offset: number): number;
}
