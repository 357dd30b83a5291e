import { tabs } from '../controls/tabs';
import { darkTheme } from '../dom/darkTheme';
import { element, setHidden, setText } from '../dom/element';
import { sameItems } from '../dom/memo';
import type { View } from '../mount';
import type { Actions } from '../session';
import type { PageState } from '../store/pageState';
import { blocksView } from './blocksView';
import { heatmapControls } from './controls/heatmapControls';
import { figuresView } from './figures/figuresView';
import { setFigures } from './figures/figureScene';
import { whatToLookFor, whatToLookForInFigure } from './gateText';
import { FIRST_CHOICE, type HeatmapChoice, type HeatView } from './heatmapChoice';
import { heatmapEmpty } from './heatmapEmpty';
import type { GateSource } from './heatmapSource';
import { setScene } from './scene/heatmapScene';
import { allSources } from './source/allSources';
import { sourceWith } from './source/traceSources';

/** Gates of every block and channel, per class and epoch, as maps and as the paper's line charts. */
export function heatmapView(actions: Actions): View {
  let choice = FIRST_CHOICE;
  let state: PageState | undefined;
  let sources: readonly GateSource[] = [];
  let drawnInputs: readonly unknown[] = [];
  let frame = 0;

  const change = (patch: Partial<HeatmapChoice>) => {
    choice = { ...choice, ...patch };
    // Sliders and keys may report faster than frames come.
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  };
  const spokenText = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  const speak = (text: string) => setText(spokenText, text);
  const controls = heatmapControls(change, actions.readRun);
  const save = actions.saveExport;
  const blocks = blocksView({ change, reveal: actions.revealBlock, speak, save });
  const figures = figuresView(change, save);
  const viewTabs = tabs<HeatView>({
    label: 'Pictures of the gates',
    tabs: [
      { id: 'blocks', label: 'Blocks and channels', panel: blocks.element },
      { id: 'stages', label: 'Class means by stage', panel: figures.element },
      { id: 'within', label: 'Within a class', panel: figures.element },
    ],
    onChange: (view) => change({ view }),
  });
  const lookFor = element('p', { class: 'lead' });
  const empty = heatmapEmpty(actions);
  const content = element(
    'div',
    { class: 'heatmap-content' },
    viewTabs.element,
    lookFor,
    controls.element,
    blocks.element,
    figures.element,
    spokenText,
  );
  content.addEventListener('keydown', (event) => {
    if (event.key !== ' ' || !takesSpace(event.target)) return;
    event.preventDefault();
    controls.togglePlay();
  });

  const shownSource = () => sources.find(({ id }) => id === choice.sourceId) ?? sources[0];
  const draw = () => {
    const source = shownSource();
    if (!state || !source || source.epochs.length === 0) return;
    const { runs, run } = state;
    const inputs = [
      ...sources.flatMap(({ id, epochs }) => [id, epochs.at(-1)?.gates]),
      choice,
      runs,
      document.body.className,
    ];
    if (sameItems(drawnInputs, inputs)) return;
    drawnInputs = inputs;
    const otherRuns = runs.filter(({ runId }) => runId !== run?.plan.runId);
    viewTabs.show(choice.view);
    controls.show({ choice, source, sources, otherRuns });
    setHidden(blocks.element, choice.view !== 'blocks');
    setHidden(figures.element, choice.view === 'blocks');
    if (choice.view === 'blocks') {
      const scene = setScene(choice, source, sources, darkTheme());
      if (!scene) return;
      setText(lookFor, whatToLookFor(scene));
      blocks.show(scene, choice);
    } else {
      const scene = setFigures(choice, choice.view, source);
      if (!scene) return;
      setText(lookFor, whatToLookForInFigure(choice.view));
      figures.show(scene, choice);
    }
  };
  // The grey of the difference scale follows the theme.
  new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ['class'] });
  return {
    element: element(
      'div',
      { class: 'heatmap-view' },
      element('h2', {}, 'Excitation heatmap'),
      empty.element,
      content,
    ),
    render: (next) => {
      const isOtherRun = state?.run?.plan.runId !== next.run?.plan.runId;
      const opened = state?.traces[0] === next.traces[0] ? undefined : next.traces[0];
      state = next;
      sources = allSources(next);
      if (isOtherRun || opened) {
        controls.stopPlay();
        const { view, fullRange, order } = choice;
        choice = { ...FIRST_CHOICE, view, fullRange, order };
      }
      if (opened) {
        const sourceId = sourceWith(sources, opened)?.id ?? null;
        choice = { ...choice, sourceId, epoch: opened.trace.epoch ?? null };
      }
      const ready = (shownSource()?.epochs.length ?? 0) > 0;
      setHidden(content, !ready);
      setHidden(empty.element, ready);
      if (!ready) empty.show(next.run, sources.length);
      draw();
    },
  };
}

/** Where the space key has no work of its own. */
function takesSpace(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('button, input, select, summary, vscode-button, vscode-dropdown, vscode-checkbox') === null
  );
}
