import { average } from '../../../src/core/excitation/gateMath';
import { plainTable } from '../dom/plainTable';
import { decimal, percent, signed } from '../format/numbers';
import { meanGates, spreads } from './scene/cellValues';
import type { HeatmapScene } from './scene/heatmapScene';

/** More rows than that are in the CSV file only: a page with them would not answer any more. */
const MOST_ROWS = 512;
const MOST_COLUMNS = 40;

/** One row a block: where its gates lie and how much classes differ. */
export function blockTable({ epoch: { gates }, source }: HeatmapScene): HTMLTableElement {
  const rows = gates.blocks.map((block) => {
    const all = meanGates(block, gates, null);
    const least = all.reduce((best, gate, channel) => (gate < all[best]! ? channel : best), 0);
    const most = all.reduce((best, gate, channel) => (gate > all[best]! ? channel : best), 0);
    const hidden = source.blocks.find(({ id }) => id === block.block)?.hidden;
    return [
      block.block,
      String(block.channels),
      hidden === undefined ? '' : String(hidden),
      decimal(average(all), 3),
      `${decimal(all[least], 3)} (channel ${least})`,
      `${decimal(all[most], 3)} (channel ${most})`,
      decimal(average(spreads(block, gates)), 3),
      percent(block.saturatedLow),
      percent(block.saturatedHigh),
    ];
  });
  const heads = [
    'Block',
    'Channels',
    'Hidden',
    'Mean gate',
    'Least',
    'Most',
    'Class spread',
    'Below 0.05',
    'Above 0.95',
  ];
  return plainTable('Gates of every block, all classes', heads, rows);
}

/** One row a channel in the order on display, one column a row of the detail. */
export function channelTable({ block, detail, detailQuantity, epoch }: HeatmapScene): HTMLTableElement {
  const columns = detail.rows.slice(0, MOST_COLUMNS);
  const channels = columns[0]?.channels.slice(0, MOST_ROWS) ?? new Uint32Array();
  const all = meanGates(block, epoch.gates, null);
  const isDifference = detailQuantity.kind === 'difference';
  const rows = Array.from(channels, (channel, place) => [
    String(channel),
    decimal(all[channel], 3),
    ...columns.map(({ values }) => (isDifference ? signed(values[place], 3) : decimal(values[place], 3))),
  ]);
  const isCut = columns.length < detail.rows.length || channels.length < block.channels;
  const cut = isCut
    ? `; the first ${channels.length} channels of ${columns.length} rows, all are in the CSV file`
    : '';
  const caption = `${detailQuantity.name} of ${block.block}${cut}`;
  return plainTable(caption, ['Channel', 'Mean of all', ...columns.map(({ label }) => label)], rows);
}
