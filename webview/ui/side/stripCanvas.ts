import type { ColourScale } from '../../../src/core/excitation/colourScale';

/** CSS pixels. */
const HEIGHT = 16;
/** Cells at least this wide are set apart by a hairline. */
const HAIRLINE_FROM = 6;

/** Draws the mean gates of a block's channels as one row of colours; where there are more channels than pixels, a pixel shows the mean of its channels. */
export function drawStrip(
  canvas: HTMLCanvasElement,
  gates: Float32Array,
  scale: ColourScale,
  cssWidth: number,
): void {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(cssWidth * ratio));
  canvas.width = width;
  canvas.height = Math.round(HEIGHT * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  const cells = Math.min(width, gates.length);
  const hairline = cssWidth / cells >= HAIRLINE_FROM ? Math.max(1, Math.round(ratio)) : 0;
  const edge = (cell: number) => Math.round((cell * width) / cells);
  for (let cell = 0; cell < cells; cell++) {
    const from = Math.floor((cell * gates.length) / cells);
    const to = Math.floor(((cell + 1) * gates.length) / cells);
    let sum = 0;
    for (let channel = from; channel < to; channel++) sum += gates[channel] ?? 0;
    context.fillStyle = scale.colour(sum / (to - from));
    const gap = cell + 1 < cells ? hairline : 0;
    context.fillRect(edge(cell), 0, edge(cell + 1) - edge(cell) - gap, canvas.height);
  }
}
