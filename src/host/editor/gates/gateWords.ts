/** The words for gates that lenses, hovers and marks share. */
import type { BlockFacts } from './blockFacts';

/** A block that does little: lets nearly everything through, shuts most of its channels off, or treats all of them alike. */
export type Standing = 'open' | 'shut' | 'alike';

const MOST = 0.5;

/** Undefined for a block that stands out in no way. */
export function standingOf({ block, summary }: BlockFacts): Standing | undefined {
  if (summary.remark === undefined) return undefined;
  if (block.saturatedHigh > MOST) return 'open';
  return block.saturatedLow > MOST ? 'shut' : 'alike';
}

export function percent(fraction: number): string {
  const rounded = Math.round(100 * fraction);
  return rounded === 0 && fraction > 0 ? 'under 1%' : `${rounded}%`;
}

/** One number, or the least and the most of several. */
export function span(values: readonly number[], digits: number): string {
  const low = Math.min(...values).toFixed(digits);
  const high = Math.max(...values).toFixed(digits);
  return low === high ? low : `${low} to ${high}`;
}

export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
