import { element, setText } from '../dom/element';
import { memo } from '../dom/memo';
import { moment } from '../format/duration';
import type { View } from '../mount';
import type { Actions } from '../session';
import type { PageState } from '../store/pageState';
import { statusLabel } from './runText';

/** Earlier runs; a click opens one. */
export function runsCard(actions: Actions): View {
  const list = element('ul', { class: 'runs' });
  const empty = element('p', { class: 'note' });
  const made = element(
    'section',
    { class: 'card', 'aria-labelledby': 'runs-title' },
    element('h3', { id: 'runs-title' }, 'Runs'),
    empty,
    list,
  );
  const draw = memo((runs: PageState['runs'], openId: string | undefined) => {
    setText(empty, runs.length === 0 ? 'Runs are kept here, to look at again or to resume.' : '');
    list.replaceChildren(...runs.map((run) => runItem(run, run.runId === openId, actions)));
  });
  return {
    element: made,
    render: ({ runs, run }) => draw(runs, run?.plan.runId),
  };
}

function runItem(run: PageState['runs'][number], open: boolean, actions: Actions): HTMLElement {
  const chip = element('span', { class: 'chip' }, statusLabel(run.status));
  chip.dataset['status'] = run.status;
  const details = [moment(run.createdAtMs), ...(run.imported ? ['imported'] : []), run.summary];
  return element(
    'li',
    {},
    element(
      'button',
      {
        class: 'run-item',
        type: 'button',
        'aria-current': open ? 'true' : undefined,
        on: { click: () => actions.openRun(run.runId) },
      },
      element('span', { class: 'run-item-name' }, run.name),
      chip,
      element('span', { class: 'run-item-detail' }, details.join(' · ')),
    ),
  );
}
