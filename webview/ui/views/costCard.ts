import { compileModel } from '../../../src/core/model/compileModel';
import { costOverhead, modelCost, type ModelCost } from '../../../src/core/model/modelCost';
import { median } from '../../../src/core/training/statistics';
import { jobId, type RunPlan } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';
import { seriesMark } from '../chart/seriesMark';
import { element, setText } from '../dom/element';
import { memo } from '../dom/memo';
import { decimal, NO_VALUE, shortCount, signed, wholeNumber } from '../format/numbers';
import type { View } from '../mount';
import type { PageState } from '../store/pageState';
import { readForm } from '../store/readForm';

/** Parameters, MACs and step time of both models, and what the second costs beyond the first. */
export function costCard(): View {
  const caption = element('p', { class: 'note' });
  const content = element('div', { class: 'table-scroll' });
  const made = element(
    'section',
    { class: 'card', 'aria-labelledby': 'cost-title' },
    element('h3', { id: 'cost-title' }, 'Model cost'),
    caption,
    content,
  );
  const draw = memo((plan: RunPlan, stepA: number | undefined, stepB: number | undefined) => {
    content.replaceChildren(costTable(plan, costsOf(plan), [stepA, stepB]));
  });
  // The same plan object until the form changes, so that models are not compiled anew for every frame.
  const formPlan = memo(
    (form: PageState['form'], models: PageState['models'], datasets: PageState['datasets']) =>
      readForm({ form, models, datasets }).preview,
  );
  return {
    element: made,
    render: (state) => {
      const plan = state.run?.plan ?? formPlan(state.form, state.models, state.datasets);
      made.hidden = !plan;
      if (!plan) return;
      setText(
        caption,
        `${plan.name}. MACs are the multiply-adds of one image's forward pass${batchNote(plan)}.`,
      );
      const steps = state.run ? stepTimes(state.run) : measuredSteps(state);
      draw(plan, steps[0], steps[1]);
    },
  };
}

function costsOf(plan: RunPlan): ModelCost[] {
  return plan.arms.map(({ spec }) => modelCost(compileModel(spec)));
}

function batchNote(plan: RunPlan): string {
  const batch = plan.arms[0]?.spec.training.batch;
  return batch === undefined ? '' : `; a step trains ${batch} images`;
}

/** Median step time of each arm over everything trained so far. */
function stepTimes({ plan, jobs }: RunState): (number | undefined)[] {
  return plan.arms.map(({ id }) => {
    const steps = plan.seeds.flatMap((seed) =>
      (jobs[jobId({ arm: id, seed })]?.series ?? []).map(({ stepMs }) => stepMs),
    );
    return steps.length === 0 ? undefined : median(steps);
  });
}

function measuredSteps({ pace }: PageState): (number | undefined)[] {
  return pace.kind === 'measured' ? pace.measurement.arms.map(({ stepMs }) => stepMs) : [];
}

function costTable(
  plan: RunPlan,
  costs: readonly ModelCost[],
  steps: readonly (number | undefined)[],
): HTMLTableElement {
  const [first, second] = costs;
  const overhead = first && second ? costOverhead(first, second) : undefined;
  const [stepA, stepB] = steps;
  const stepPercent =
    stepA !== undefined && stepB !== undefined ? (100 * (stepB - stepA)) / stepA : undefined;
  const row = (name: string, values: readonly string[], percent: number | undefined) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...values.map((value) => element('td', {}, value)),
      second && element('td', {}, percent === undefined ? NO_VALUE : `${signed(percent, 1)}%`),
    );
  const stepText = (ms: number | undefined) =>
    ms === undefined ? NO_VALUE : `${decimal(ms, ms < 100 ? 1 : 0)} ms`;
  return element(
    'table',
    { class: 'numbers narrow' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('td', {}),
        ...plan.arms.map(({ id, label }) =>
          element(
            'th',
            { scope: 'col' },
            element('span', { class: 'series-head' }, seriesMark(id), element('span', {}, label)),
          ),
        ),
        second && element('th', { scope: 'col' }, 'Overhead'),
      ),
    ),
    element(
      'tbody',
      {},
      row(
        'Parameters',
        costs.map(({ params }) => wholeNumber(params)),
        overhead?.paramsPercent,
      ),
      row(
        'MACs',
        costs.map(({ macs }) => shortCount(macs)),
        overhead?.macsPercent,
      ),
      row(
        'Training step',
        plan.arms.map((_, index) => stepText(steps[index])),
        stepPercent,
      ),
    ),
  );
}
