/** The class x channel picture of a hover: mean gates of one block, as an SVG document around a PNG. */
import { deviationOf, classesWithImages, allClassGates } from '../../../core/excitation/gateMath';
import { selectiveChannels } from '../../../core/excitation/blockSummary';
import { COLOUR_STEPS, type ColourScale } from '../../../core/excitation/colourScale';
import type { BlockTrace, ExcitationTrace } from '../../../core/excitation/trace';
import { indexedPng } from './indexedPng';

/** More rows or columns than these cannot be told apart in a hover. */
const MAX_CLASSES = 20;
const MAX_CHANNELS = 96;
/** Pixels. */
const ROW_HEIGHT = 11;
const PICTURE_WIDTH = 384;
const MAX_COLUMN_WIDTH = 14;
const LETTER_WIDTH = 6.5;
const MAX_LETTERS = 18;
const AXIS_HEIGHT = 16;
/** Columns whose number stands below. */
const MAX_MARKED = 3;
/** Least distance of two numbers below, in pixels. */
const NUMBER_ROOM = 30;

export interface GatePicture {
  svg: string;
  /** Channels that it shows, ascending. */
  channels: readonly number[];
  /** Classes that it shows, ascending. */
  classes: readonly number[];
}

/** @param ink colour of the text, for the theme's background */
export function gatePicture(
  block: BlockTrace,
  trace: ExcitationTrace,
  scale: ColourScale,
  ink: string,
): GatePicture {
  const channels = shownChannels(block, trace);
  const classes = shownClasses(block, trace);
  const all = allClassGates(block, trace.imagesPerClass);
  const rows = [
    { name: 'all classes', gate: (channel: number) => all[channel] ?? 0 },
    ...classes.map((label) => ({
      name: trace.classNames[label] ?? `class ${label}`,
      gate: (channel: number) => block.mean[label * block.channels + channel] ?? 0,
    })),
  ];
  const pixels = Uint8Array.from(
    rows.flatMap(({ gate }) => channels.map((channel) => step(gate(channel), scale))),
  );
  const png = indexedPng({ width: channels.length, height: rows.length, pixels, palette: scale.bytes() });

  const labels = rows.map(({ name }) => shortened(name));
  const left = Math.ceil(LETTER_WIDTH * Math.max(...labels.map(({ length }) => length))) + 6;
  const columnWidth = Math.min(MAX_COLUMN_WIDTH, Math.max(2, Math.floor(PICTURE_WIDTH / channels.length)));
  const width = columnWidth * channels.length;
  const height = ROW_HEIGHT * rows.length;
  const texts = labels.map(
    (label, row) =>
      `<text x="${left - 6}" y="${row * ROW_HEIGHT + 9.5}" text-anchor="end">${escapeXml(label)}</text>`,
  );
  const marks = marked(block, trace, channels, columnWidth).map(({ channel, x }) => {
    const at = left + x;
    return (
      `<path d="M${at} ${height + 1}l3 4h-6z"/>` +
      `<text x="${at}" y="${height + AXIS_HEIGHT}" text-anchor="middle">${channel}</text>`
    );
  });
  const full = { width: left + width + NUMBER_ROOM / 2, height: height + AXIS_HEIGHT + 3 };
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${full.width}" height="${full.height}" ` +
    `viewBox="0 0 ${full.width} ${full.height}" font-family="sans-serif" font-size="10.5" fill="${ink}">` +
    `<image x="${left}" width="${width}" height="${height}" preserveAspectRatio="none" ` +
    `style="image-rendering:pixelated" href="data:image/png;base64,${Buffer.from(png).toString('base64')}"/>` +
    `${texts.join('')}${marks.join('')}</svg>`;
  return { svg, channels, classes };
}

/** All, or those that differ most between classes. */
function shownChannels(block: BlockTrace, trace: ExcitationTrace): number[] {
  const shown =
    block.channels <= MAX_CHANNELS
      ? Array.from({ length: block.channels }, (_, channel) => channel)
      : selectiveChannels(block, trace, MAX_CHANNELS).map(({ channel }) => channel);
  return shown.sort((one, other) => one - other);
}

/** All that have images, or those whose channels differ most from the mean of all classes. */
function shownClasses(block: BlockTrace, { imagesPerClass }: ExcitationTrace): number[] {
  const seen = classesWithImages(imagesPerClass);
  if (seen.length <= MAX_CLASSES) return seen;
  const all = allClassGates(block, imagesPerClass);
  const ranked = seen.map((label) => ({
    label,
    distance: deviationOf(
      all.map((gate, channel) => (block.mean[label * block.channels + channel] ?? 0) - gate),
    ),
  }));
  return ranked
    .sort((one, other) => other.distance - one.distance)
    .slice(0, MAX_CLASSES)
    .map(({ label }) => label)
    .sort((one, other) => one - other);
}

/** The most class-selective channels, where their numbers have room; `x` is the middle of the column, in pixels. */
function marked(block: BlockTrace, trace: ExcitationTrace, channels: readonly number[], columnWidth: number) {
  const marks: { channel: number; x: number }[] = [];
  for (const { channel } of selectiveChannels(block, trace, MAX_MARKED)) {
    const x = (channels.indexOf(channel) + 0.5) * columnWidth;
    if (marks.every((mark) => Math.abs(mark.x - x) >= NUMBER_ROOM)) marks.push({ channel, x });
  }
  return marks;
}

function step(gate: number, { low, high }: ColourScale): number {
  const position = high > low ? (gate - low) / (high - low) : 0.5;
  return Math.round((COLOUR_STEPS - 1) * Math.min(1, Math.max(0, position)));
}

function shortened(name: string): string {
  return name.length <= MAX_LETTERS ? name : `${name.slice(0, MAX_LETTERS - 1)}…`;
}

function escapeXml(text: string): string {
  // Control characters are no XML at all.
  return text
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
