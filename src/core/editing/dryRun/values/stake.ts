import type { Value } from './values';
import { Visits } from './visits';
import type { Stake } from './stakeLevels';
import {
  Bound,
  ClassValue,
  Dict,
  FunctionValue,
  Instance,
  Iteration,
  List,
  Opaque,
  Partial,
  SetValue,
  Tuple,
  Unknown,
} from './values';
import { higherStake } from './stakeLevels';

/** What a value can have to do with blocks of this file. What is too large to look into may hold anything. */
export function stakeOf(value: Value, visits?: Visits): Stake {
  if (typeof value !== 'object' || value === null) return 'none';
  if (value instanceof Unknown || value instanceof Opaque) return value.stake;
  if (value instanceof ClassValue) return value.code && value.role === 'module' ? 'makes' : 'none';
  if (value instanceof FunctionValue) return 'makes';
  if (value instanceof Instance && isPart(value.type)) return 'holds';
  const seen = visits ?? new Visits(2_000);
  if (!seen.next()) return 'holds';
  if (value instanceof Instance) return ofAll(value.attributes.values(), seen);
  if (value instanceof Bound) return higherStake(stakeOf(value.callee, seen), stakeOf(value.self, seen));
  if (value instanceof Partial)
    return higherStake(stakeOf(value.callee, seen), ofAll(value.args.named.values(), seen));
  if (value instanceof List || value instanceof Tuple || value instanceof Iteration)
    return ofAll(value.items, seen);
  if (value instanceof SetValue) return ofAll(value.members.values(), seen);
  if (value instanceof Dict) return ofAll(dictValues(value), seen);
  return 'none';
}

/** Whether instances are modules or hold them. */
export function isPart(type: ClassValue): boolean {
  return type.role === 'module' || type.role === 'container';
}

function* dictValues(dict: Dict): Generator<Value> {
  for (const { value } of dict.entries.values()) yield value;
}

function ofAll(values: Iterable<Value>, visits: Visits): Stake {
  let stake: Stake = 'none';
  for (const value of values) {
    stake = higherStake(stake, stakeOf(value, visits));
    if (stake === 'holds') break;
    // Numbers and texts are not looked into, but there may be many.
    if (!visits.next()) return 'holds';
  }
  return stake;
}
