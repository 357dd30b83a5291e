import { differenceAt, formatDifference, formatValue, pointAt, type ChartModel } from './chartModel';

/** One epoch of a chart in words, for a screen reader. */
export function describeEpoch(model: ChartModel, epoch: number): string {
  const values = model.series.map((series) => {
    const part = series.part === 'training' ? ' on training images' : '';
    return `${series.label}${part} ${formatValue(model.metric, pointAt(series, epoch)?.value)}`;
  });
  const difference = differenceAt(model, epoch);
  if (difference !== undefined) values.push(`difference ${formatDifference(model.metric, difference)}`);
  return `Epoch ${epoch}: ${values.join(', ')}`;
}
