import { icon } from '../controls/icons';
import { button } from '../controls/toolkit';
import { element, setHidden, setText } from '../dom/element';
import type { View } from '../mount';
import type { Actions } from '../session';

interface Notice {
  severity: 'error' | 'warning' | 'info';
  text: string;
}

/** One line of news above the views: a failed request, a failed run, or a run that trains out of sight. */
export function bannerView(actions: Actions): View {
  const text = element('p', { class: 'banner-text' });
  const showLive = button({
    text: 'Show it',
    onClick: () => {
      if (liveRunId !== null) actions.openRun(liveRunId);
    },
  });
  const dismiss = button({ text: 'Dismiss', onClick: actions.dismissBanner });
  const made = element(
    'div',
    { class: 'banner', role: 'alert' },
    icon('warning'),
    text,
    element('div', { class: 'buttons' }, showLive.element, dismiss.element),
  );
  let liveRunId: string | null = null;
  return {
    element: made,
    render: (state) => {
      liveRunId = state.liveRunId;
      const { run, banner } = state;
      const outOfSight = liveRunId !== null && liveRunId !== run?.plan.runId;
      const notice = banner
        ? { severity: banner.severity, text: banner.message }
        : (failureOf(run) ?? (outOfSight ? OUT_OF_SIGHT : undefined));
      setHidden(made, !notice);
      if (!notice) return;
      made.dataset['severity'] = notice.severity;
      setText(text, notice.text);
      setHidden(dismiss.element, banner === null);
      setHidden(showLive.element, banner !== null || notice !== OUT_OF_SIGHT);
    },
  };
}

const OUT_OF_SIGHT: Notice = { severity: 'info', text: 'Another run is training in this panel.' };

function failureOf(run: Parameters<View['render']>[0]['run']): Notice | undefined {
  if (run?.status !== 'failed') return undefined;
  return { severity: 'error', text: run.failure?.message ?? 'Training failed for an unknown reason.' };
}
