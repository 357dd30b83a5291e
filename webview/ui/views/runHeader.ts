import { jobId } from '../../../src/core/training/runPlan';
import { runProgress } from '../../../src/core/training/runProgress';
import type { RunState } from '../../../src/core/training/runState';
import { isActive, isResumable } from '../../../src/core/training/statusTransitions';
import { seriesMark } from '../chart/seriesMark';
import { icon } from '../controls/icons';
import { button } from '../controls/toolkit';
import { element, setHidden, setText } from '../dom/element';
import { memo } from '../dom/memo';
import { duration } from '../format/duration';
import { decimal, wholeNumber } from '../format/numbers';
import type { View } from '../mount';
import type { Actions } from '../session';
import { announcement, currentJob, planSummary, STATUS_LABEL } from './runText';

/** Name, status, controls and progress of the run on display. */
export function runHeader(actions: Actions): View {
  const title = element('h2', {});
  const chip = element('span', { class: 'chip' });
  const summary = element('p', { class: 'note' });
  const pause = button({ text: 'Pause', icon: icon('pause'), onClick: () => actions.control('pause') });
  const goOn = button({
    text: 'Resume',
    icon: icon('play'),
    appearance: 'primary',
    onClick: () => actions.control('resume'),
  });
  const stop = button({ text: 'Stop', icon: icon('stop'), onClick: () => actions.control('stop') });
  const resume = button({
    text: 'Resume from checkpoint',
    icon: icon('play'),
    appearance: 'primary',
    onClick: actions.resume,
  });
  const report = button({ text: 'Export report', icon: icon('report'), onClick: actions.exportReport });
  const weights = button({ text: 'Export weights', icon: icon('save'), onClick: actions.exportWeights });
  const news = element('p', { class: 'news', role: 'status', 'aria-live': 'polite' });
  const bar = element('div', { class: 'progress-fill' });
  const track = element(
    'div',
    {
      class: 'progress-track',
      role: 'progressbar',
      'aria-label': 'Training progress',
      'aria-valuemin': 0,
      'aria-valuemax': 100,
    },
    bar,
  );
  const share = element('span', { class: 'progress-share' });
  const left = element('span', { class: 'quiet' });
  const lanes = element('div', { class: 'lanes' });
  const progress = element(
    'div',
    { class: 'progress' },
    track,
    element('div', { class: 'progress-text' }, share, left),
    lanes,
  );
  const made = element(
    'section',
    { class: 'run-header', 'aria-label': 'Run' },
    element(
      'div',
      { class: 'run-title' },
      element('div', { class: 'run-name' }, title, chip),
      element(
        'div',
        { class: 'buttons' },
        goOn.element,
        pause.element,
        stop.element,
        resume.element,
        report.element,
        weights.element,
      ),
    ),
    summary,
    progress,
    news,
  );
  const showExports = memo((status: RunState['status'], hasWeights: boolean) => {
    setHidden(report.element, isActive(status) || status === 'idle');
    setHidden(weights.element, isActive(status) || !hasWeights);
  });
  const showControls = memo(
    (status: RunState['status'], launching: boolean, elsewhere: boolean, imported: boolean) => {
      setText(chip, STATUS_LABEL[status]);
      chip.dataset['status'] = status;
      setHidden(pause.element, status !== 'running' && status !== 'starting');
      pause.show({ disabled: status === 'starting' });
      setHidden(goOn.element, status !== 'paused');
      goOn.show({ disabled: false });
      setHidden(stop.element, !isActive(status));
      stop.show({ disabled: status === 'stopping' });
      setHidden(resume.element, !isResumable(status) || imported);
      resume.show({ disabled: launching || elsewhere });
      setHidden(progress, !isActive(status));
    },
  );
  return {
    element: made,
    render: ({ run, runs, launching, liveRunId }) => {
      setHidden(made, run === null);
      if (!run) return;
      setText(title, run.plan.name);
      setText(summary, planSummary(run));
      setText(news, announcement(run));
      const imported = runs.some((item) => item.runId === run.plan.runId && item.imported);
      showControls(run.status, launching, liveRunId !== null, imported);
      // A run from elsewhere may have brought its weights with it.
      const hasWeights = imported || Object.values(run.jobs).some((job) => job.checkpointEpoch > 0);
      showExports(run.status, hasWeights);
      if (!isActive(run.status)) return;
      const { fraction, remainingMs } = runProgress(run);
      bar.style.transform = `scaleX(${fraction})`;
      // Rounded down, as in the status bar: 100% is the end.
      const wholePercent = Math.floor(fraction * 100);
      track.setAttribute('aria-valuenow', String(wholePercent));
      setText(share, `${wholePercent}%`);
      const timeLeft = remainingMs === undefined ? '' : `about ${duration(remainingMs)} left`;
      setText(left, timeLeft);
      track.setAttribute('aria-valuetext', [`${wholePercent}%`, timeLeft].filter(Boolean).join(', '));
      lanes.replaceChildren(...run.plan.arms.map((arm) => laneLine(run, arm)));
    },
  };
}

/** Where one arm stands inside its epoch. */
function laneLine(run: RunState, arm: RunState['plan']['arms'][number]): HTMLElement {
  const key = currentJob(run, arm.id);
  const job = key && run.jobs[jobId(key)];
  const inFlight = job?.progress;
  const parts = !key
    ? ['finished']
    : [
        ...(run.plan.seeds.length > 1 ? [`seed ${key.seed}`] : []),
        `epoch ${Math.min(run.plan.epochs, (job?.series.length ?? 0) + 1)} of ${run.plan.epochs}`,
        ...(inFlight
          ? [
              `step ${inFlight.step} of ${inFlight.stepsPerEpoch}`,
              `loss ${decimal(inFlight.loss, 3)}`,
              `${wholeNumber(inFlight.imagesPerSecond)} images/s`,
            ]
          : []),
      ];
  return element(
    'div',
    { class: 'lane' },
    element('span', { class: 'lane-name' }, seriesMark(arm.id), element('span', {}, arm.label)),
    ...parts.map((part) => element('span', { class: 'lane-part' }, part)),
  );
}
