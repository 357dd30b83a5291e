/**
 * The paper's figures 6 and 7 for our own models: gates over the channels of a block, one block a stage. Figure 6 has the means of four classes
 * and of all; figure 7 one class with the spread of its images.
 */
import type { HeatmapChoice } from '../heatmapChoice';
import {
  GATE_BOUNDS,
  sourceEpoch,
  type BlockAtEpoch,
  type GateSource,
  type SourceEpoch,
} from '../heatmapSource';
import { meanGates, orderOf, rangeOf } from '../scene/cellValues';

export interface FigureSeries {
  label: string;
  /** 0 for all classes, else the place among the chosen ones, from 1: decides colour, dashes and marker. */
  look: number;
  /** In the order of the chart's channels. */
  values: Float64Array;
  /** Standard deviation over the class's images; absent where it is not drawn. */
  deviation?: Float64Array;
}

export interface FigureChart {
  stage: number;
  block: string;
  /** Blocks that the stage has. */
  choices: readonly string[];
  /** Numbers of the channels that are drawn, from left to right. */
  channels: Uint32Array;
  /** Channels that the block has. */
  outOf: number;
  series: readonly FigureSeries[];
}

export interface FigureScene {
  kind: 'stages' | 'within';
  source: GateSource;
  epoch: SourceEpoch;
  /** Chosen classes, null for an empty place. */
  classes: readonly (number | null)[];
  charts: readonly FigureChart[];
  /** The same axis for every chart, so that stages can be compared. */
  low: number;
  high: number;
}

/** The figure has room for these; the paper samples 50 channels of each stage. */
const MOST_CHANNELS = 64;
const CHOSEN_CLASSES = 4;

/** Undefined before the source's first evaluation. */
export function setFigures(
  choice: HeatmapChoice,
  kind: FigureScene['kind'],
  source: GateSource,
): FigureScene | undefined {
  const epoch = sourceEpoch(source, choice.epoch);
  if (!epoch) return undefined;
  const classes = kind === 'within' ? [choice.classIndex ?? 0] : figureClasses(choice, source);
  const charts = [...new Set(source.blocks.map(({ stage }) => stage))].flatMap((stage) => {
    const choices = source.blocks.filter((block) => block.stage === stage).map(({ id }) => id);
    const wanted = choice.figureBlocks[stage] ?? '';
    const id = choices.includes(wanted) ? wanted : choices.at(-1);
    const block = epoch.gates.blocks.find((candidate) => candidate.block === id);
    return block ? [chartOf(block, { choice, kind, source, epoch, classes, stage, choices })] : [];
  });
  return { kind, source, epoch, classes, charts, ...axis(choice, source, kind, charts) };
}

/** Four classes that are spread over all; there are too many colours to tell apart otherwise. */
export function figureClasses(
  { figureClasses: chosen }: HeatmapChoice,
  source: GateSource,
): (number | null)[] {
  const count = source.classes.length;
  return Array.from({ length: CHOSEN_CLASSES }, (_, place) => {
    const spread = place < count ? Math.round((place * (count - 1)) / (CHOSEN_CLASSES - 1)) : null;
    const label = chosen ? (chosen[place] ?? null) : count < CHOSEN_CLASSES && place < count ? place : spread;
    return label !== null && label < count ? label : null;
  });
}

interface ChartContext {
  choice: HeatmapChoice;
  kind: FigureScene['kind'];
  source: GateSource;
  epoch: SourceEpoch;
  classes: readonly (number | null)[];
  stage: number;
  choices: readonly string[];
}

function chartOf(block: BlockAtEpoch, context: ChartContext): FigureChart {
  const { choice, kind, source, epoch, classes, stage, choices } = context;
  const { gates } = epoch;
  const latest = source.epochs.at(-1)?.gates ?? gates;
  const deciding = latest.blocks.find((candidate) => candidate.block === block.block) ?? block;
  const channels = evenly(orderOf(deciding, latest, choice.order), MOST_CHANNELS);
  const along = (row: ArrayLike<number>, start = 0) =>
    Float64Array.from(channels, (channel) => row[start + channel] ?? NaN);
  const chosen = classes.flatMap((label, place): FigureSeries[] => {
    if (label === null) return [];
    const series = {
      label: source.classes[label] ?? String(label),
      look: place + 1,
      values: along(meanGates(block, gates, label)),
    };
    const deviation = along(block.deviation, label * block.channels);
    return [kind === 'within' ? { ...series, deviation } : series];
  });
  const all = { label: 'all classes', look: 0, values: along(meanGates(block, gates, null)) };
  return { stage, block: block.block, choices, channels, outOf: block.channels, series: [...chosen, all] };
}

/** At most `limit` of the values, the same distance apart. */
function evenly(values: Uint32Array, limit: number): Uint32Array {
  if (values.length <= limit) return values;
  return Uint32Array.from(
    { length: limit },
    (_, index) => values[Math.floor((index * values.length) / limit)]!,
  );
}

function axis(
  { fullRange }: HeatmapChoice,
  { gate, epochs }: GateSource,
  kind: FigureScene['kind'],
  charts: readonly FigureChart[],
): { low: number; high: number } {
  const bounds = fullRange && gate ? GATE_BOUNDS[gate] : null;
  if (bounds) return bounds;
  // Over all epochs, or the axis would jump while one scrubs; a band may go farther.
  const ranges = epochs.map(({ gates }) => rangeOf(gates));
  let low = Math.min(...ranges.map((range) => range.low));
  let high = Math.max(...ranges.map((range) => range.high));
  if (kind === 'within') {
    for (const { values, deviation } of charts.flatMap(({ series }) => series)) {
      deviation?.forEach((reach, at) => {
        low = Math.min(low, values[at]! - reach);
        high = Math.max(high, values[at]! + reach);
      });
    }
  }
  return high > low ? { low, high } : { low: low - 0.05, high: high + 0.05 };
}
