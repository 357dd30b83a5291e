import type { RunPlan } from '../../../src/core/training/runPlan';
import { element, setHidden, setText } from '../dom/element';
import { duration } from '../format/duration';
import { plural } from '../format/numbers';
import type { View } from '../mount';
import type { Pace } from '../store/pageState';
import { readForm } from '../store/readForm';
import { predict, type Measurement } from '../training/epochEstimator';
import { BACKEND_LABEL } from './runText';

/** How long the run will take on this machine, and on what it will train. */
export function paceView(): View {
  const headline = element('p', { class: 'pace-headline' });
  const detail = element('p', { class: 'note' });
  const made = element(
    'div',
    { class: 'pace', role: 'status', 'aria-live': 'polite' },
    // No ring that turns meanwhile: without a GPU it takes a third of a core from what is being measured.
    element('div', {}, headline, detail),
  );
  return {
    element: made,
    render: (state) => {
      const { pace } = state;
      const { plan } = readForm(state);
      setHidden(made, pace.kind === 'none' || !plan);
      if (!plan) return;
      const text = paceText(pace, plan);
      setText(headline, text.headline);
      setText(detail, text.detail);
      made.dataset['kind'] = pace.kind;
    },
  };
}

function paceText(pace: Pace, plan: RunPlan): { headline: string; detail: string } {
  switch (pace.kind) {
    case 'none':
      return { headline: '', detail: '' };
    case 'measuring':
      return {
        headline: 'Measuring…',
        detail: 'A few training steps of both models, to tell how long a run will take.',
      };
    case 'failed':
      return { headline: 'The backend could not be measured', detail: pace.message };
    case 'measured':
      return measuredText(pace.measurement, plan);
  }
}

function measuredText(measurement: Measurement, plan: RunPlan): { headline: string; detail: string } {
  const { epochMs, runMs } = predict(plan, measurement);
  const { backend, device, reason } = measurement.backend;
  const seeds = plan.seeds.length > 1 ? `, ${plural(plan.seeds.length, 'seed')}` : '';
  return {
    headline: `About ${duration(epochMs)} an epoch, ${duration(runMs)} for ${plural(plan.epochs, 'epoch')}${seeds}`,
    detail: `${BACKEND_LABEL[backend]} on ${device}, ${division(plan.arms.length, measurement.workers)}. ${reason}`,
  };
}

function division(models: number, workers: number): string {
  const each = Math.floor(workers / models);
  if (models === 1) return plural(workers, 'worker');
  if (each === 0) return 'one model after the other';
  return each === 1 ? 'both models side by side' : `both models side by side, ${each} workers each`;
}
