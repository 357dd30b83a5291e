/** What a dry run computes with. Known values are exact; everything else is `Unknown` and stays so. */
import type { ClassCode, FunctionCode } from '../code/code';
import type { Budget } from './limits';
import type { Journal } from './mutable';
import { Mutable } from './mutable';
import type { Float, Numbers, Range } from './numbers';
import type { Stake } from './stakeLevels';
import type { Span } from '../../syntax/ast';

export type Value =
  | null
  | undefined
  | boolean
  | number
  | string
  | Float
  | Unknown
  | List
  | Tuple
  | Dict
  | SetValue
  | Iteration
  | Range
  | Slice
  | Numbers
  | FunctionValue
  | ClassValue
  | Instance
  | Builtin
  | External
  | Opaque
  | Bound
  | Partial
  | Super;

export class Unknown {
  constructor(
    /** Why, for a person: completes "because ...". */
    readonly why: string,
    readonly stake: Stake = 'none',
  ) {}
}

export class List extends Mutable {
  /** Set where elements may be missing or too many. */
  doubt: string | null = null;

  constructor(public items: Value[]) {
    super();
  }

  state(): { items: Value[]; doubt: string | null } {
    return { items: this.items, doubt: this.doubt };
  }

  capture(): ReturnType<List['state']> {
    return { items: [...this.items], doubt: this.doubt };
  }

  restore(state: ReturnType<List['state']>): void {
    this.items = state.items;
    this.doubt = state.doubt;
  }
}

export class Tuple {
  constructor(readonly items: readonly Value[]) {}
}

export interface Entry {
  readonly key: Value;
  readonly value: Value;
  /** Why the entry may not be there; its value is unknown then. */
  readonly maybe?: string;
}

/** Python's dict and JavaScript's plain object, in insertion order, by `keyOf` of their keys. */
export class Dict extends Mutable {
  doubt: string | null = null;
  /** What a missing key is given: collections.defaultdict. */
  missing: Value | undefined = undefined;

  constructor(public entries: Map<string, Entry> = new Map()) {
    super();
  }

  /** Why its keys are not all known; null where they are. */
  get unsure(): string | null {
    if (this.doubt !== null) return this.doubt;
    for (const { maybe } of this.entries.values()) if (maybe !== undefined) return maybe;
    return null;
  }

  state(): { entries: Map<string, Entry>; doubt: string | null } {
    return { entries: this.entries, doubt: this.doubt };
  }

  capture(): ReturnType<Dict['state']> {
    return { entries: new Map(this.entries), doubt: this.doubt };
  }

  restore(state: ReturnType<Dict['state']>): void {
    this.entries = state.entries;
    this.doubt = state.doubt;
  }
}

export class SetValue extends Mutable {
  doubt: string | null = null;

  constructor(public members: Map<string, Value> = new Map()) {
    super();
  }

  state(): { members: Map<string, Value>; doubt: string | null } {
    return { members: this.members, doubt: this.doubt };
  }

  capture(): ReturnType<SetValue['state']> {
    return { members: new Map(this.members), doubt: this.doubt };
  }

  restore(state: ReturnType<SetValue['state']>): void {
    this.members = state.members;
    this.doubt = state.doubt;
  }
}

/** What `zip`, `map`, `enumerate` or a generator give: each item once. They are computed at once, not one by one. */
export class Iteration extends Mutable {
  position = 0;
  doubt: string | null = null;

  constructor(readonly items: readonly Value[]) {
    super();
  }

  state(): number {
    return this.position;
  }

  capture(): number {
    return this.position;
  }

  restore(state: number): void {
    this.position = state;
  }
}

export class Slice {
  constructor(
    readonly lower: Value,
    readonly upper: Value,
    readonly step: Value,
  ) {}
}

/** A name's values before and after an assignment. */
export interface Reassignment {
  readonly name: string;
  /** Of the target in the source. */
  readonly at: number;
  readonly before: Value;
  readonly after: Value;
}

/** Names and their values: a function's, a module's, a class body's. */
export class Scope extends Mutable {
  values = new Map<string, Value>();
  /** Names that live in an outer scope: Python's `global` and `nonlocal`. */
  redirected: Map<string, Scope> | null = null;
  /** What a generator has yielded so far; null in other functions. */
  yielded: List | null = null;
  /** Whether `history` is written: of constructors and of the calls that are reported. */
  keepsHistory = false;
  /** Assignments to names that had a value before: which value a name had where. */
  history: Reassignment[] | null = null;

  constructor(
    readonly parent: Scope | null,
    /** `block`: JavaScript's `{ }`; Python has none. `class`: not seen from the methods. */
    readonly kind: 'module' | 'function' | 'block' | 'class',
    /** The function whose parameters these are. */
    readonly callee: FunctionValue | null = null,
  ) {
    super();
  }

  state(): Map<string, Value> {
    return this.values;
  }

  capture(): Map<string, Value> {
    return new Map(this.values);
  }

  restore(state: Map<string, Value>): void {
    this.values = state;
  }
}

export type Binding = 'plain' | 'static' | 'class' | 'property';

export class FunctionValue {
  /** The class whose body defines it. */
  owner: ClassValue | null = null;
  binding: Binding = 'plain';

