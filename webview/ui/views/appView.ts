import { tabs } from '../controls/tabs';
import { button, progressRing } from '../controls/toolkit';
import { element, setHidden } from '../dom/element';
import { heatmapView } from '../heatmap/heatmapView';
import { inspectView } from '../inspect/inspectView';
import type { View } from '../mount';
import type { Session } from '../session';
import type { ViewName } from '../store/pageState';
import { bannerView } from './bannerView';
import { trainView } from './trainView';

/** The whole page: tabs, banner, and the view that is chosen. */
export function createAppView(session: Session): View {
  const { actions } = session;
  const banner = bannerView(actions);
  const train = trainView(actions);
  const heatmap = heatmapView(actions);
  const inspect = inspectView(session);
  const trainPanel = element('div', {}, train.element);
  const heatmapPanel = element('div', {}, heatmap.element);
  const inspectPanel = element('div', {}, inspect.element);
  const viewTabs = tabs<ViewName>({
    label: 'Views',
    tabs: [
      { id: 'train', label: 'Train', panel: trainPanel },
      { id: 'heatmap', label: 'Excitation heatmap', panel: heatmapPanel },
      { id: 'inspect', label: 'Look inside', panel: inspectPanel },
    ],
    onChange: actions.show,
  });
  const loading = element(
    'div',
    { class: 'loading', role: 'status' },
    progressRing(),
    element('p', {}, 'Opening SE Playground…'),
  );
  const retry = button({ text: 'Try again', appearance: 'primary', onClick: actions.connect });
  const unreachable = element(
    'div',
    { class: 'empty', role: 'alert' },
    element('h3', {}, 'The extension did not answer'),
    element(
      'p',
      {},
      'Try again. If that does not help, close this panel and open it from the command palette.',
    ),
    retry.element,
  );
  const views = element('main', {}, trainPanel, heatmapPanel, inspectPanel);
  const made = element(
    'div',
    { class: 'page' },
    element('header', { class: 'page-bar' }, element('h1', {}, 'SE Playground'), viewTabs.element),
    banner.element,
    loading,
    unreachable,
    views,
  );
  return {
    element: made,
    render: (state) => {
      setHidden(loading, state.phase !== 'loading');
      setHidden(unreachable, state.phase !== 'unreachable');
      setHidden(views, state.phase !== 'ready');
      viewTabs.show(state.view);
      setHidden(trainPanel, state.view !== 'train');
      setHidden(heatmapPanel, state.view !== 'heatmap');
      setHidden(inspectPanel, state.view !== 'inspect');
      banner.render(state);
      if (state.phase !== 'ready') return;
      // Only what is seen is drawn; the other views catch up when they are chosen.
      const seen = { train, heatmap, inspect }[state.view];
      seen.render(state);
    },
  };
}
