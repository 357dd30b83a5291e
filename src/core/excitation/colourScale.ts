/**
 * Colours of gates, for the heatmap and for the strips beside the code. Both ramps are even in lightness (CIE L*) and vary along blue and yellow
 * or orange, the axis that people with red-green colour blindness keep. Their darkest and lightest colours stand out from a black, a dark and
 * a white background alike, so that one picture means the same in every theme. The tests simulate three kinds of colour blindness.
 */
type Rgb = readonly [number, number, number];

const SEQUENTIAL: readonly Rgb[] = [
  [0, 67, 138],
  [74, 99, 138],
  [131, 133, 133],
  [186, 168, 112],
  [231, 203, 76],
];
/** Blue, the grey for 0, orange. The grey is the end next to the theme's background, so larger differences stand out more. */
const DIVERGING = {
  dark: [
    [108, 177, 240],
    [83, 85, 88],
    [240, 159, 63],
  ],
  light: [
    [38, 104, 187],
    [203, 203, 203],
    [170, 88, 18],
  ],
} as const satisfies Record<string, readonly Rgb[]>;

/** Steps of a scale's table: more than an eye tells apart. */
export const COLOUR_STEPS = 256;

export interface ColourScale {
  low: number;
  high: number;
  /** A CSS colour; values outside take the end's colour. */
  colour(value: number): string;
  /** Red, green, blue and alpha of COLOUR_STEPS even steps from `low` to `high`, for pictures. */
  bytes(): Uint8Array;
}

/** Dark blue for `low` to yellow for `high`. */
export function sequentialScale(low: number, high: number): ColourScale {
  return scaleAlong(SEQUENTIAL, low, high);
}

/** Blue for -reach, the theme's grey for 0, orange for +reach. */
export function divergingScale(reach: number, dark: boolean): ColourScale {
  return scaleAlong(dark ? DIVERGING.dark : DIVERGING.light, -reach, reach);
}

function scaleAlong(ramp: readonly Rgb[], low: number, high: number): ColourScale {
  let table: Uint8Array | undefined;
  return {
    low,
    high,
    colour: (value) => css(along(ramp, position(value, low, high))),
    bytes: () => (table ??= tableOf(ramp)),
  };
}

function tableOf(ramp: readonly Rgb[]): Uint8Array {
  const table = new Uint8Array(4 * COLOUR_STEPS);
  for (let step = 0; step < COLOUR_STEPS; step++) {
    table.set([...along(ramp, step / (COLOUR_STEPS - 1)), 255], 4 * step);
  }
  return table;
}

function position(value: number, low: number, high: number): number {
  // A flat range has no position; the middle is the least misleading.
  return high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
}

function along(stops: readonly Rgb[], at: number): Rgb {
  const scaled = at * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(scaled));
  const from = stops[index]!;
  const to = stops[index + 1]!;
  const part = scaled - index;
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + part * (to[channel] - from[channel]));
  return [mix(0), mix(1), mix(2)];
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}
