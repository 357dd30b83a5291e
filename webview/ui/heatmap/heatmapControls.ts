import { checkbox, dropdown } from '../controls/toolkit';
import { element, setHidden, setText } from '../dom/element';
import type { HeatmapChoice } from './heatmapChoice';
import { GATE_BOUNDS, type EvaluatedEpoch, type HeatmapSource } from './heatmapSource';

export interface HeatmapControls {
  readonly element: HTMLElement;
  show(shown: {
    choice: HeatmapChoice;
    source: HeatmapSource;
    sources: readonly HeatmapSource[];
    epochs: readonly EvaluatedEpoch[];
    classes: readonly string[];
  }): void;
}

const ALL = 'all';

/** Model, class, epoch and colours of the heatmap. */
export function heatmapControls(change: (patch: Partial<HeatmapChoice>) => void): HeatmapControls {
  const sourceList = dropdown({ label: 'Model', onChange: (sourceId) => change({ sourceId }) });
  const classList = dropdown({
    label: 'Class',
    onChange: (value) => change({ classIndex: value === ALL ? null : Number(value) }),
  });
  const difference = checkbox({
    label: 'Difference from all classes',
    onChange: (checked) => change({ difference: checked }),
  });
  const fullRange = checkbox({
    label: 'Colours over the full range',
    onChange: (checked) => change({ fullRange: checked }),
  });
  const slider = element('input', { type: 'range', class: 'slider', min: 0, step: 1, 'aria-label': 'Epoch' });
  const epochText = element('span', { class: 'slider-value' });
  let shownEpochs: readonly EvaluatedEpoch[] = [];
  slider.addEventListener('input', () => {
    const index = Number(slider.value);
    change({ epoch: index === shownEpochs.length - 1 ? null : (shownEpochs[index]?.epoch ?? null) });
  });
  const made = element(
    'div',
    { class: 'heat-controls' },
    sourceList.element,
    classList.element,
    element(
      'div',
      { class: 'field' },
      element('span', { class: 'field-label', 'aria-hidden': 'true' }, 'Epoch'),
      element('div', { class: 'slider-row' }, slider, epochText),
    ),
    element('div', { class: 'boxes' }, difference.element, fullRange.element),
  );
  return {
    element: made,
    show: ({ choice, source, sources, epochs, classes }) => {
      shownEpochs = epochs;
      sourceList.show({ choices: sources.map(({ id, label }) => ({ value: id, label })), value: source.id });
      setHidden(sourceList.element, sources.length < 2);
      const choices = classes.map((name, index) => ({ value: String(index), label: name }));
      classList.show({
        choices: [{ value: ALL, label: 'All classes' }, ...choices],
        value: choice.classIndex === null ? ALL : String(choice.classIndex),
      });
      const found = epochs.findIndex(({ epoch }) => epoch === choice.epoch);
      const index = found < 0 ? epochs.length - 1 : found;
      slider.max = String(Math.max(0, epochs.length - 1));
      slider.value = String(index);
      slider.disabled = epochs.length < 2;
      const epoch = epochs[index]?.epoch ?? 0;
      setText(epochText, index === epochs.length - 1 ? `${epoch} (latest)` : String(epoch));
      slider.setAttribute('aria-valuetext', `Epoch ${epoch}`);
      difference.show({ checked: choice.difference });
      fullRange.show({ checked: choice.fullRange });
      setHidden(fullRange.element, choice.difference || GATE_BOUNDS[source.gate] === null);
    },
  };
}
