import { element } from '../dom/element';
import { duration } from '../format/duration';
import {
  differenceAt,
  formatDifference,
  formatValue,
  lastEpoch,
  pointAt,
  type ChartModel,
  type ChartPoint,
  type ChartSeries,
} from './chartModel';
import { seriesMark } from './seriesMark';

/** The chart's numbers as a table; `epochMs` gives an epoch's duration (the slower arm's), for the last column. */
export function epochTable(
  model: ChartModel,
  epochMs: (epoch: number) => number | undefined,
): HTMLTableElement {
  const metric = model.metric === 'accuracy' ? 'Accuracy' : 'Loss';
  const pair = model.series.filter(({ part }) => part === 'validation').length === 2;
  const unit = model.metric === 'accuracy' ? 'Difference, points' : 'Difference';
  const head = element(
    'tr',
    {},
    columnHead('Epoch'),
    ...model.series.map(seriesHead),
    pair && columnHead(unit),
    element('th', { scope: 'col', class: 'epoch-time' }, 'Epoch time'),
  );
  const rows = Array.from({ length: lastEpoch(model) }, (_, index) => {
    const epoch = index + 1;
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, String(epoch)),
      ...model.series.map((series) => valueCell(model, pointAt(series, epoch))),
      pair && element('td', {}, formatDifference(model.metric, differenceAt(model, epoch))),
      element('td', { class: 'quiet epoch-time' }, duration(epochMs(epoch))),
    );
  });
  return element(
    'table',
    { class: 'numbers' },
    element('caption', { class: 'visually-hidden' }, `${metric} after every epoch${seedNote(model)}`),
    element('thead', {}, head),
    element('tbody', {}, ...rows),
  );
}

function seedNote(model: ChartModel): string {
  return model.seeds > 1 ? `, mean over seeds with least and most` : '';
}

function columnHead(text: string): HTMLElement {
  return element('th', { scope: 'col' }, text);
}

function seriesHead({ arm, label, part }: ChartSeries): HTMLElement {
  return element(
    'th',
    { scope: 'col' },
    element(
      'span',
      { class: 'series-head' },
      seriesMark(arm, part),
      element('span', {}, part === 'training' ? `${label}, training` : label),
    ),
  );
}

function valueCell(model: ChartModel, point: ChartPoint | undefined): HTMLElement {
  const spread = point && point.seeds > 1;
  return element(
    'td',
    {},
    formatValue(model.metric, point?.value),
    spread &&
      element(
        'span',
        { class: 'spread' },
        `${formatValue(model.metric, point.low)} – ${formatValue(model.metric, point.high)}`,
      ),
  );
}
