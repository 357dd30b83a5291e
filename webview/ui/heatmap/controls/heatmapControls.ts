import type { ChannelOrder } from '../../../../src/core/excitation/channelOrder';
import { checkbox, dropdown } from '../../controls/toolkit';
import { element, setHidden } from '../../dom/element';
import type { HeatmapChoice } from '../heatmapChoice';
import { GATE_BOUNDS } from '../heatmapSource';
import { classPicker } from './classPicker';
import { comparisonControl, type ComparisonShown } from './comparisonControl';
import { epochControl } from './epochControl';

export interface HeatmapControls {
  readonly element: HTMLElement;
  show(shown: ComparisonShown): void;
  /** Plays or stops. */
  togglePlay(): void;
  stopPlay(): void;
}

const ALL = 'all';

const ORDERS: readonly { value: ChannelOrder; label: string }[] = [
  { value: 'number', label: 'Number' },
  { value: 'mean', label: 'Mean gate' },
  { value: 'selectivity', label: 'Spread between classes' },
  { value: 'cluster', label: 'Likeness' },
];

/** Model, class, comparison, order, epoch and colours: what all pictures of the tab share. */
export function heatmapControls(
  change: (patch: Partial<HeatmapChoice>) => void,
  readRun: (runId: string) => void,
): HeatmapControls {
  const sourceList = dropdown({
    label: 'Model',
    onChange: (sourceId) => change({ sourceId, epoch: null }),
  });
  const classList = classPicker({
    label: 'Class',
    onChange: (value) => change({ classIndex: value === ALL ? null : Number(value) }),
  });
  const comparison = comparisonControl(change, readRun);
  const order = dropdown({
    label: 'Channels in order of',
    onChange: (value) => change({ order: value as ChannelOrder }),
  });
  const epochs = epochControl((epoch) => change({ epoch }));
  const fullRange = checkbox({
    label: 'Full range of the gate',
    onChange: (checked) => change({ fullRange: checked }),
  });
  const boxes = element('div', { class: 'boxes' }, fullRange.element);
  return {
    element: element(
      'div',
      { class: 'heat-controls' },
      sourceList.element,
      classList.element,
      comparison.element,
      order.element,
      epochs.element,
      boxes,
    ),
    show: (shown) => {
      const { choice, source, sources } = shown;
      sourceList.show({ choices: sources.map(({ id, label }) => ({ value: id, label })), value: source.id });
      setHidden(sourceList.element, sources.length < 2);
      const classes = source.classes.map((label, index) => ({ value: String(index), label }));
      const isWithin = choice.view === 'within';
      classList.show({
        choices: isWithin ? classes : [{ value: ALL, label: 'All classes' }, ...classes],
        value: choice.classIndex === null ? (isWithin ? '0' : ALL) : String(choice.classIndex),
      });
      setHidden(classList.element, choice.view === 'stages');
      comparison.show(shown);
      setHidden(comparison.element, choice.view !== 'blocks');
      order.show({ choices: ORDERS, value: choice.order });
      epochs.show({ epochs: source.epochs, epoch: choice.epoch });
      fullRange.show({ checked: choice.fullRange });
      const hasBounds = source.gate !== undefined && GATE_BOUNDS[source.gate] !== null;
      const isGate = choice.comparison === 'none';
      setHidden(boxes, choice.view === 'blocks' && !(isGate && hasBounds));
      setHidden(fullRange.element, !hasBounds);
    },
    togglePlay: epochs.toggle,
    stopPlay: epochs.stop,
  };
}
