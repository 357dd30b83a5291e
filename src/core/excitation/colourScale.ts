/**
 * Colours of gates, for the heatmap and for the strips beside the code. Both ramps grow evenly in lightness and vary along blue and yellow or orange, the axis that people with red-green
 * colour blindness keep.
 */
type Rgb = readonly [number, number, number];

const SEQUENTIAL: readonly Rgb[] = [
  [10, 38, 92],
  [58, 77, 112],
  [118, 120, 119],
  [183, 166, 96],
  [252, 232, 78],
];
const BELOW: Rgb = [42, 120, 214];
const ABOVE: Rgb = [230, 138, 26];
const NEUTRAL = { dark: [44, 44, 46], light: [240, 240, 240] } as const satisfies Record<string, Rgb>;

export interface ColourScale {
  low: number;
  high: number;
  /** A CSS colour. */
  colour(value: number): string;
}

/** Dark blue for `low` to yellow for `high`; values outside take the end's colour. */
export function sequentialScale(low: number, high: number): ColourScale {
  return { low, high, colour: (value) => css(along(SEQUENTIAL, position(value, low, high))) };
}

/** Blue for -reach, the theme's grey for 0, orange for +reach. */
export function divergingScale(reach: number, dark: boolean): ColourScale {
  const ramp = [BELOW, dark ? NEUTRAL.dark : NEUTRAL.light, ABOVE];
  return { low: -reach, high: reach, colour: (value) => css(along(ramp, position(value, -reach, reach))) };
}

function position(value: number, low: number, high: number): number {
  // A flat range has no position; the middle is the least misleading.
  return high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
}

function along(stops: readonly Rgb[], at: number): Rgb {
  const scaled = at * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(scaled));
  const from = stops[index] ?? BELOW;
  const to = stops[index + 1] ?? from;
  const part = scaled - index;
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + part * (to[channel] - from[channel]));
  return [mix(0), mix(1), mix(2)];
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}
