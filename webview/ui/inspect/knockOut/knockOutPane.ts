import { icon } from '../../controls/icons';
import { button } from '../../controls/toolkit';
import { element, setHidden, setText } from '../../dom/element';
import { memo } from '../../dom/memo';
import { percent, wholeNumber } from '../../format/numbers';
import type { Baseline, Inspection } from '../inspection';
import { KnockOutBench, NO_FINDINGS, type Findings, type Work } from './bench';
import { resultsFinding, sweepFinding } from './findings';
import { knockOutCsv } from './knockOutCsv';
import { knockOutForm } from './knockOutForm';
import { TARGET_LABEL } from './knockOuts';
import { resultsTable } from './resultsTable';
import type { Sweep } from './sweep';
import { sweepTable } from './sweepTable';

export interface KnockOutPane {
  readonly element: HTMLElement;
  show(inspection: Inspection): void;
  /** Measures the model as it was trained, if that has not been done. */
  refresh(): void;
}

/** Gates clamped, and what that does to the accuracy. Findings are kept for every model while the page is open. */
export function knockOutPane(save: (name: string, text: string) => Promise<void>): KnockOutPane {
  const kept = new Map<string, Findings>();
  let inspection: Inspection | undefined;
  let bench: KnockOutBench | undefined;
  const form = knockOutForm({
    knockOut: (wanted) => void bench?.knockOut(wanted),
    sweep: (block, to) => void bench?.sweep(block, to),
  });
  const stop = button({ text: 'Stop', icon: icon('stop'), onClick: () => bench?.stop() });
  const bar = element('div', { class: 'progress-fill' });
  const track = element(
    'div',
    { class: 'progress-track', role: 'progressbar', 'aria-label': 'Progress', 'aria-valuemin': 0 },
    bar,
  );
  const doing = element('span', {});
  const working = element('div', { class: 'working' }, track, doing, stop.element);
  const problem = element('p', { class: 'field-problem', role: 'alert' });
  const baselineText = element('p', { class: 'readout', role: 'status' });
  const found = element('p', { class: 'note' });
  const results = element('div', { class: 'table-scroll', tabindex: 0, role: 'region' });
  results.setAttribute('aria-label', 'Results');
  const sweepTitle = element('h3', { id: 'sweep-title' });
  const sweepFound = element('p', { class: 'note' });
  const sweepRows = element('div', { class: 'table-scroll tall', tabindex: 0, role: 'region' });
  sweepRows.setAttribute('aria-labelledby', 'sweep-title');
  const sweepCard = element('section', { class: 'card', 'aria-labelledby': 'sweep-title' });
  sweepCard.append(sweepTitle, sweepFound, sweepRows);
  const csv = button({ text: 'Save as CSV…', icon: icon('save'), onClick: () => void saveCsv() });
  const saveCsv = async () => {
    const baseline = inspection?.known;
    if (!inspection || !baseline || !bench) return;
    const { plan, label } = inspection.choice;
    await save(
      `${plan.name} knock-outs.csv`,
      knockOutCsv({ run: plan.name, model: label }, bench.findings, baseline),
    );
  };
  const drawResults = memo((shown: Findings['results'], baseline: Baseline | undefined) => {
    setText(found, baseline ? resultsFinding(shown, baseline) : '');
    setHidden(results, shown.length === 0);
    results.replaceChildren(...(baseline && shown.length > 0 ? [resultsTable(shown, baseline)] : []));
  });
  const drawSweep = memo((sweep: Sweep | undefined, baseline: Baseline | undefined) => {
    setHidden(sweepCard, !sweep || !baseline);
    if (!sweep || !baseline) return;
    setText(
      sweepTitle,
      `Channels of ${sweep.block}, each clamped alone to ${sweep.to === 'mean' ? 'its mean' : TARGET_LABEL[sweep.to]}`,
    );
    setText(sweepFound, sweepFinding(sweep, baseline));
    sweepRows.replaceChildren(sweepTable(sweep, baseline));
  });
  const showWork = (work: Work | undefined) => {
    setHidden(working, !work);
    if (!work) return;
    const { text, done, total } = work;
    bar.style.transform = `scaleX(${total > 0 ? done / total : 0})`;
    track.setAttribute('aria-valuemax', String(total));
    track.setAttribute('aria-valuenow', String(done));
    setText(doing, total > 1 ? `${text}: ${done} of ${total} done` : `${text}…`);
  };
  const draw = () => {
    if (!inspection || !bench) return;
    const { choice, known } = inspection;
    const { findings, work } = bench;
    kept.set(choice.key, findings);
    form.show({ blocks: choice.blocks, busy: work !== undefined });
    showWork(work);
    setText(problem, bench.problem ?? '');
    setText(baselineText, known ? baselineSentence(known) : '');
    drawResults(findings.results, known);
    drawSweep(findings.sweep, known);
    csv.show({ disabled: !known || (findings.results.length === 0 && !findings.sweep) });
  };
  return {
    element: element(
      'div',
      { class: 'knock-out-pane' },
      element(
        'section',
        { class: 'card', 'aria-labelledby': 'knock-out-title' },
        element('h3', { id: 'knock-out-title' }, 'Which gates matter?'),
        form.element,
        baselineText,
        working,
        problem,
        found,
        results,
        element('div', { class: 'buttons' }, csv.element),
      ),
      sweepCard,
    ),
    show: (next) => {
      if (next !== inspection) {
        bench?.stop();
        inspection = next;
        const own: KnockOutBench = new KnockOutBench(next, kept.get(next.choice.key) ?? NO_FINDINGS, () => {
          if (bench === own) draw();
        });
        bench = own;
        void own.measureBaseline();
      }
      draw();
    },
    refresh: () => void bench?.measureBaseline(),
  };
}

function baselineSentence({ accuracy, correct }: Baseline): string {
  return `As trained the model recognises ${percent(accuracy, 2)} of ${wholeNumber(correct.length)} validation images. Became wrong and became right count images; p is the exact two-sided McNemar test of the two counts.`;
}
