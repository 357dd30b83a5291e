import { element, setHidden, setText } from '../../dom/element';
import { percent } from '../../format/numbers';
import { drawPixels } from './drawPixels';
import type { LookState, LooksShown } from './imageLook';
import { pixelsOf, type Subject } from './look';

export interface PredictionsShown extends LooksShown {
  classes: readonly string[];
  ownLabel: string;
  otherLabel: string | undefined;
}

export interface PredictionsCard {
  readonly element: HTMLElement;
  show(shown: PredictionsShown): void;
}

/** The image as the network sees it, and how sure each model is of each class. */
export function predictionsCard(): PredictionsCard {
  const canvas = element('canvas', { class: 'pixels large', role: 'img' });
  const about = element('p', { class: 'note' });
  const verdict = element('p', { class: 'readout' });
  const holder = element('div', { class: 'table-scroll' });
  return {
    element: element(
      'section',
      { class: 'card predictions', 'aria-labelledby': 'predictions-title' },
      element('h3', { id: 'predictions-title' }, 'What the network says'),
      element(
        'p',
        { class: 'lead' },
        'Look whether the right class leads, and by how much: a narrow lead is one that a few gates can turn.',
      ),
      element('div', { class: 'seen' }, canvas, element('div', {}, about, verdict)),
      holder,
    ),
    show: (shown) => {
      const { subject, own, classes } = shown;
      setHidden(canvas, !subject);
      if (subject) {
        drawPixels(canvas, pixelsOf(subject));
        const text = describe(subject, classes);
        setText(about, text);
        canvas.setAttribute('aria-label', text);
      }
      setText(verdict, verdictText(subject, own, classes));
      holder.replaceChildren(...(own.kind === 'seen' ? [table(shown, own.look.probabilities)] : []));
    },
  };
}

function describe(subject: Subject, classes: readonly string[]): string {
  if (subject.kind === 'picture') return subject.picture.made;
  const { index, label } = subject.image;
  return `Validation image ${index}: ${classes[label] ?? label}.`;
}

function verdictText(subject: Subject | undefined, own: LookState, classes: readonly string[]): string {
  if (own.kind === 'failed') return own.message;
  if (own.kind !== 'seen') return own.kind === 'looking' ? 'Looking…' : '';
  const { predicted, probabilities } = own.look;
  const answer = `${classes[predicted] ?? predicted}, ${percent(probabilities[predicted])}`;
  if (subject?.kind !== 'validation') return `Predicted: ${answer}.`;
  return subject.image.label === predicted
    ? `Predicted: ${answer}. That is right.`
    : `Predicted: ${answer}. That is wrong.`;
}

function table(
  { other, classes, ownLabel, otherLabel }: PredictionsShown,
  probabilities: Float32Array,
): HTMLTableElement {
  const others = other.kind === 'seen' ? other.look.probabilities : undefined;
  const order = classes.map((_, label) => label).sort((x, y) => probabilities[y]! - probabilities[x]!);
  const heads = ['Class', ownLabel, ...(others ? [otherLabel ?? ''] : [])];
  return element(
    'table',
    { class: 'numbers narrow' },
    element('caption', { class: 'visually-hidden' }, 'Probability of each class'),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element(
      'tbody',
      {},
      ...order.map((label) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, classes[label] ?? String(label)),
          share(probabilities[label] ?? 0),
          others ? share(others[label] ?? 0) : null,
        ),
      ),
    ),
  );
}

function share(probability: number): HTMLElement {
  const bar = element('div', { class: 'share-bar' });
  bar.style.width = `${(100 * probability).toFixed(1)}%`;
  return element(
    'td',
    {},
    element(
      'div',
      { class: 'share' },
      element('div', { class: 'share-track' }, bar),
      element('span', {}, percent(probability)),
    ),
  );
}
