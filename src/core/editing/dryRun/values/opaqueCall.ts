import { stakeOf } from './stake';
import type { Stake } from './stakeLevels';
import { higherStake } from './stakeLevels';
import type { Arguments } from './values';
import { Opaque } from './values';

/** What a function of another file may make of what it gets: classes may become blocks. */
export function stakeOfResult({ positional, named, more }: Arguments): Stake {
  let stake: Stake = 'none';
  for (const value of positional) stake = higherStake(stake, stakeOf(value));
  for (const value of named.values()) stake = higherStake(stake, stakeOf(value));
  if (more) stake = higherStake(stake, more.stake);
  return stake === 'makes' || stake === 'holds' ? 'holds' : 'none';
}

/** A call of something in another file. */
export function opaqueCall(callee: string, args: Arguments): Opaque {
  return new Opaque(callee, args, stakeOfResult(args));
}
