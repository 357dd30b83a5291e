import { svgElement } from '../dom/element';
import { lastEpoch, valueRange, type ChartModel, type ChartSeries } from './chartModel';
import { marker } from './seriesMark';
import { epochTicks, roundTicks } from './ticks';

const TOP = 20;
const BOTTOM = 30;
const LEFT = 46;
/** Room for the names at the line ends; narrower charts leave them to the legend. */
const LABEL_ROOM = 104;
const LABELS_FROM_WIDTH = 560;
const LABEL_HEIGHT = 16;
/** Beyond this many points markers touch, and every n-th is drawn. */
const MOST_MARKERS = 24;

/** Pixels. */
interface Size {
  width: number;
  height: number;
}

interface Frame extends Size {
  right: number;
  x(epoch: number): number;
  y(value: number): number;
}

function frameFor(model: ChartModel, { width, height }: Size): Frame {
  const right = width >= LABELS_FROM_WIDTH ? LABEL_ROOM : 14;
  const { low, high } = valueRange(model);
  const plotWidth = width - LEFT - right;
  const plotHeight = height - TOP - BOTTOM;
  // A single epoch sits in the middle, where there is no interval to span.
  const x = (epoch: number) =>
    LEFT + (model.epochs === 1 ? plotWidth / 2 : ((epoch - 1) / (model.epochs - 1)) * plotWidth);
  const y = (value: number) => TOP + plotHeight - ((value - low) / (high - low || 1)) * plotHeight;
  return { width, height, right, x, y };
}

/** The epoch nearest to a horizontal pixel of a drawing of that size; null if there is none to point at. */
export function epochAtX(model: ChartModel, pixel: number, size: Size): number | null {
  const last = lastEpoch(model);
  if (last === 0) return null;
  const { x } = frameFor(model, size);
  const step = x(2) - x(1);
  const nearest = step > 0 ? Math.round((pixel - x(1)) / step) + 1 : 1;
  return Math.min(last, Math.max(1, nearest));
}

/** Axes, bands, lines, markers, cursor and names, from back to front. `epoch` is under the cursor, or null. */
export function drawChart(model: ChartModel, epoch: number | null, size: Size): SVGElement[] {
  const frame = frameFor(model, size);
  return [
    ...axes(model, frame),
    ...(model.seeds > 1 ? model.series.filter(isValidation).map((series) => band(series, frame)) : []),
    ...(epoch === null ? [] : [cursorLine(frame.x(epoch), frame)]),
    // Training lines first: they are context and lie underneath.
    ...[...model.series].reverse().flatMap((series) => line(series, epoch, frame)),
    ...(frame.right === LABEL_ROOM ? endLabels(model, frame) : []),
  ];
}

function isValidation(series: ChartSeries): boolean {
  return series.part === 'validation';
}

function axes(model: ChartModel, frame: Frame): SVGElement[] {
  const { low, high } = valueRange(model);
  const end = frame.width - frame.right;
  const inside = roundTicks(low, high, 5).filter((tick) => tick >= low && tick <= high);
  const horizontal = inside.flatMap((tick) => {
    // Half a pixel: a line one pixel wide is crisp only between two pixel edges.
    const y = Math.round(frame.y(tick)) + 0.5;
    const text = model.metric === 'accuracy' ? `${Number((tick * 100).toFixed(1))}%` : String(tick);
    return [
      svgElement('path', { class: 'grid-line', d: `M${LEFT} ${y}H${end}` }),
      svgElement('text', { class: 'tick', x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }, text),
    ];
  });
  const floor = frame.height - BOTTOM;
  const roomFor = Math.max(2, Math.floor((end - LEFT) / 40));
  const vertical = epochTicks(model.epochs, Math.min(roomFor, 12)).map((tick) =>
    svgElement(
      'text',
      { class: 'tick', x: frame.x(tick), y: floor + 18, 'text-anchor': 'middle' },
      String(tick),
    ),
  );
  return [...horizontal, ...vertical];
}

/** Least to most over the seeds. */
function band(series: ChartSeries, { x, y }: Frame): SVGElement {
  const upper = series.points.map((point) => `${x(point.epoch)} ${y(point.high)}`);
  const lower = series.points.map((point) => `${x(point.epoch)} ${y(point.low)}`).reverse();
  const d = upper.length === 0 ? '' : `M${[...upper, ...lower].join('L')}Z`;
  return svgElement('path', { class: `band arm-${series.arm}`, d });
}

function line(series: ChartSeries, epoch: number | null, { x, y }: Frame): SVGElement[] {
  const d = series.points.map((point) => `${x(point.epoch)} ${y(point.value)}`).join('L');
  const path = svgElement('path', {
    class: `line arm-${series.arm} ${series.part}`,
    d: d === '' ? '' : `M${d}`,
    'data-series': `${series.arm}-${series.part}`,
  });
  if (!isValidation(series)) return [path];
  const every = Math.ceil(series.points.length / MOST_MARKERS);
  const markers = series.points
    .filter((point, index) => index % every === 0 || point.epoch === epoch)
    .map((point) => marker(series.arm, x(point.epoch), y(point.value), point.epoch === epoch ? 5.5 : 3.5));
  return [path, ...markers];
}

function cursorLine(x: number, frame: Frame): SVGElement {
  const at = Math.round(x) + 0.5;
  return svgElement('path', { class: 'cursor-line', d: `M${at} ${TOP}V${frame.height - BOTTOM}` });
}

/** Names at the last points, pushed apart where they would overlap. */
function endLabels(model: ChartModel, frame: Frame): SVGElement[] {
  const wanted = model.series
    .filter(isValidation)
    .flatMap((series) => {
      const last = series.points.at(-1);
      return last ? [{ series, x: frame.x(last.epoch) + 12, y: frame.y(last.value) }] : [];
    })
    .sort((left, right) => left.y - right.y);
  const [upper, lower] = wanted;
  if (upper && lower && lower.y - upper.y < LABEL_HEIGHT && Math.abs(lower.x - upper.x) < LABEL_ROOM) {
    const middle = (upper.y + lower.y) / 2;
    upper.y = middle - LABEL_HEIGHT / 2;
    lower.y = middle + LABEL_HEIGHT / 2;
  }
  return wanted.map(({ series, x, y }) =>
    svgElement('text', { class: `end-label arm-${series.arm}`, x, y: y + 4 }, shortened(series.label)),
  );
}

const LABEL_LENGTH = 15;
function shortened(label: string): string {
  return label.length <= LABEL_LENGTH ? label : `${label.slice(0, LABEL_LENGTH - 1)}…`;
}