  constructor(
    readonly code: FunctionCode,
    readonly scope: Scope,
    /** Of the parameters, in their order. Null: computed at each call, as in JavaScript. */
    readonly fallbacks: readonly Value[] | null,
  ) {}
}

/** What a class is to the walk over a network's modules. */
export type ClassRole = 'module' | 'container' | 'plain' | 'enum' | 'exception';

export class ClassValue extends Mutable {
  attributes = new Map<string, Value>();
  /** Method resolution order, itself first. Ends where this file's knowledge ends. */
  order: readonly ClassValue[] = [];
  /** Bases from other files. */
  foreign: readonly External[] = [];
  /** Names the body annotates, in order: the fields, if it is a data class. */
  annotated: readonly string[] = [];
  /** Whether the constructor takes the annotated names: a data class, a named tuple, a Flax module. */
  hasFields = false;

  constructor(
    readonly name: string,
    /** Dotted path of the library's class; empty for this file's. */
    readonly path: string,
    readonly role: ClassRole,
    /** Null for the library's classes. */
    readonly code: ClassCode | null,
  ) {
    super();
  }

  state(): Map<string, Value> {
    return this.attributes;
  }

  capture(): Map<string, Value> {
    return new Map(this.attributes);
  }

  restore(state: Map<string, Value>): void {
    this.attributes = state;
  }
}

/** One run of a constructor: `__init__` of the instance's class or of a base. */
export interface Construction {
  readonly owner: ClassValue;
  readonly scope: Scope;
}

interface InstanceState {
  attributes: Map<string, Value>;
  doubt: string | null;
}

export class Instance extends Mutable {
  /** Children of module containers are attributes by their names, as in PyTorch. */
  attributes = new Map<string, Value>();
  doubt: string | null = null;
  readonly constructions: Construction[] = [];
  /** The arguments of a library's base class, e.g. of nn.Conv2d. */
  native: Opaque | null = null;
  /** The outermost call of the source that made it and gave it back; null where none did. */
  madeAt: Span | null = null;

  constructor(
    readonly type: ClassValue,
    /** Where in the run it was made, for networks whose stages are loops. */
    readonly trail: Trail | null,
  ) {
    super();
  }

  state(): InstanceState {
    return { attributes: this.attributes, doubt: this.doubt };
  }

  capture(): InstanceState {
    return { attributes: new Map(this.attributes), doubt: this.doubt };
  }

  restore(state: InstanceState): void {
    this.attributes = state.attributes;
    this.doubt = state.doubt;
  }
}

/** A loop, one round of it, or a call on the way to where the run is. */
export interface Trail {
  readonly parent: Trail | null;
  readonly kind: 'call' | 'loop' | 'round';
  /** The module whose parts are made in this call; null: modules made here are no parts. */
  readonly module?: Instance | null;
}

/** Positional and named arguments; `more`: others may follow, because an unknown was spread. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly more: Unknown | null;
}

/** A function of the language or a library whose meaning is known. */
export class Builtin {
  constructor(
    readonly name: string,
    readonly run: (machine: MachineDoor, args: Arguments) => Value,
  ) {}
}

/** Something of another file or library, by its dotted path: `torch.nn.Conv2d`. */
export class External {
  /** Attributes asked for so far. */
  readonly members = new Map<string, Value>();

  constructor(readonly path: string) {}
}

/** What a call of something external gave: a layer, a tensor, a number nobody knows here. */
export class Opaque {
  /** The innermost call of the source that gave it; null where none did. */
  madeAt: Span | null = null;

  constructor(
    readonly callee: string,
    readonly args: Arguments,
    readonly stake: Stake,
  ) {}

  /** By the convention of names, a class or its instance was called: the value is an object, neither None nor false. */
  get isObject(): boolean {
    return /(^|\.)_*[A-Z]\w*(\(\))?$/.test(this.callee);
  }
}

/** A method taken from its object. */
export class Bound {
  constructor(
    readonly callee: FunctionValue | Builtin | External,
    readonly self: Value,
  ) {}
}

export class Partial {
  constructor(
    readonly callee: Value,
    readonly args: Arguments,
  ) {}
}

/** `super()` in a method of `owner`. */
export class Super {
  constructor(
    readonly owner: ClassValue,
    readonly self: Instance | ClassValue,
  ) {}
}

/** What the library's functions may ask of the machine that runs them. */
export interface MachineDoor {
  readonly budget: Budget;
  readonly journal: Journal;
  /** Counts a copy of a module among what was made. */
  made(instance: Instance): void;
  call(callee: Value, args: Arguments): Value;
  /** @throws Raised AttributeError */
  member(object: Value, name: string): Value;
  setMember(object: Value, name: string, value: Value): void;
  /** All items, or why they are not known. */
  items(iterable: Value): readonly Value[] | Unknown;
  /** Null where it is not known. */
  truth(value: Value): boolean | null;
  isEqual(a: Value, b: Value): boolean | null;
  /** Null where it is not known. */
  isLess(a: Value, b: Value): boolean | null;
  binary(operator: string, left: Value, right: Value): Value;
  /** Python's str() or JavaScript's String(); null where it is not known. */
  text(value: Value): string | null;
  /** Null where it is not known. */
  isInstance(value: Value, type: Value): boolean | null;
  /** `object[index]`. @throws Raised IndexError, KeyError */
  getItem(object: Value, index: Value): Value;
  setItem(object: Value, index: Value, value: Value): void;
}
