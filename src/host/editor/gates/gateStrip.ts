/** The colour strip of one line: the mean gates of its blocks, as a picture that VS Code draws beside the text. */
import type { ColourScale } from '../../../core/excitation/colourScale';

/** Pixels. */
const MAX_WIDTH = 336;
const HEIGHT = 12;
const GAP = 3;
/** A cell is this wide where there is room, and narrower where there are many channels. */
const CELL_WIDTH = 3;
/** Cells of sorted gates stand for no channel, so there need not be many. */
const SORTED_CELL_WIDTH = 2;
/** What is left of the colours of gates that the code has outgrown. */
const STALE_OPACITY = 0.4;

/**
 * The strip as an SVG document. `blocks` are mean gates of the channels, one array a block. Where not every channel can have a cell, gates are
 * drawn sorted, from the lowest to the highest of each block, because the mean of neighbouring channels is much the same everywhere; at least
 * one cell a block.
 */
export function gateStrip(
  blocks: readonly (readonly number[])[],
  scale: Pick<ColourScale, 'colour'>,
  isStale: boolean,
): string {
  const cellWidth = widthOfChannel(blocks.map(({ length }) => length));
  const room = (MAX_WIDTH - GAP * (blocks.length - 1)) / Math.max(1, blocks.length);
  const share = Math.max(1, Math.floor(room / SORTED_CELL_WIDTH));
  const width = cellWidth ?? SORTED_CELL_WIDTH;
  let x = 0;
  const cells: string[] = [];
  for (const means of blocks) {
    for (const gate of cellWidth === null ? sortedCells(means, share) : means) {
      cells.push(`<rect x="${x}" width="${width}" height="${HEIGHT}" fill="${scale.colour(gate)}"/>`);
      x += width;
    }
    x += GAP;
  }
  const full = Math.max(1, x - GAP);
  const opacity = isStale ? ` opacity="${STALE_OPACITY}"` : '';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${full}" height="${HEIGHT}" viewBox="0 0 ${full} ${HEIGHT}" ` +
    `shape-rendering="crispEdges"><g${opacity}>${cells.join('')}</g></svg>`
  );
}

/** Whether the strip of blocks with so many channels has a cell for each. */
export function showsEveryChannel(channels: readonly number[]): boolean {
  return widthOfChannel(channels) !== null;
}

/** Whole pixels, so that all cells are alike; null where there is not one for each channel. */
function widthOfChannel(channels: readonly number[]): number | null {
  const total = channels.reduce((sum, count) => sum + count, 0);
  const room = MAX_WIDTH - GAP * (channels.length - 1);
  return total <= room ? Math.min(CELL_WIDTH, Math.floor(room / Math.max(1, total))) : null;
}

/** At most `count` means of sorted gates. */
function sortedCells(gates: readonly number[], count: number): number[] {
  const sorted = [...gates].sort((one, other) => one - other);
  const cells = Math.min(count, sorted.length);
  return Array.from({ length: cells }, (_, cell) => {
    const part = sorted.slice(
      Math.floor((cell * sorted.length) / cells),
      Math.floor(((cell + 1) * sorted.length) / cells),
    );
    return part.reduce((total, value) => total + value, 0) / part.length;
  });
}
