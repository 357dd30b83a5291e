import { roundTicks } from '../../chart/ticks';
import type { FigureChart, FigureScene, FigureSeries } from './figureScene';
import type { Mark } from './mark';

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

const TOP = 10;
const BOTTOM = 34;
const LEFT = 42;
const RIGHT = 10;
/** Beyond this many points of a line markers touch, and every n-th is drawn. */
const MOST_MARKERS = 12;
const MARKER_SIZE = 3.4;

/** Axes, band, lines with markers, and the cursor, from back to front. @param place under the cursor, or null */
export function drawFigure(
  chart: FigureChart,
  { low, high }: Pick<FigureScene, 'low' | 'high'>,
  place: number | null,
  { width, height }: Size,
): Mark[] {
  const last = Math.max(1, chart.channels.length - 1);
  const x = (at: number) => rounded(LEFT + (at / last) * (width - LEFT - RIGHT));
  const y = (value: number) => rounded(TOP + ((high - value) / (high - low)) * (height - TOP - BOTTOM));
  const floor = height - BOTTOM;
  const horizontal = roundTicks(low, high, 4)
    .filter((tick) => tick >= low - 1e-9 && tick <= high + 1e-9)
    .flatMap((tick): Mark[] => {
      const level = Math.round(y(tick)) + 0.5;
      return [
        { tag: 'path', attributes: { class: 'grid-line', d: `M${LEFT} ${level}H${width - RIGHT}` } },
        {
          tag: 'text',
          attributes: { class: 'tick', x: LEFT - 8, y: level + 4, 'text-anchor': 'end' },
          text: String(tick),
        },
      ];
    });
  const ends = [0, chart.channels.length - 1].map((at): Mark => ({
    tag: 'text',
    attributes: { class: 'tick', x: x(at), y: floor + 16, 'text-anchor': at === 0 ? 'start' : 'end' },
    text: `channel ${chart.channels[at]}`,
  }));
  const cursor: Mark[] =
    place === null
      ? []
      : [{ tag: 'path', attributes: { class: 'cursor-line', d: `M${x(place)} ${TOP}V${floor}` } }];
  return [
    ...horizontal,
    ...(chart.channels.length > 1 ? ends : ends.slice(0, 1)),
    ...chart.series.flatMap((series) => band(series, x, y)),
    ...cursor,
    // All classes underneath: the chosen ones are what one looks for.
    ...[...chart.series].reverse().flatMap((series) => line(series, place, x, y)),
  ];
}

/** The place nearest to a horizontal pixel of a drawing that wide. */
export function placeAtX(chart: FigureChart, pixel: number, width: number): number {
  const last = chart.channels.length - 1;
  const at = Math.round(((pixel - LEFT) / (width - LEFT - RIGHT)) * last);
  return Math.min(last, Math.max(0, at));
}

type Axis = (value: number) => number;

function band({ values, deviation, look }: FigureSeries, x: Axis, y: Axis): Mark[] {
  if (!deviation) return [];
  const upper = Array.from(values, (value, at) => `${x(at)} ${y(value + deviation[at]!)}`);
  const lower = Array.from(values, (value, at) => `${x(at)} ${y(value - deviation[at]!)}`).reverse();
  return [
    { tag: 'path', attributes: { class: `fig-band fig-${look}`, d: `M${[...upper, ...lower].join('L')}Z` } },
  ];
}

function line({ values, look }: FigureSeries, place: number | null, x: Axis, y: Axis): Mark[] {
  const points = Array.from(values, (value, at) => `${x(at)} ${y(value)}`);
  const path: Mark = {
    tag: 'path',
    attributes: { class: `fig-line fig-${look}`, 'data-look': look, d: `M${points.join('L')}` },
  };
  const every = Math.ceil(values.length / MOST_MARKERS);
  // Each look begins elsewhere, so that markers of lines that lie together do not cover each other.
  const offset = Math.floor((look * every) / 5);
  const markers = Array.from(values.keys())
    .filter((at) => (look !== 0 && at % every === offset) || at === place)
    .map((at) => lookMark(look, x(at), y(values[at]!), at === place ? 1.4 * MARKER_SIZE : MARKER_SIZE));
  return [path, ...markers];
}

/** The marker of a look, centred: its shape tells lines apart where colours do not. */
export function lookMark(look: number, x: number, y: number, size: number): Mark {
  const attributes = { class: `fig-mark fig-${look}` };
  const s = rounded(size * 1.15);
  const shapes: Readonly<Record<number, string>> = {
    2: `M${x - s} ${y - s}h${2 * s}v${2 * s}h${-2 * s}Z`,
    3: `M${x} ${y - s}l${s} ${2 * s}h${-2 * s}Z`,
    4: `M${x} ${y - 1.3 * s}l${s} ${1.3 * s}l${-s} ${1.3 * s}l${-s} ${-1.3 * s}Z`,
  };
  const d = shapes[look];
  return d === undefined
    ? { tag: 'circle', attributes: { ...attributes, cx: x, cy: y, r: size } }
    : { tag: 'path', attributes: { ...attributes, d } };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
