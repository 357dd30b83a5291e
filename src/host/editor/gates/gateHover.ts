/** The hover of a line with gates, as Markdown. Everything that is not ours is escaped. */
import { selectiveChannels } from '../../../core/excitation/blockSummary';
import { classesWithImages } from '../../../core/excitation/gateMath';
import type { BlockId } from '../../../core/model/graph';
import { factsOf, factsOfBlocks, type BlockFacts } from './blockFacts';
import { gatePicture } from './gatePicture';
import type { FoundGates } from './gatesReading';
import { showsEveryChannel } from './gateStrip';
import { counted, percent } from './gateWords';
import { commandLink, escapeMarkdown, svgImage } from './markdownText';

/** VS Code cuts a hover at 100,000 characters, wherever that is. */
const MAX_CHARACTERS = 90_000;
/** Blocks with a picture, and rows of the table: more would not be read. */
const MAX_PICTURES = 4;
const MAX_ROWS = 40;
const SELECTIVE = 3;
/** Channels whose class means differ by less are selective for nothing. */
const LEAST_RANGE = 0.005;

/** Hovers set columns close together, so wide spaces keep the titles apart: as entities, because spaces around a cell do not count. */
const COLUMNS = ['block', 'mean gate', 'channel spread', 'class spread', 'below 0.05', 'above 0.95'].map(
  (title, column) => (column === 0 ? title : `&emsp;${title}`),
);

/** The commands that it links to. */
export const HOVER_COMMANDS = ['sePlayground.gates.show', 'sePlayground.chooseGates'] as const;

/**
 * Where the numbers are from, a table of the blocks, pictures of the first, and what the colours mean.
 *
 * @param ink colour of the text in pictures
 */
export function gateHover(
  found: Pick<FoundGates, 'source' | 'trace' | 'stale' | 'note'>,
  blocks: readonly BlockId[],
  ink: string,
): string {
  const { source, trace, stale, note } = found;
  const shown = factsOfBlocks(trace, blocks);
  const images = trace.imagesPerClass.reduce((total, count) => total + count, 0);
  const head = [
    `**Gates** · ${escapeMarkdown(`${source.label}, ${source.detail}`)} · ${counted(images, 'image', 'images')}`,
    ...(stale === undefined ? [] : [`$(warning) **Outdated.** ${escapeMarkdown(stale)}`]),
    ...(note === undefined ? [] : [escapeMarkdown(note)]),
    factsText(shown),
  ];
  const foot = [
    legend(found, shown),
    [
      commandLink('Show in the panel', 'sePlayground.gates.show', source.id),
      commandLink('Choose other gates…', 'sePlayground.chooseGates'),
    ].join(' · '),
  ];
  let left = MAX_CHARACTERS - [...head, ...foot].join('\n\n').length;
  const pictures: string[] = [];
  for (const facts of shown.slice(0, MAX_PICTURES)) {
    const part = pictureOf(facts, found, ink);
    left -= part.length + 2;
    if (left < 0) break;
    pictures.push(part);
  }
  const more = shown.length - pictures.length;
  if (more > 0) pictures.push(`The panel has the pictures of the other ${counted(more, 'block', 'blocks')}.`);
  return [...head, ...pictures, ...foot].join('\n\n');
}

/** A table takes more of the little room that a hover has than the numbers of one block need. */
function factsText(shown: readonly BlockFacts[]): string {
  const [only] = shown;
  if (shown.length !== 1 || !only) return tableOf(shown);
  const { block, summary } = only;
  const { mean, channelSpread, classSpread, remark } = summary;
  return [
    `mean gate ${mean.toFixed(3)}`,
    `channel spread ${channelSpread.toFixed(3)}`,
    `class spread ${classSpread.toFixed(3)}`,
    `${percent(block.saturatedLow)} below 0.05, ${percent(block.saturatedHigh)} above 0.95`,
    ...(remark === undefined ? [] : [escapeMarkdown(remark)]),
  ].join(' · ');
}

function tableOf(shown: readonly BlockFacts[]): string {
  const named = shown.slice(0, MAX_ROWS);
  const rows = named.map(({ block, summary: { mean, channelSpread, classSpread } }) => {
    const numbers = [mean, channelSpread, classSpread].map((value) => value.toFixed(3));
    const saturated = [block.saturatedLow, block.saturatedHigh].map(percent);
    return `| ${[escapeMarkdown(block.block), ...numbers, ...saturated].join(' | ')} |`;
  });
  const more = shown.length - rows.length;
  const table = [
    `| ${COLUMNS.join(' | ')} |`,
    '|:--|--:|--:|--:|--:|--:|',
    ...rows,
    ...(more > 0 ? [`| and ${more} more | | | | | |`] : []),
  ].join('\n');
  const remarks = named.flatMap(({ block, summary: { remark } }) =>
    remark === undefined ? [] : [escapeMarkdown(`${block.block}: ${remark}`)],
  );
  return [table, ...remarks].join('\n\n');
}

function pictureOf({ block }: BlockFacts, { trace }: Pick<FoundGates, 'trace'>, ink: string): string {
  const picture = gatePicture(block, trace, factsOf(trace).classScale, ink);
  const seen = classesWithImages(trace.imagesPerClass).length;
  const cut = (shown: number, all: number, what: string) =>
    shown === all ? [] : [`${shown} of ${all} ${what}, those that differ most`];
  const texts = [
    `**${escapeMarkdown(block.block)}**`,
    selectiveText(block, trace),
    ...cut(picture.classes.length, seen, 'classes'),
    ...cut(picture.channels.length, block.channels, 'channels'),
  ];
  const alt = `Mean gate of each class (rows) and channel (columns) of ${block.block}`;
  return [texts.join(' · '), svgImage(picture.svg, alt)].join('\n\n');
}

function selectiveText(block: BlockFacts['block'], trace: FoundGates['trace']): string {
  const named = selectiveChannels(block, trace, SELECTIVE).filter(({ range }) => range >= LEAST_RANGE);
  if (named.length === 0) return 'no channel tells classes apart';
  const texts = named.map(({ channel, highestClass, lowestClass }) => {
    const gate = (label: number) => {
      const name = trace.classNames[label] ?? `class ${label}`;
      return `${escapeMarkdown(name)} ${(block.mean[label * block.channels + channel] ?? 0).toFixed(2)}`;
    };
    return `channel **${channel}** (${gate(highestClass)}, ${gate(lowestClass)})`;
  });
  return `most class-selective: ${texts.join(', ')}`;
}

function legend({ trace }: Pick<FoundGates, 'trace'>, shown: readonly BlockFacts[]): string {
  const { scale, classScale } = factsOf(trace);
  const range = ({ low, high }: { low: number; high: number }) =>
    `${low.toFixed(2)} to yellow ${high.toFixed(2)}`;
  const order = showsEveryChannel(shown.map(({ block }) => block.channels))
    ? 'in channel order'
    : 'sorted from low to high where a block has more channels than fit';
  return (
    `The strip has each channel's mean gate, ${order}: dark blue ${range(scale)}. ` +
    `The picture has one row a class: dark blue ${range(classScale)}.`
  );
}
