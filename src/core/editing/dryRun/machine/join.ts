/** What two possible states have in common. */
import type { Span } from '../../syntax/ast';
import type { Mutable } from '../values/mutable';
import { Visits } from '../values/visits';
import { Float } from '../values/numbers';
import { stakeOf } from '../values/stake';
import type { Entry, Value } from '../values/values';
import {
  ClassValue,
  Dict,
  External,
  Instance,
  Iteration,
  List,
  Opaque,
  Scope,
  SetValue,
  Tuple,
  Unknown,
} from '../values/values';
import { higherStake } from '../values/stakeLevels';

const DEPTH = 12;
/** What layers were called with, and those before them, is of no interest far back. */
const OPAQUE_DEPTH = 3;

export class Joiner {
  private readonly visits = new Visits(20_000);
  private readonly joined = new Map<object, Map<object, Value>>();

  constructor(
    private readonly why: string,
    /** Objects with this serial number or a higher one are new: nobody else has them. */
    private readonly from: number,
  ) {}

  /** The value that says only what both say. */
  join(a: Value, b: Value, depth = 0): Value {
    if (Object.is(a, b)) return a;
    if (a instanceof Float && b instanceof Float && Object.is(a.value, b.value)) return a;
    if (a instanceof External && b instanceof External && a.path === b.path) return a;
    if (a instanceof Opaque && b instanceof Opaque && a.callee === b.callee)
      return this.joinOpaque(a, b, depth);
    if (!this.visits.next()) return new Unknown(this.why, 'holds');
    if (a instanceof Tuple && b instanceof Tuple && a.items.length === b.items.length && depth < DEPTH)
      return new Tuple(a.items.map((item, index) => this.join(item, b.items[index], depth + 1)));
    const merged = this.joinNew(a, b, depth);
    return merged ?? new Unknown(this.why, higherStake(stakeOf(a), stakeOf(b)));
  }

  private joinOpaque(a: Opaque, b: Opaque, depth: number): Value {
    const stake = higherStake(a.stake, b.stake);
    if (a.args.positional.length !== b.args.positional.length || depth >= OPAQUE_DEPTH)
      return new Unknown(this.why, stake);
    const named = this.joinMaps(a.args.named, b.args.named, depth);
    const values = a.args.positional.map((value, index) =>
      this.join(value, b.args.positional[index], depth + 1),
    );
    const opaque = new Opaque(
      a.callee,
      { positional: values, named, more: a.args.more ?? b.args.more },
      stake,
    );
    opaque.madeAt = commonPlace(a, b);
    return opaque;
  }

  /** Two objects that only their trials know can become one that stands for both. */
  private joinNew(a: Value, b: Value, depth: number): Value | null {
    const isNew = (value: Value): value is Instance | List =>
      (value instanceof Instance || value instanceof List) && value.serial >= this.from;
    if (depth >= DEPTH || !isNew(a) || !isNew(b)) return null;
    const known = this.joined.get(a)?.get(b);
    if (known !== undefined) return known;
    if (a instanceof List && b instanceof List) {
      const list = new List([]);
      this.remember(a, b, list);
      this.joinState(list, a.state(), b.state(), depth + 1);
      return list;
    }
    if (!(a instanceof Instance && b instanceof Instance) || a.type !== b.type) return null;
    const instance = new Instance(a.type, a.trail);
    instance.madeAt = commonPlace(a, b);
    this.remember(a, b, instance);
    this.joinState(instance, a.state(), b.state(), depth + 1);
    for (const [index, construction] of a.constructions.entries()) {
      const other = b.constructions[index];
      if (other?.owner !== construction.owner) break;
      const scope = new Scope(construction.scope.parent, 'function', construction.scope.callee);
      this.joinState(scope, construction.scope.state(), other.scope.state(), depth + 1);
      instance.constructions.push({ owner: construction.owner, scope });
    }
    return instance;
  }

  private remember(a: object, b: object, value: Value): void {
    const row = this.joined.get(a) ?? new Map<object, Value>();
    this.joined.set(a, row.set(b, value));
  }

  /** Puts the object into the state that says only what both states say. They are what `capture` of such an object gives. */
  joinState(object: Mutable, a: unknown, b: unknown, depth = 0): void {
    if (object instanceof Scope || object instanceof ClassValue) {
      object.restore(this.joinMaps(a as Map<string, Value>, b as Map<string, Value>, depth));
    } else if (object instanceof Instance) {
      const [left, right] = [a, b] as [ReturnType<Instance['state']>, ReturnType<Instance['state']>];
      object.restore({
        attributes: this.joinMaps(left.attributes, right.attributes, depth),
        doubt: left.doubt ?? right.doubt,
      });
    } else if (object instanceof List) {
      const [left, right] = [a, b] as [ReturnType<List['state']>, ReturnType<List['state']>];
      const [short, long] = left.items.length <= right.items.length ? [left, right] : [right, left];
      const items = long.items.map((item, index) =>
        index < short.items.length ? this.join(short.items[index], item, depth + 1) : item,
      );
      const differs = short.items.length !== long.items.length ? this.why : null;
      object.restore({ items, doubt: left.doubt ?? right.doubt ?? differs });
    } else if (object instanceof Dict) {
      this.joinDict(object, a as ReturnType<Dict['state']>, b as ReturnType<Dict['state']>, depth);
    } else if (object instanceof SetValue) {
      const [left, right] = [a, b] as [ReturnType<SetValue['state']>, ReturnType<SetValue['state']>];
      const members = new Map([...left.members, ...right.members]);
      const differs = members.size !== left.members.size || members.size !== right.members.size;
      object.restore({ members, doubt: left.doubt ?? right.doubt ?? (differs ? this.why : null) });
    } else if (object instanceof Iteration) {
      const [left, right] = [a, b] as [number, number];
      object.restore(Math.max(left, right));
      if (left !== right) object.doubt = this.why;
    }
  }

  private joinDict(
    object: Dict,
    left: ReturnType<Dict['state']>,
    right: ReturnType<Dict['state']>,
    depth: number,
  ): void {
    const entries = new Map<string, Entry>();
    for (const [key, entry] of [...left.entries, ...right.entries]) {
      const other = left.entries.get(key) === entry ? right.entries.get(key) : left.entries.get(key);
      if (entries.has(key)) continue;
      const value = other ? this.join(entry.value, other.value, depth + 1) : this.maybe(entry.value);
      const maybe = other ? (entry.maybe ?? other.maybe) : this.why;
      entries.set(key, { key: entry.key, value, ...(maybe === undefined ? {} : { maybe }) });
    }
    object.restore({ entries, doubt: left.doubt ?? right.doubt });
  }

  private joinMaps(
    a: ReadonlyMap<string, Value>,
    b: ReadonlyMap<string, Value>,
    depth: number,
  ): Map<string, Value> {
    const joined = new Map<string, Value>();
    for (const [key, value] of a)
      joined.set(key, b.has(key) ? this.join(value, b.get(key), depth + 1) : this.maybe(value));
    for (const [key, value] of b) if (!a.has(key)) joined.set(key, this.maybe(value));
    return joined;
  }

  /** A value that may not be there. */
  private maybe(value: Value): Value {
    return value instanceof Unknown ? value : new Unknown(this.why, stakeOf(value));
  }
}

function commonPlace(a: Instance | Opaque, b: Instance | Opaque): Span | null {
  return a.madeAt?.from === b.madeAt?.from ? a.madeAt : null;
}
