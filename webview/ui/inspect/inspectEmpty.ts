import type { RunState } from '../../../src/core/training/runState';
import { button } from '../controls/toolkit';
import { element, setText } from '../dom/element';
import type { Actions } from '../session';

export interface InspectEmpty {
  readonly element: HTMLElement;
  show(run: RunState | null): void;
}

/** What stands in the view's place while there is no trained model with SE. */
export function inspectEmpty(actions: Actions): InspectEmpty {
  const title = element('h3', {});
  const text = element('p', {});
  const toTraining = button({
    text: 'Go to training',
    appearance: 'primary',
    onClick: () => actions.show('train'),
  });
  return {
    element: element(
      'section',
      { class: 'empty', 'aria-label': 'Nothing to look into yet' },
      title,
      text,
      toTraining.element,
    ),
    show: (run) => {
      const withoutSe = run?.plan.arms.every(({ spec }) => spec.se === 'none') ?? false;
      setText(title, withoutSe ? 'This run has no SE blocks' : 'No trained model to look into yet');
      setText(
        text,
        withoutSe
          ? 'Its models have no squeeze-and-excitation, so there are no gates to look at or to clamp.'
          : 'Train a model with SE for an epoch or more. Then this view sends images through it, shows where it looks, and clamps its gates to find out which of them matter.',
      );
    },
  };
}
