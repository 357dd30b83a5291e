import { DATASETS, type DatasetName } from '../../../src/core/model/modelSpec';
import { whyUntrainable, WITHOUT_SE } from '../../../src/core/training/runPlanner';
import { BACKEND_CHOICES, type BackendChoice } from '../../../src/core/training/runPlan';
import { isActive } from '../../../src/core/training/statusTransitions';
import { icon } from '../controls/icons';
import { button, dropdown, numberField, type DropdownChoice } from '../controls/toolkit';
import { element, setHidden, setText } from '../dom/element';
import { memo } from '../dom/memo';
import type { View } from '../mount';
import type { Actions } from '../session';
import { readForm } from '../store/readForm';
import type { PageState } from '../store/pageState';
import { paceView } from './paceView';
import { DATASET_LABEL } from './runText';

const BACKEND_TEXT: Readonly<Record<BackendChoice, string>> = {
  auto: 'Automatic',
  wasm: 'WASM (CPU)',
  webgl: 'WebGL (GPU)',
  webgpu: 'WebGPU (GPU, new)',
};
/** The value that stands for "no second definition". */
const PAIR = '';

/** What to train next, how long it will take, and Start. */
export function setupForm(actions: Actions): View {
  let form: PageState['form'] | undefined;
  const model = dropdown({
    label: 'Model',
    onChange: (value) => actions.chooseModel(value, form?.compareWith ?? null),
  });
  const compareWith = dropdown({
    label: 'Compare with',
    onChange: (value) => actions.editForm({ compareWith: value === PAIR ? null : value }),
  });
  const dataset = dropdown({
    label: 'Data set',
    onChange: (value) => actions.editForm({ dataset: value as DatasetName }),
  });
  const backend = dropdown({
    label: 'Backend',
    onChange: (value) => actions.editForm({ backend: value as BackendChoice }),
  });
  const epochs = numberField({ label: 'Epochs', onInput: (text) => actions.editForm({ epochs: text }) });
  const seeds = numberField({ label: 'Seeds', onInput: (text) => actions.editForm({ seeds: text }) });
  const start = button({
    text: 'Start training',
    icon: icon('play'),
    appearance: 'primary',
    onClick: actions.start,
  });
  const download = button({
    text: 'Download CIFAR-10',
    onClick: () => actions.runCommand('sePlayground.downloadCifar10'),
  });
  const importFiles = button({
    text: 'Use files I have',
    onClick: () => actions.runCommand('sePlayground.importCifar10'),
  });
  const about = element('p', { class: 'note' });
  const problem = element('p', { class: 'field-problem', role: 'alert' });
  const dataButtons = element('div', { class: 'buttons' }, download.element, importFiles.element);
  const pace = paceView();
  const made = element(
    'section',
    { class: 'setup', 'aria-labelledby': 'setup-title' },
    element('h2', { id: 'setup-title' }, 'New run'),
    element(
      'div',
      { class: 'fields' },
      model.element,
      compareWith.element,
      dataset.element,
      epochs.element,
      seeds.element,
      backend.element,
    ),
    about,
    problem,
    dataButtons,
    element('div', { class: 'launch' }, start.element, pace.element),
  );

  const renderForm = memo(
    (
      current: PageState['form'],
      models: PageState['models'],
      datasets: PageState['datasets'],
      launching: boolean,
    ) => {
      const reading = readForm({ form: current, models, datasets });
      const entry = models.find(({ reference }) => reference === current.model);
      const training = entry?.spec?.training;
      const choices = models.map(modelChoice);
      model.show({ choices, value: current.model });
      const others = choices.filter(({ value }) => value !== current.model);
      compareWith.show({
        choices: [{ value: PAIR, label: `Itself ${WITHOUT_SE}` }, ...others],
        value: current.compareWith ?? PAIR,
      });
      const chosen = current.dataset ?? training?.dataset ?? 'quick';
      dataset.show({ choices: DATASETS.map((name) => datasetChoice(name, datasets)), value: chosen });
      backend.show({
        choices: BACKEND_CHOICES.map((value) => ({ value, label: BACKEND_TEXT[value] })),
        value: current.backend,
      });
      epochs.show({
        value: current.epochs ?? String(training?.epochs ?? ''),
        problem: reading.problems.epochs,
      });
      seeds.show({
        value: current.seeds ?? String(training?.seeds.length ?? ''),
        problem: reading.problems.seeds,
      });
      setText(about, entry?.description ?? '');
      const { model: wrongModel, compareWith: wrongPair, dataset: wrongData } = reading.problems;
      setText(problem, wrongModel ?? wrongPair ?? wrongData ?? '');
      setHidden(dataButtons, !(wrongData && chosen === 'full'));
      start.show({ disabled: launching || !reading.request });
    },
  );
  return {
    element: made,
    render: (state) => {
      form = state.form;
      const busy = state.liveRunId !== null || (state.run !== null && isActive(state.run.status));
      setHidden(made, busy);
      if (busy) return;
      renderForm(state.form, state.models, state.datasets, state.launching);
      pace.render(state);
    },
  };
}

function modelChoice({ reference, label, spec }: PageState['models'][number]): DropdownChoice {
  if (!spec) return { value: reference, label: `${label} (has errors)` };
  const costOnly = whyUntrainable(spec) !== undefined;
  return { value: reference, label: costOnly ? `${label} (for cost and source)` : label };
}

function datasetChoice(name: DatasetName, datasets: PageState['datasets']): DropdownChoice {
  const available = datasets.some((status) => status.name === name && status.available);
  return { value: name, label: available ? DATASET_LABEL[name] : `${DATASET_LABEL[name]} (not here yet)` };
}
