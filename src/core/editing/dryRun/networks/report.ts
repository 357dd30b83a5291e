/** What a dry run reports: networks and the blocks in them. */
import type { CallRecord, ImportedBlock, Machine } from '../machine/machine';
import type { Doubt } from './moduleTree';
import { asNumber } from '../values/numbers';
import type { Construction, Value, Scope } from '../values/values';
import { Instance, List, Tuple } from '../values/values';
import { Visits } from '../values/visits';

/** A value of a block's constructor, as far as it is known and plain. */
export type PlainValue = number | string | boolean | null | readonly PlainValue[];

export interface Stage {
  /** `layer1`, `features.3`; `stage 2` where blocks are calls and not attributes. */
  readonly path: string;
}

/** One block of a network: an instance of a class of the file, or a call of one of its functions. */
export class BlockInstance {
  /** The classes of the file it is an instance of, its own first; for a call the function's name. */
  readonly lineage: readonly string[];
  /** Where those classes or the function are written. */
  readonly origins: readonly number[];

  constructor(
    readonly stage: Stage,
    /** Dotted path of attributes from the network, e.g. `layer1.0`; empty for the network itself and for calls. */
    readonly path: string,
    readonly made: Instance | CallRecord,
    /** For `evaluateIn`. */
    readonly machine: Machine,
  ) {
    const written =
      made instanceof Instance ? made.type.order.flatMap(({ code }) => code ?? []) : [made.callee.code];
    this.lineage = written.map(({ name }) => name);
    this.origins = written.map(({ from }) => from);
  }

  get kind(): 'module' | 'call' {
    return this.made instanceof Instance ? 'module' : 'call';
  }

  get className(): string {
    return this.lineage[0] ?? '';
  }

  /** The run of the constructor that a class of its lineage wrote; of the most derived one without a name. */
  construction(ofClass?: string): Construction | null {
    if (!(this.made instanceof Instance)) return null;
    const { constructions } = this.made;
    return constructions.find(({ owner }) => owner.name === ofClass) ?? constructions[0] ?? null;
  }

  /**
   * Parameters and local names of the constructor or function, and attributes as `self.name`, as they are in the end.
   * Only plain values: no modules, functions or unknowns.
   */
  /** What a constructor calls its object. */
  get self(): 'self' | 'this' {
    return this.machine.language.assignmentDeclares ? 'self' : 'this';
  }

  get env(): ReadonlyMap<string, PlainValue> {
    const env = new Map<string, PlainValue>();
    const add = (name: string, value: Value): void => {
      const plain = plainValue(value);
      if (plain !== undefined) env.set(name, plain);
    };
    const scope: Scope | undefined =
      this.made instanceof Instance ? this.construction()?.scope : this.made.scope;
    for (const [name, value] of scope?.values ?? []) add(name, value);
    if (this.made instanceof Instance)
      for (const [name, value] of this.made.attributes) add(`${this.self}.${name}`, value);
    return env;
  }
}

function plainValue(value: Value, visits = new Visits(1_000)): PlainValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  const number = asNumber(value);
  if (number !== null) return number;
  if (!(value instanceof List || value instanceof Tuple) || !visits.next()) return undefined;
  if (value instanceof List && value.doubt !== null) return undefined;
  const items = value.items.map((item) => (visits.next() ? plainValue(item, visits) : undefined));
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** An SE block of another file in a network. */
export interface PlacedBlock {
  readonly stage: Stage;
  readonly call: ImportedBlock;
}

/** A network that the file can make, and all its blocks. */
export interface NetworkReport {
  /** `resnet50`, a function; `ResNet18()`, an expression; or a class made with its default arguments. */
  readonly entry: string;
  /** Where the entry is written. */
  readonly offset: number;
  /** The network itself; null where it is made of calls, and where it could not be made. */
  readonly root: Instance | null;
  /** In the order of `named_modules`, the network itself first; then calls of functions of the file, in their order. */
  readonly blocks: readonly BlockInstance[];
  /** SE blocks of other files, in their order: the calls that make them, or apply them where they are functions. */
  readonly imported: readonly PlacedBlock[];
  /** Whether these modules are all there are; where the network is made of calls, whether these calls are. */
  readonly complete: boolean;
  /** Why not: the first doubt. */
  readonly why?: string;
  /** Everything that keeps it from being complete. */
  readonly doubts: readonly Doubt[];
}

/** The blocks of one class, those of its subclasses included, or of one function. */
export interface InstancesOf {
  readonly instances: readonly BlockInstance[];
  readonly complete: boolean;
  readonly why?: string;
}
