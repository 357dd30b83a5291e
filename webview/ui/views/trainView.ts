import { chartCard } from '../chart/chartCard';
import { element, setHidden } from '../dom/element';
import type { View } from '../mount';
import type { Actions } from '../session';
import { costCard } from './costCard';
import { runHeader } from './runHeader';
import { runsCard } from './runsCard';
import { setupForm } from './setupForm';
import { verdictCard } from './verdictCard';

/** Set up, follow and judge a run. */
export function trainView(actions: Actions): View {
  const setup = setupForm(actions);
  const header = runHeader(actions);
  const chart = chartCard();
  const verdict = verdictCard();
  const cost = costCard();
  const runs = runsCard(actions);
  const empty = emptyState();
  const parts = [setup, header, chart, verdict, cost, runs];
  const made = element(
    'div',
    { class: 'train-view' },
    setup.element,
    element(
      'div',
      { class: 'columns' },
      element('div', { class: 'main-column' }, header.element, chart.element, empty),
      element('div', { class: 'side-column' }, verdict.element, cost.element, runs.element),
    ),
  );
  return {
    element: made,
    render: (state) => {
      setHidden(empty, state.run !== null);
      for (const part of parts) part.render(state);
    },
  };
}

function emptyState(): HTMLElement {
  return element(
    'section',
    { class: 'empty', 'aria-label': 'Nothing trained yet' },
    element('h3', {}, 'Nothing on display yet'),
    element(
      'p',
      {},
      'Choose a model and press Start training. The same network is trained twice, with and without Squeeze-and-Excitation, from the same initial weights on the same batches.',
    ),
    element(
      'p',
      {},
      'You will see the validation accuracy of both after every epoch, what SE costs, and, with three seeds or more, whether the difference is more than chance.',
    ),
  );
}
