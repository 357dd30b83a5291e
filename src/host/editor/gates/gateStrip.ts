/** The colour strip of one line: the mean gate of every channel of its blocks, as a picture that VS Code draws beside the text. */
import { sequentialScale, type ColourScale } from '../../../core/excitation/colourScale';

/** Cells that a strip has at most: more are no longer told apart. */
const MAX_CELLS = 96;
const CELL_WIDTH = 3;
const HEIGHT = 12;
const GAP = 3;

/** The colours of all strips of a definition: the range that its gates use, so that small differences show. */
export function stripScale(blocks: readonly (readonly number[])[]): ColourScale {
  const means = blocks.flat();
  return sequentialScale(Math.min(...means), Math.max(...means));
}

/**
 * The strip as an SVG document. `blocks` are mean gates of the channels, one array a block. Blocks that do not fit are drawn with neighbouring
 * channels averaged, at least one cell a block.
 */
export function gateStrip(blocks: readonly (readonly number[])[], scale: ColourScale): string {
  const share = Math.max(1, Math.floor(MAX_CELLS / Math.max(1, blocks.length)));
  let x = 0;
  const cells: string[] = [];
  for (const means of blocks) {
    for (const gate of averaged(means, share)) {
      cells.push(`<rect x="${x}" width="${CELL_WIDTH}" height="${HEIGHT}" fill="${scale.colour(gate)}"/>`);
      x += CELL_WIDTH;
    }
    x += GAP;
  }
  const width = Math.max(1, x - GAP);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}">` +
    `${cells.join('')}</svg>`
  );
}

/** At most `count` means of neighbouring values. */
function averaged(values: readonly number[], count: number): number[] {
  const cells = Math.min(count, values.length);
  return Array.from({ length: cells }, (_, cell) => {
    const part = values.slice(
      Math.floor((cell * values.length) / cells),
      Math.floor(((cell + 1) * values.length) / cells),
    );
    return part.reduce((total, value) => total + value, 0) / part.length;
  });
}
