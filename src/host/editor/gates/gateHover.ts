import { summarizeBlock } from '../../../core/excitation/blockSummary';
import type { ColourScale } from '../../../core/excitation/colourScale';
import type { BlockExcitation, ExcitationSummary } from '../../../core/excitation/excitationSummary';

export interface HoverSource {
  label: string;
  detail: string;
  summary: ExcitationSummary;
}

/** Hovers set columns close together, so wide spaces keep the titles apart: as entities, because spaces around a cell do not count. */
const COLUMNS = ['block', 'mean gate', 'channel spread', 'class spread', 'below 0.05 / above 0.95'].map(
  (title, column) => (column === 0 ? title : `&emsp;${title}`),
);

/** Markdown of the hover: where the numbers are from, a table of the blocks, what the colours mean. Everything that is not ours is escaped. */
export function gateHover(
  blocks: readonly BlockExcitation[],
  source: HoverSource,
  { low, high }: Pick<ColourScale, 'low' | 'high'>,
): string {
  const rows = blocks.map((block) => {
    const { mean, channelSpread, classSpread, remark } = summarizeBlock(block, source.summary);
    const numbers = [mean, channelSpread, classSpread].map((value) => value.toFixed(3));
    const saturated = `${percent(block.saturatedLow)} / ${percent(block.saturatedHigh)}`;
    const cells = [escapeMarkdown(block.block), ...numbers, saturated, escapeMarkdown(remark ?? '')];
    return `| ${cells.join(' | ')} |`;
  });
  const from = `${source.label}, ${source.detail}`;
  return [
    `**Excitation** · ${escapeMarkdown(from)}`,
    '',
    `| ${COLUMNS.join(' | ')} | |`,
    '|:--|--:|--:|--:|--:|:--|',
    ...rows,
    '',
    `The strip shows the mean gate of each channel, dark blue ${low.toFixed(2)} to yellow ${high.toFixed(2)}.`,
    '',
    '[Show the heatmap](command:sePlayground.showHeatmap)',
  ].join('\n');
}

/** Text as text: no markup, links, table cells or HTML can come of it. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!|~<>&$]/g, (character) =>
      /[<>&]/.test(character) ? entity(character) : `\\${character}`,
    );
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

function percent(fraction: number): string {
  return `${Math.round(100 * fraction)}%`;
}
