import { dropdown, type Control } from '../../controls/toolkit';
import { element, setHidden } from '../../dom/element';
import type { HeatmapChoice } from '../heatmapChoice';
import type { GateSource } from '../heatmapSource';
import { findSource } from '../scene/comparison';
import { classPicker } from './classPicker';

export interface ComparisonShown {
  choice: HeatmapChoice;
  source: GateSource;
  sources: readonly GateSource[];
  /** Runs that could be read for it. */
  otherRuns: readonly { runId: string; name: string }[];
}

const SOURCE = 'source:';

/** What is taken off the gates: nothing, all classes, another class or epoch, another model, seed, recording or run. */
export function comparisonControl(
  change: (patch: Partial<HeatmapChoice>) => void,
  readRun: (runId: string) => void,
): Control<ComparisonShown> {
  const kinds = dropdown({
    label: 'Compared with',
    onChange: (value) => {
      if (!value.startsWith(SOURCE)) return change({ comparison: value as HeatmapChoice['comparison'] });
      const otherSource = value.slice(SOURCE.length);
      change({ comparison: 'source', otherSource });
      if (otherSource.endsWith('/')) readRun(otherSource.slice(0, -1));
    },
  });
  const otherClass = classPicker({
    label: 'Other class',
    onChange: (value) => change({ otherClass: Number(value) }),
  });
  const otherEpoch = dropdown({
    label: 'Other epoch',
    onChange: (value) => change({ otherEpoch: Number(value) }),
  });
  return {
    element: element(
      'div',
      { class: 'control-group' },
      kinds.element,
      otherClass.element,
      otherEpoch.element,
    ),
    show: ({ choice, source, sources, otherRuns }) => {
      const others = sources.filter(({ id }) => id !== source.id);
      const unread = otherRuns.filter(({ runId }) => !sources.some(({ id }) => id.startsWith(`${runId}/`)));
      const wanted = choice.otherSource ?? '';
      const chosen = findSource(sources, choice.otherSource)?.id ?? wanted;
      const choices = [
        { value: 'none', label: 'Nothing: the gates' },
        { value: 'classes', label: 'All classes' },
        ...(source.classes.length > 1 ? [{ value: 'class', label: 'Another class' }] : []),
        ...(source.epochs.length > 1 ? [{ value: 'epoch', label: 'Another epoch' }] : []),
        ...others.map(({ id, label }) => ({ value: SOURCE + id, label })),
        ...unread.map(({ runId, name }) => ({ value: `${SOURCE}${runId}/`, label: `Run ${name}` })),
      ];
      const value = choice.comparison === 'source' ? SOURCE + chosen : choice.comparison;
      kinds.show({ choices, value });
      setHidden(otherClass.element, choice.comparison !== 'class');
      otherClass.show({
        choices: source.classes.map((label, index) => ({ value: String(index), label })),
        value: String(choice.otherClass),
      });
      setHidden(otherEpoch.element, choice.comparison !== 'epoch');
      const epoch = choice.otherEpoch ?? source.epochs[0]?.epoch ?? null;
      otherEpoch.show({
        choices: source.epochs.map((candidate) => ({
          value: String(candidate.epoch),
          label: `Epoch ${candidate.epoch}`,
        })),
        value: String(epoch),
      });
    },
  };
}
