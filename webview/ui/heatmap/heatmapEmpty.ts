import { isActive } from '../../../src/core/training/statusTransitions';
import type { RunState } from '../../../src/core/training/runState';
import { button } from '../controls/toolkit';
import { element, setHidden, setText } from '../dom/element';
import type { Actions } from '../session';

export interface HeatmapEmpty {
  readonly element: HTMLElement;
  /** Explains why there is nothing to see yet. `sources` is the number of jobs with SE blocks. */
  show(run: RunState | null, sources: number): void;
}

/** What stands in the heatmap's place until there is one, with the way on. */
export function heatmapEmpty(actions: Actions): HeatmapEmpty {
  const title = element('h3', {});
  const text = element('p', {});
  const toTraining = button({
    text: 'Go to training',
    appearance: 'primary',
    onClick: () => actions.show('train'),
  });
  const made = element(
    'section',
    { class: 'empty', 'aria-label': 'No heatmap yet' },
    title,
    text,
    toTraining.element,
  );
  return {
    element: made,
    show: (run, sources) => {
      const training = run !== null && isActive(run.status);
      if (run && sources === 0) {
        setText(title, 'This run has no SE blocks');
        setText(text, 'Its models have no squeeze-and-excitation, so there are no gates to look at.');
      } else if (training) {
        setText(title, 'The first heatmap comes with the first epoch');
        setText(text, 'Gates are read from the validation images each time an epoch has been trained.');
      } else {
        setText(title, 'Nothing to look at yet');
        setText(
          text,
          'Train a model with SE. After every epoch this view shows how far its blocks open each channel, for every class.',
        );
      }
      setHidden(toTraining.element, training);
    },
  };
}
