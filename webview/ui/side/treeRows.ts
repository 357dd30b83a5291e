/** The rows of the tree as data: a line of code, and below it the blocks that it makes. */
import type { SideBlock, SideGates, SideLine } from '../../../src/protocol/sideContract';
import { decimal, percent, plural } from '../format/numbers';

interface Row {
  /** Stays the same while the code around is edited. */
  key: string;
  /** Line of the code, from 0. */
  line: number;
}

export interface LineRow extends Row {
  kind: 'line';
  shown: SideLine;
  blocks: readonly BlockRow[];
}

export interface BlockRow extends Row {
  kind: 'block';
  block: SideBlock;
  /** Index into the blocks on display. */
  index: number;
  /** Mean gate of each channel, [channels]. */
  channelMeans: Float32Array;
}

export type TreeRow = LineRow | BlockRow;

export function treeRows({ lines, blocks, channelMeans }: SideGates): LineRow[] {
  const starts: number[] = [];
  let start = 0;
  for (const { channels } of blocks) {
    starts.push(start);
    start += channels;
  }
  const ofLine = new Map<string, number>();
  return lines.map((shown) => {
    const first = blocks[shown.blocks[0] ?? 0]?.id ?? '';
    // Two lines may make the same block, each in a network of its own.
    const nth = (ofLine.get(first) ?? 0) + 1;
    ofLine.set(first, nth);
    const key = `${first}#${nth}`;
    const own = shown.blocks.flatMap((index): BlockRow[] => {
      const block = blocks[index];
      const from = starts[index];
      if (!block || from === undefined) return [];
      const means = channelMeans.subarray(from, from + block.channels);
      const row = { kind: 'block', key: `${key}/${block.id}`, line: shown.line, block, index } as const;
      return [{ ...row, channelMeans: means }];
    });
    return { kind: 'line', key, line: shown.line, shown, blocks: own };
  });
}

/** What a screen reader says of a row. */
export function spokenRow(row: TreeRow): string {
  if (row.kind === 'line') {
    return `Line ${row.line + 1}: ${row.shown.text}, ${plural(row.blocks.length, 'SE block')}`;
  }
  const { id, channels, mean, classSpread, saturatedLow, saturatedHigh, remark = '' } = row.block;
  const facts = [
    id,
    plural(channels, 'channel'),
    `mean gate ${decimal(mean, 2)}`,
    `class spread ${decimal(classSpread, 3)}`,
    `${percent(saturatedLow, 0)} of the gates below 0.05`,
    `${percent(saturatedHigh, 0)} above 0.95`,
  ];
  return `${facts.join(', ')}. ${remark}`.trim();
}

/** The numbers beside a strip. Saturation is told where it rounds to at least one percent. */
export function rowNumbers({ block }: BlockRow): string[] {
  const { mean, classSpread, saturatedLow, saturatedHigh } = block;
  const told = (share: number, text: string) => (share >= 0.005 ? [`${percent(share, 0)} ${text}`] : []);
  return [
    `mean ${decimal(mean, 2)}`,
    `class spread ${decimal(classSpread, 3)}`,
    ...told(saturatedLow, 'below 0.05'),
    ...told(saturatedHigh, 'above 0.95'),
  ];
}
