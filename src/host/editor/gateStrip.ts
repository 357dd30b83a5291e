/** The colour strip of one line: the mean gate of every channel of its blocks, as a picture that VS Code draws beside the text. */

/** Colours of gate 0 and gate 1, [red, green, blue], for light and dark themes: both ends stand out from the background. */
const RAMPS = {
  light: [
    [222, 235, 247],
    [8, 48, 107],
  ],
  dark: [
    [38, 50, 72],
    [255, 214, 92],
  ],
} as const;
export type StripTheme = keyof typeof RAMPS;

/** Cells that a strip has at most: more are no longer told apart. */
const MAX_CELLS = 96;
const CELL_WIDTH = 3;
const HEIGHT = 12;
const GAP = 3;

/**
 * The strip as an SVG document. `blocks` are channel means in [0, 1], one array a block; gates outside (ReLU, tanh) take the colour of the nearest end. Blocks that do
 * not fit are drawn with neighbouring channels averaged, at least one cell a block.
 */
export function gateStrip(blocks: readonly (readonly number[])[], theme: StripTheme): string {
  const share = Math.max(1, Math.floor(MAX_CELLS / Math.max(1, blocks.length)));
  let x = 0;
  const cells: string[] = [];
  for (const means of blocks) {
    for (const gate of averaged(means, share)) {
      cells.push(`<rect x="${x}" width="${CELL_WIDTH}" height="${HEIGHT}" fill="${colourOf(gate, theme)}"/>`);
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

function colourOf(gate: number, theme: StripTheme): string {
  const [low, high] = RAMPS[theme];
  const weight = Math.min(1, Math.max(0, gate));
  return `rgb(${low.map((channel, index) => Math.round(channel + weight * ((high[index] ?? 0) - channel))).join(',')})`;
}
