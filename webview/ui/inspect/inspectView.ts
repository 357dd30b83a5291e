import { PlaygroundError } from '../../../src/core/errors';
import { tabs } from '../controls/tabs';
import { dropdown } from '../controls/toolkit';
import { element, setHidden, setText } from '../dom/element';
import { memo } from '../dom/memo';
import { reportProblem } from '../hostDoor';
import type { View } from '../mount';
import type { Session } from '../session';
import { browserWorkerLine } from '../training/lane';
import { imagePane } from './image/imagePane';
import { inspectEmpty } from './inspectEmpty';
import { Inspection } from './inspection';
import { knockOutPane } from './knockOut/knockOutPane';
import { Microscope, type MicroscopeSources } from './microscope';
import { microscopeText } from './microscopeText';
import { specimensOf } from './specimens';

type PaneName = 'image' | 'knockOut';

/** Looks into a trained model of the run on display: an image's way through it, and what its gates are good for. */
export function inspectView({ actions, door, store, loader }: Session): View {
  let pane: PaneName = 'image';
  let chosenKey: string | undefined;
  let inspection: Inspection | undefined;
  let training = false;
  const sources: MicroscopeSources = {
    openLine: async () => browserWorkerLine(await loader.worker()),
    wasm: () => loader.wasm(),
    loadData: (dataset) => loader.dataSource(dataset),
    loadCheckpoint: (runId, job) => door.request('loadCheckpoint', { runId, job }),
    onProblem: (problem) => reportProblem(door, problem),
  };
  const microscope = new Microscope(sources, () => showStatus());
  const companion = new Microscope(sources, () => undefined);

  const modelList = dropdown({
    label: 'Model',
    onChange: (key) => {
      chosenKey = key;
      draw();
    },
  });
  const status = element('p', { class: 'note', role: 'status' });
  const images = imagePane(companion);
  const knockOuts = knockOutPane(async (suggestedName, text) => {
    try {
      await door.request('saveExport', { suggestedName, data: new TextEncoder().encode(text) });
    } catch (thrown) {
      const { message } = PlaygroundError.from(thrown, 'storage/export');
      store.update({ banner: { severity: 'error', message } });
    }
  });
  const imagePanel = element('div', {}, images.element);
  const knockOutPanel = element('div', {}, knockOuts.element);
  const paneTabs = tabs<PaneName>({
    label: 'Ways to look inside',
    tabs: [
      { id: 'image', label: 'One image', panel: imagePanel },
      { id: 'knockOut', label: 'Knock-outs', panel: knockOutPanel },
    ],
    onChange: (next) => {
      pane = next;
      draw();
    },
  });
  const empty = inspectEmpty(actions);
  const panes = element('div', { class: 'inspect-panes' }, paneTabs.element, imagePanel, knockOutPanel);
  const content = element(
    'div',
    { class: 'inspect-content' },
    element('div', { class: 'inspect-bar' }, modelList.element, status),
    panes,
  );
  const showStatus = () => setText(status, microscopeText(microscope.state, training));
  const choicesOf = memo(specimensOf);
  const draw = () => {
    const { run, liveRunId } = store.get();
    const choices = run ? choicesOf(run) : [];
    const choice = choices.find(({ key }) => key === chosenKey) ?? choices[0];
    setHidden(content, !choice);
    setHidden(empty.element, choice !== undefined);
    if (!choice) {
      empty.show(run);
      return;
    }
    const wasTraining = training;
    training = liveRunId !== null;
    showStatus();
    modelList.show({
      choices: choices.map(({ key, label }) => ({ value: key, label })),
      value: choice.key,
    });
    paneTabs.show(pane);
    setHidden(imagePanel, pane !== 'image');
    setHidden(knockOutPanel, pane !== 'knockOut');
    // What was found out stays on screen; nothing new is asked while the cores are needed.
    panes.toggleAttribute('inert', training);
    if (training) return;
    if (inspection?.choice.key !== choice.key) {
      inspection?.end();
      inspection = new Inspection(choice, microscope);
    }
    if (pane === 'image') images.show(inspection);
    else knockOuts.show(inspection);
    if (wasTraining) (pane === 'image' ? images : knockOuts).refresh();
  };
  // Heard at once, whatever view is on screen: training must not share its cores.
  store.subscribe(() => {
    if (store.get().liveRunId === null) return;
    microscope.close('training');
    companion.close('training');
  });
  const made = element(
    'div',
    { class: 'inspect-view' },
    element('h2', {}, 'Look inside'),
    empty.element,
    content,
  );
  // The grey of the difference scale follows the theme. Out of sight nothing is drawn, or a worker would be opened for nobody.
  const redraw = () => {
    if (made.offsetParent !== null) draw();
  };
  new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ['class'] });
  return { element: made, render: draw };
}
