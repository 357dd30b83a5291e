/**
 * What an unknown value can have to do with blocks. none: nothing. given: the caller of the network passes it, so it
 * brings no blocks of the network's own, but calling it may. makes: it may be a class or function of this file.
 * holds: it may be or contain a block.
 */
export type Stake = 'none' | 'given' | 'makes' | 'holds';

const STAKES: readonly Stake[] = ['none', 'given', 'makes', 'holds'];

export function higherStake(a: Stake, b: Stake): Stake {
  return STAKES.indexOf(a) > STAKES.indexOf(b) ? a : b;
}
