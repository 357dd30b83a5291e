/** A line chart as inline SVG for the report: thin lines for seeds, a thick one for the mean of an arm. */
import { markup, type Markup } from './markup';
import type { ArmId } from './runPlan';
import { mean } from './statistics';

export interface ChartArm {
  id: ArmId;
  label: string;
  /** One array a seed; entry i belongs to epoch i + 1. Not finite values leave gaps. */
  seeds: readonly (readonly number[])[];
}

export interface ChartOptions {
  title: string;
  epochs: number;
  /** Writes a tick of the vertical axis. */
  format: (value: number) => string;
  /** Lower end of the vertical axis; absent fits the data. */
  minimum?: number;
}

const WIDTH = 640;
const HEIGHT = 280;
const MARGIN = { left: 56, right: 12, top: 12, bottom: 36 };
/** About so many between the ticks of the vertical axis. */
const INTERVALS = 4;
const MOST_DOTS = 30;

export function reportChart(arms: readonly ChartArm[], options: ChartOptions): Markup {
  const values = arms.flatMap((arm) => arm.seeds.flat()).filter(Number.isFinite);
  if (values.length === 0) {
    return markup`<p>${options.title}: no epoch has finished, so there is nothing to draw.</p>`;
  }
  const scale = createScale(values, options);
  // The first arm comes last: its dashes stay visible over a curve that is the same.
  const lines = [...arms].reverse().flatMap((arm) => {
    const thin = arm.seeds.length > 1 ? arm.seeds.map((seed) => line(seed, scale, `seed ${arm.id}`)) : [];
    return [...thin, line(meanBySeed(arm.seeds), scale, `mean ${arm.id}`)];
  });
  const legend = arms.map(({ id, label }) => markup`<span class="key ${id}"></span> ${label} `);
  return markup`<figure>
<figcaption>${options.title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${options.title}; the table below has the numbers">
${axes(scale, options)}${lines}</svg>
<p class="legend">${legend}</p>
</figure>`;
}

/** Mean over the seeds that reached each epoch. */
export function meanBySeed(seeds: readonly (readonly number[])[]): number[] {
  const epochs = Math.max(0, ...seeds.map((seed) => seed.length));
  return Array.from({ length: epochs }, (_, index) =>
    mean(seeds.flatMap((seed) => (index < seed.length ? [seed[index]!] : []))),
  );
}

interface Scale {
  ticks: readonly number[];
  x: (epoch: number) => number;
  y: (value: number) => number;
}

function createScale(values: readonly number[], { epochs, minimum }: ChartOptions): Scale {
  const least = minimum ?? Math.min(...values);
  const most = Math.max(...values);
  const step = roundStep((most - least || Math.abs(most) || 1) / INTERVALS);
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil(most / step));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const low = first * step;
  const high = last * step;
  const plotWidth = WIDTH - MARGIN.left - MARGIN.right;
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  return {
    ticks,
    x: (epoch) => MARGIN.left + (epochs > 1 ? ((epoch - 1) / (epochs - 1)) * plotWidth : plotWidth / 2),
    y: (value) => MARGIN.top + ((high - value) / (high - low)) * plotHeight,
  };
}

/** The next 1, 2 or 5 times a power of ten. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return (([1, 2, 5] as const).find((factor) => factor * power >= atLeast) ?? 10) * power;
}

function axes(scale: Scale, { epochs, format }: ChartOptions): Markup {
  const right = WIDTH - MARGIN.right;
  const rows = scale.ticks.map((value) => {
    const y = scale.y(value).toFixed(1);
    return markup`<line class="grid" x1="${MARGIN.left}" x2="${right}" y1="${y}" y2="${y}"/>
<text x="${MARGIN.left - 6}" y="${y}" text-anchor="end" dominant-baseline="middle">${format(value)}</text>\n`;
  });
  const marks = [...new Set([1, Math.ceil(epochs / 2), epochs])].map((epoch) => {
    const x = scale.x(epoch).toFixed(1);
    return markup`<text x="${x}" y="${HEIGHT - 18}" text-anchor="middle">${epoch}</text>\n`;
  });
  const middle = (MARGIN.left + right) / 2;
  return markup`${rows}${marks}<text x="${middle}" y="${HEIGHT - 3}" text-anchor="middle">epoch</text>\n`;
}

function line(series: readonly number[], scale: Scale, kind: string): Markup {
  const places = series.flatMap((value, index) =>
    Number.isFinite(value) ? [{ x: scale.x(index + 1).toFixed(1), y: scale.y(value).toFixed(1) }] : [],
  );
  const points = places.map(({ x, y }) => `${x},${y}`).join(' ');
  // A dot an epoch while they can be told apart; a single epoch has no line to show.
  const dots =
    series.length > MOST_DOTS
      ? []
      : places.map(({ x, y }) => markup`<circle class="${kind}" cx="${x}" cy="${y}" r="2.5"/>`);
  return markup`<polyline class="${kind}" points="${points}"/>${dots}\n`;
}
