/** The colours of gates, for the heatmap and for the strips beside the code. */
type Rgb = readonly [number, number, number];

/** Grows evenly in lightness, from blue to yellow: the axis that people with red-green colour blindness keep. */
const SEQUENTIAL: readonly Rgb[] = [
  [10, 38, 92],
  [58, 77, 112],
  [118, 120, 119],
  [183, 166, 96],
  [252, 232, 78],
];

export interface ColourScale {
  low: number;
  high: number;
  /** A CSS colour. */
  colour(value: number): string;
}

/** Dark blue for `low` to yellow for `high`; values outside take the end's colour. A flat range has its middle, the least misleading. */
export function sequentialScale(low: number, high: number): ColourScale {
  return {
    low,
    high,
    colour: (value) => css(along(high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5)),
  };
}

function along(position: number): Rgb {
  const scaled = position * (SEQUENTIAL.length - 1);
  const index = Math.min(SEQUENTIAL.length - 2, Math.floor(scaled));
  const from = SEQUENTIAL[index] ?? [0, 0, 0];
  const to = SEQUENTIAL[index + 1] ?? from;
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(from[channel] + (scaled - index) * (to[channel] - from[channel]));
  return [mix(0), mix(1), mix(2)];
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}
