import { sequentialScale } from '../../../../src/core/excitation/colourScale';
import { dropdown } from '../../controls/toolkit';
import { element, setHidden, setText } from '../../dom/element';
import { decimal } from '../../format/numbers';
import { enlarged, likeness, peakOf } from './attention';
import { drawPixels } from './drawPixels';
import type { LookState, LooksShown } from './imageLook';
import { pixelsOf, type AttentionMap, type Subject } from './look';

/** Pixels of the overlay a side; the browser smooths between them. */
const OVERLAY = 64;
const STRENGTH = 0.55;
const PREDICTED = 'predicted';

export interface GradCamShown extends LooksShown {
  classes: readonly string[];
  ownLabel: string;
  otherLabel: string | undefined;
}

export interface GradCamCard {
  readonly element: HTMLElement;
  show(shown: GradCamShown): void;
}

/** Where both models of a run look: Grad-CAM (R. Selvaraju et al., 2017) over the image, side by side. */
export function gradCamCard(explain: (label: number | null) => void): GradCamCard {
  const classList = dropdown({
    label: 'Class to explain',
    onChange: (value) => explain(value === PREDICTED ? null : Number(value)),
  });
  const own = overlayFigure();
  const other = overlayFigure();
  const found = element('p', { class: 'note' });
  const made = element(
    'section',
    { class: 'card grad-cam', 'aria-labelledby': 'grad-cam-title' },
    element('h3', { id: 'grad-cam-title' }, 'Where the networks look (Grad-CAM)'),
    element(
      'p',
      { class: 'lead' },
      'Bright places speak for the class. Look whether the object is bright or its background, and whether SE moves the bright places; each picture is scaled to its own peak.',
    ),
    classList.element,
    element('div', { class: 'figures' }, own.element, other.element),
    found,
  );
  return {
    element: made,
    show: ({ subject, explain: chosen, own: ownLook, other: otherLook, classes, ownLabel, otherLabel }) => {
      const choices = classes.map((label, index) => ({ value: String(index), label }));
      classList.show({
        choices: [{ value: PREDICTED, label: `Predicted ${ownLabel}` }, ...choices],
        value: chosen === null ? PREDICTED : String(chosen),
      });
      own.show(subject, ownLook, ownLabel, classes);
      setHidden(other.element, otherLabel === undefined);
      other.show(subject, otherLook, otherLabel ?? '', classes);
      setText(found, comparison(ownLook, otherLook, otherLabel));
    },
  };
}

function comparison(own: LookState, other: LookState, otherLabel: string | undefined): string {
  if (otherLabel === undefined) return 'The run has no second trained model with this seed to compare with.';
  if (own.kind !== 'seen' || other.kind !== 'seen') return '';
  const alike = likeness(own.look.map, other.look.map);
  if (alike === undefined) return '';
  const verdict =
    alike > 0.8
      ? 'look at the same places'
      : alike > 0.4
        ? 'look at partly the same places'
        : 'look at different places';
  return `The two networks ${verdict}: their maps correlate by ${decimal(alike, 2)}.`;
}

function overlayFigure() {
  const image = element('canvas', { class: 'pixels' });
  const heat = element('canvas', { class: 'heat', 'aria-hidden': 'true' });
  const caption = element('figcaption', {});
  image.setAttribute('role', 'img');
  const made = element('figure', {}, element('div', { class: 'overlay' }, image, heat), caption);
  return {
    element: made,
    show: (subject: Subject | undefined, state: LookState, label: string, classes: readonly string[]) => {
      if (subject) drawPixels(image, pixelsOf(subject));
      setHidden(heat, state.kind !== 'seen');
      if (state.kind === 'seen') drawHeat(heat, state.look.map);
      const text = captionOf(state, label, classes);
      setText(caption, text);
      image.setAttribute('aria-label', text);
    },
  };
}

function captionOf(state: LookState, label: string, classes: readonly string[]): string {
  switch (state.kind) {
    case 'none':
      return `${label}: not looked yet.`;
    case 'looking':
      return `${label}: looking…`;
    case 'failed':
      return `${label}: ${state.message}`;
    case 'seen': {
      const { values, explained, height, width } = state.look.map;
      const name = classes[explained] ?? String(explained);
      if (peakOf(values) === 0) return `${label}: nothing in the image speaks for ${name}.`;
      return `${label}: what speaks for ${name}, most in ${placeOf(values, height, width)}.`;
    }
  }
}

/** Where the peak is, in words. */
function placeOf(values: Float32Array, height: number, width: number): string {
  const at = values.indexOf(peakOf(values));
  const third = (index: number, length: number) => Math.floor((3 * (index + 0.5)) / length);
  const row = ['the upper', 'the middle', 'the lower'][third(Math.floor(at / width), height)];
  const column = ['left', 'middle', 'right'][third(at % width, width)];
  return row === 'the middle' && column === 'middle' ? 'the centre' : `${row} ${column}`;
}

function drawHeat(canvas: HTMLCanvasElement, map: AttentionMap): void {
  canvas.width = OVERLAY;
  canvas.height = OVERLAY;
  const context = canvas.getContext('2d');
  if (!context) return;
  const { colour } = sequentialScale(0, 1);
  context.globalAlpha = STRENGTH;
  enlarged(map, OVERLAY).forEach((value, place) => {
    context.fillStyle = colour(value);
    context.fillRect(place % OVERLAY, Math.floor(place / OVERLAY), 1, 1);
  });
}
