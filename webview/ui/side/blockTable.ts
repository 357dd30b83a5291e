import { plainTable } from '../dom/plainTable';
import { decimal, percent } from '../format/numbers';
import type { LineRow } from './treeRows';

const HEADS = [
  'Line',
  'Block',
  'Channels',
  'Mean gate',
  'Channel spread',
  'Class spread',
  'Below 0.05',
  'Above 0.95',
];

/** Everything that the tree shows, in numbers: one row a block, with the line that makes it. */
export function blockTable(lines: readonly LineRow[]): HTMLTableElement {
  const rows = lines.flatMap(({ line, blocks }) =>
    blocks.map(({ block }) => [
      String(line + 1),
      block.id,
      String(block.channels),
      decimal(block.mean, 3),
      decimal(block.channelSpread, 3),
      decimal(block.classSpread, 3),
      percent(block.saturatedLow),
      percent(block.saturatedHigh),
    ]),
  );
  return plainTable('Gates of every block, by line of code', HEADS, rows);
}
