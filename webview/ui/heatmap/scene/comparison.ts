import type { HeatmapChoice } from '../heatmapChoice';
import { sourceEpoch, type GateSource, type GatesAtEpoch, type SourceEpoch } from '../heatmapSource';

/** What the gates on display are compared with, found among what there is. */
export type Compared =
  | { kind: 'none' | 'classes' }
  | { kind: 'class'; classIndex: number; label: string }
  | {
      kind: 'other';
      label: string;
      /** The gates to take off those of an epoch on display. */
      at(epoch: SourceEpoch): GatesAtEpoch | undefined;
      /** Classes have the same numbers and names. */
      sameClasses: boolean;
      /** A sentence on what cannot be compared, or empty. */
      note: string;
    }
  | { kind: 'missing'; note: string };

export function resolveComparison(
  choice: HeatmapChoice,
  source: GateSource,
  sources: readonly GateSource[],
): Compared {
  switch (choice.comparison) {
    case 'none':
    case 'classes':
      return { kind: choice.comparison };
    case 'class': {
      const { otherClass } = choice;
      return { kind: 'class', classIndex: otherClass, label: source.classes[otherClass] ?? '' };
    }
    case 'epoch': {
      const found = source.epochs.find(({ epoch }) => epoch === choice.otherEpoch) ?? source.epochs[0];
      if (!found) return { kind: 'missing', note: 'There is no other epoch yet.' };
      return {
        kind: 'other',
        label: `epoch ${found.epoch}`,
        at: () => found.gates,
        sameClasses: true,
        note: '',
      };
    }
    case 'source':
      return otherSource(choice.otherSource, source, sources);
  }
}

function otherSource(id: string | null, source: GateSource, sources: readonly GateSource[]): Compared {
  const other = findSource(sources, id);
  if (!other) {
    const isRead = id !== null && !id.endsWith('/');
    return {
      kind: 'missing',
      note: isRead
        ? 'That model is not here any more.'
        : 'Reading that run. Should nothing come, it has no gates of SE blocks.',
    };
  }
  if (other.epochs.length === 0)
    return { kind: 'missing', note: `${other.label} has not been evaluated yet.` };
  const shared = source.blocks.filter(({ id: block, channels }) =>
    other.blocks.some((candidate) => candidate.id === block && candidate.channels === channels),
  ).length;
  if (shared === 0) {
    return {
      kind: 'missing',
      note: `${other.label} has none of the blocks of ${source.label}, so there is nothing to compare.`,
    };
  }
  const sameClasses = source.classes.join('\n') === other.classes.join('\n');
  const left = source.blocks.length - shared;
  const notes = [
    left > 0
      ? `${shared} of ${source.blocks.length} blocks are in both with as many channels; the others are left out.`
      : '',
    sameClasses ? '' : 'Their classes differ, so only the means of all images are compared.',
    other.epochs.length > 1 || source.epochs.length > 1
      ? 'The same epoch of both is compared where both have it, else the latest of the other.'
      : '',
  ];
  return {
    kind: 'other',
    label: other.label,
    at: ({ epoch }) => sourceEpoch(other, epoch)?.gates,
    sameClasses,
    note: notes.filter(Boolean).join(' '),
  };
}

/** By id, or the first of a run with gates where the id is the run's and a slash. */
export function findSource(sources: readonly GateSource[], id: string | null): GateSource | undefined {
  if (id === null) return undefined;
  const isRun = id.endsWith('/');
  return sources.find((candidate) => (isRun ? candidate.id.startsWith(id) : candidate.id === id));
}
