import type { Value } from './values';
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

/** Containers deeper or longer than this may hold anything. */
const DEPTH = 6;
const LENGTH = 2_000;

/** What a value can have to do with blocks of this file. */
export function stakeOf(value: Value, depth = 0): Stake {
  if (typeof value !== 'object' || value === null) return 'none';
  if (value instanceof Unknown || value instanceof Opaque) return value.stake;
  if (value instanceof Instance)
    return isPart(value.type) ? 'holds' : ofAll(value.attributes.values(), depth);
  if (value instanceof ClassValue) return value.code && value.role === 'module' ? 'makes' : 'none';
  if (value instanceof FunctionValue) return 'makes';
  if (value instanceof Bound) return higherStake(stakeOf(value.callee, depth), stakeOf(value.self, depth));
  if (value instanceof Partial)
    return higherStake(stakeOf(value.callee, depth), ofAll(value.args.named.values(), depth));
  if (value instanceof List || value instanceof Tuple || value instanceof Iteration)
    return ofAll(value.items, depth);
  if (value instanceof SetValue) return ofAll(value.members.values(), depth);
  if (value instanceof Dict) return ofAll(dictValues(value), depth);
  return 'none';
}

/** Whether instances are modules or hold them. */
export function isPart(type: ClassValue): boolean {
  return type.role === 'module' || type.role === 'container';
}

function* dictValues(dict: Dict): Generator<Value> {
  for (const { value } of dict.entries.values()) yield value;
}

function ofAll(values: Iterable<Value>, depth: number): Stake {
  if (depth >= DEPTH) return 'holds';
  let stake: Stake = 'none';
  let count = 0;
  for (const value of values) {
    stake = higherStake(stake, stakeOf(value, depth + 1));
    count += 1;
    if (count > LENGTH || stake === 'holds') return 'holds';
  }
  return stake;
}
