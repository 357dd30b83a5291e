import { jobId } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';
import { tabs } from '../controls/tabs';
import { checkbox } from '../controls/toolkit';
import { element, setText } from '../dom/element';
import { memo, sameItems } from '../dom/memo';
import type { View } from '../mount';
import {
  chartModel,
  differenceAt,
  formatDifference,
  formatValue,
  lastEpoch,
  pointAt,
  type ChartModel,
  type Metric,
} from './chartModel';
import { epochTable } from './epochTable';
import { lineChart } from './lineChart';
import { seriesMark } from './seriesMark';

/** Chart, readout and table of the run on display. */
export function chartCard(): View {
  let metric: Metric = 'accuracy';
  let withTraining = false;
  let cursor: number | null = null;
  let run: RunState | null = null;
  let model: ChartModel | undefined;
  let drawnInputs: readonly unknown[] = [];

  const chart = lineChart((epoch) => {
    cursor = epoch;
    draw();
  });
  const legend = element('div', { class: 'legend' });
  const body = element('div', { class: 'chart-body' }, legend, chart.element);
  const metricTabs = tabs<Metric>({
    label: 'What the chart shows',
    tabs: [
      { id: 'accuracy', label: 'Accuracy', panel: body },
      { id: 'loss', label: 'Loss', panel: body },
    ],
    onChange: (chosen) => {
      metric = chosen;
      draw();
    },
  });
  const trainingBox = checkbox({
    label: 'Training images too',
    onChange: (checked) => {
      withTraining = checked;
      draw();
    },
  });
  trainingBox.show({ checked: withTraining });
  const note = element('p', { class: 'note' });
  const table = element('div', {
    class: 'table-scroll',
    tabindex: 0,
    role: 'region',
    'aria-label': 'Numbers of the chart',
  });

  const drawChart = memo((shown: ChartModel, epoch: number | null) => {
    const last = lastEpoch(shown);
    const valid = epoch !== null && epoch <= last ? epoch : null;
    chart.show(shown, valid);
    legend.replaceChildren(...legendEntries(shown, valid ?? last));
  });
  const draw = () => {
    if (!run) return;
    const current = run;
    // Not the whole run: progress inside an epoch changes it several times a second and moves no line.
    const series = Object.values(run.jobs).map((job) => job.series);
    const inputs = [run.plan, metric, withTraining, ...series];
    if (!model || !sameItems(drawnInputs, inputs)) {
      drawnInputs = inputs;
      model = chartModel(run, metric, withTraining);
      metricTabs.show(metric);
      setText(note, noteFor(run));
      table.hidden = lastEpoch(model) === 0;
      table.replaceChildren(epochTable(model, (epoch) => epochDuration(current, epoch)));
    }
    drawChart(model, cursor);
  };
  const made = element(
    'section',
    { class: 'card chart-card', 'aria-label': 'Curves' },
    element('div', { class: 'card-bar' }, metricTabs.element, trainingBox.element),
    body,
    note,
    table,
  );
  return {
    element: made,
    render: (state) => {
      if (run?.plan.runId !== state.run?.plan.runId) cursor = null;
      run = state.run;
      made.hidden = run === null;
      draw();
    },
  };
}

function noteFor({ plan }: RunState): string {
  const seeds =
    plan.seeds.length > 1
      ? ` Lines are means over ${plan.seeds.length} seeds; bands reach from the least to the most.`
      : '';
  return `Measured on validation images after every epoch.${seeds}`;
}

/** Series with their value at one epoch: legend and readout in one. */
function legendEntries(model: ChartModel, epoch: number): HTMLElement[] {
  const entries = model.series.map((series) =>
    element(
      'div',
      { class: `legend-entry ${series.part}` },
      seriesMark(series.arm, series.part),
      element(
        'span',
        { class: 'legend-label' },
        series.part === 'training' ? `${series.label}, training` : series.label,
      ),
      element('span', { class: 'legend-value' }, formatValue(model.metric, pointAt(series, epoch)?.value)),
    ),
  );
  const difference = differenceAt(model, epoch);
  const unit = model.metric === 'accuracy' ? ' points' : '';
  return [
    element('div', { class: 'legend-epoch' }, epoch === 0 ? 'No epoch yet' : `Epoch ${epoch}`),
    ...entries,
    ...(difference === undefined
      ? []
      : [
          element(
            'div',
            { class: 'legend-entry' },
            element('span', { class: 'legend-label' }, 'difference'),
            element('span', { class: 'legend-value' }, formatDifference(model.metric, difference) + unit),
          ),
        ]),
  ];
}

/** The slowest job's time for an epoch; jobs of a pair train side by side. */
function epochDuration(run: RunState, epoch: number): number | undefined {
  const times = run.plan.seeds.flatMap((seed) =>
    run.plan.arms.flatMap((arm) => run.jobs[jobId({ arm: arm.id, seed })]?.series[epoch - 1]?.epochMs ?? []),
  );
  return times.length === 0 ? undefined : Math.max(...times);
}
