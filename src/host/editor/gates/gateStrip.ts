/** The colour strip of one line: the mean gates of its blocks, as a picture that VS Code draws beside the text. */
import type { ColourScale } from '../../../core/excitation/colourScale';

/** Cells that a strip has at most: more are no longer told apart. */
const MAX_CELLS = 112;
const CELL_WIDTH = 3;
const HEIGHT = 12;
const GAP = 3;
/** What is left of the colours of gates that the code has outgrown. */
const STALE_OPACITY = 0.4;

/**
 * The strip as an SVG document. `blocks` are mean gates of the channels, one array a block. Blocks that do not fit are drawn with their gates
 * sorted, from the lowest to the highest, because the mean of neighbouring channels is much the same everywhere; at least one cell a block.
 */
export function gateStrip(
  blocks: readonly (readonly number[])[],
  scale: Pick<ColourScale, 'colour'>,
  isStale: boolean,
): string {
  const share = Math.max(1, Math.floor(MAX_CELLS / Math.max(1, blocks.length)));
  let x = 0;
  const cells: string[] = [];
  for (const means of blocks) {
    for (const gate of fitted(means, share)) {
      cells.push(`<rect x="${x}" width="${CELL_WIDTH}" height="${HEIGHT}" fill="${scale.colour(gate)}"/>`);
      x += CELL_WIDTH;
    }
    x += GAP;
  }
  const width = Math.max(1, x - GAP);
  const opacity = isStale ? ` opacity="${STALE_OPACITY}"` : '';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}">` +
    `<g${opacity}>${cells.join('')}</g></svg>`
  );
}

/** Whether the strip of so many blocks has a cell for each channel. */
export function showsEveryChannel(channels: readonly number[]): boolean {
  const share = Math.max(1, Math.floor(MAX_CELLS / Math.max(1, channels.length)));
  return channels.every((count) => count <= share);
}

/** The gates in channel order, or at most `count` means of sorted ones. */
function fitted(gates: readonly number[], count: number): readonly number[] {
  if (gates.length <= count) return gates;
  const sorted = [...gates].sort((one, other) => one - other);
  return Array.from({ length: count }, (_, cell) => {
    const part = sorted.slice(
      Math.floor((cell * sorted.length) / count),
      Math.floor(((cell + 1) * sorted.length) / count),
    );
    return part.reduce((total, value) => total + value, 0) / part.length;
  });
}
