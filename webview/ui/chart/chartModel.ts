import { jobId, type ArmId } from '../../../src/core/training/runPlan';
import type { EpochMetrics } from '../../../src/core/training/runEvents';
import type { RunState } from '../../../src/core/training/runState';
import { decimal, percent, signed, signedPoints } from '../format/numbers';

export type Metric = 'accuracy' | 'loss';
/** Which images the numbers are over. */
export type Part = 'validation' | 'training';

export interface ChartPoint {
  epoch: number;
  /** Mean over the seeds that have trained this epoch. */
  value: number;
  low: number;
  high: number;
  seeds: number;
}

export interface ChartSeries {
  arm: ArmId;
  /** The arm's name, e.g. "with SE". */
  label: string;
  part: Part;
  points: readonly ChartPoint[];
}

/** What chart, readout and table draw: one source, so they cannot disagree. */
export interface ChartModel {
  metric: Metric;
  epochs: number;
  seeds: number;
  series: readonly ChartSeries[];
}

const VALUE: Readonly<Record<Metric, Readonly<Record<Part, (metrics: EpochMetrics) => number>>>> = {
  accuracy: {
    validation: (metrics) => metrics.validationAccuracy,
    training: (metrics) => metrics.trainAccuracy,
  },
  loss: { validation: (metrics) => metrics.validationLoss, training: (metrics) => metrics.trainLoss },
};

export function chartModel(run: RunState, metric: Metric, withTraining: boolean): ChartModel {
  const { plan } = run;
  const parts: Part[] = withTraining ? ['validation', 'training'] : ['validation'];
  const series = parts.flatMap((part) =>
    plan.arms.map(({ id, label }) => ({
      arm: id,
      label,
      part,
      points: meanOverSeeds(run, id, VALUE[metric][part]),
    })),
  );
  return { metric, epochs: plan.epochs, seeds: plan.seeds.length, series };
}

function meanOverSeeds(run: RunState, arm: ArmId, value: (metrics: EpochMetrics) => number): ChartPoint[] {
  const byEpoch = new Map<number, number[]>();
  for (const seed of run.plan.seeds) {
    for (const metrics of run.jobs[jobId({ arm, seed })]?.series ?? []) {
      const found = value(metrics);
      if (Number.isFinite(found)) byEpoch.set(metrics.epoch, [...(byEpoch.get(metrics.epoch) ?? []), found]);
    }
  }
  return [...byEpoch]
    .sort(([left], [right]) => left - right)
    .map(([epoch, values]) => ({
      epoch,
      value: values.reduce((sum, entry) => sum + entry, 0) / values.length,
      low: Math.min(...values),
      high: Math.max(...values),
      seeds: values.length,
    }));
}

export function pointAt(series: ChartSeries | undefined, epoch: number): ChartPoint | undefined {
  return series?.points.find((point) => point.epoch === epoch);
}

/** The last epoch any series has; 0 if none. */
export function lastEpoch(model: ChartModel): number {
  return Math.max(0, ...model.series.map((series) => series.points.at(-1)?.epoch ?? 0));
}

export function formatValue(metric: Metric, value: number | undefined): string {
  return metric === 'accuracy' ? percent(value) : decimal(value, 3);
}

/** Second arm minus first, in percentage points for accuracies; undefined where either is missing. */
export function differenceAt(model: ChartModel, epoch: number): number | undefined {
  const [first, second] = model.series.filter(({ part }) => part === 'validation');
  const from = pointAt(first, epoch);
  const to = pointAt(second, epoch);
  return from && to ? to.value - from.value : undefined;
}

export function formatDifference(metric: Metric, difference: number | undefined): string {
  return metric === 'accuracy' ? signedPoints(difference) : signed(difference, 3);
}

/** Range of the vertical axis: the data with some air, never less than a tenth so that noise is not blown up. */
export function valueRange(model: ChartModel): { low: number; high: number } {
  const values = model.series.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]));
  if (values.length === 0) return model.metric === 'accuracy' ? { low: 0, high: 1 } : { low: 0, high: 2.5 };
  const least = Math.min(...values);
  const most = Math.max(...values);
  const air = Math.max((most - least) * 0.08, (0.1 - (most - least)) / 2, 0);
  const ceiling = model.metric === 'accuracy' ? 1 : Infinity;
  return { low: Math.max(0, least - air), high: Math.min(ceiling, most + air) };
}
