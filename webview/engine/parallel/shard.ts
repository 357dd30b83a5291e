/** A worker's place in its group. */
export interface GroupPlace {
  /** From 0. */
  readonly rank: number;
  /** Workers in the group. */
  readonly size: number;
}

export const ALONE: GroupPlace = { rank: 0, size: 1 };

/** The worker's part of `count` things: `from` up to, not including, `to`. The parts follow each other, and differ by one thing at most. */
export function shardOf(count: number, { rank, size }: GroupPlace): { from: number; to: number } {
  return { from: Math.floor((rank * count) / size), to: Math.floor(((rank + 1) * count) / size) };
}
