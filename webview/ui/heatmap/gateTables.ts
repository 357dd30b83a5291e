import type { ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import type { SeBlock } from '../../../src/core/model/graph';
import { element } from '../dom/element';
import { decimal, percent } from '../format/numbers';
import { allClassGates, classSpread } from '../../../src/core/excitation/gateMath';

/** One row a block: where its gates lie and how much classes differ. */
export function blockTable(summary: ExcitationSummary, blocks: readonly SeBlock[]): HTMLTableElement {
  const rows = summary.blocks.map((block) => {
    const gates = allClassGates(block, summary.imagesPerClass);
    const least = gates.indexOf(Math.min(...gates));
    const most = gates.indexOf(Math.max(...gates));
    const mean = gates.reduce((sum, gate) => sum + gate, 0) / gates.length;
    const hidden = blocks.find(({ id }) => id === block.block)?.hidden;
    return [
      block.block,
      String(block.channels),
      hidden === undefined ? '' : String(hidden),
      decimal(mean, 3),
      `${decimal(gates[least], 3)} (channel ${least})`,
      `${decimal(gates[most], 3)} (channel ${most})`,
      decimal(classSpread(block, summary.imagesPerClass), 3),
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

/** One row a channel, one column a class. */
export function channelTable(
  summary: ExcitationSummary,
  blockId: string,
  classes: readonly string[],
): HTMLTableElement {
  const block = summary.blocks.find((candidate) => candidate.block === blockId);
  const all = block ? allClassGates(block, summary.imagesPerClass) : [];
  const rows = Array.from(all, (gate, channel) => [
    String(channel),
    decimal(gate, 3),
    ...classes.map((_, classIndex) => decimal(block?.mean[classIndex * (block?.channels ?? 0) + channel], 3)),
  ]);
  return plainTable(`Mean gates of ${blockId}`, ['Channel', 'All classes', ...classes], rows);
}

function plainTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLTableElement {
  return element(
    'table',
    { class: 'numbers' },
    element('caption', { class: 'visually-hidden' }, caption),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element(
      'tbody',
      {},
      ...rows.map(([first = '', ...rest]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, first),
          ...rest.map((value) => element('td', {}, value)),
        ),
      ),
    ),
  );
}
