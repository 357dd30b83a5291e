import { isCancelled, PlaygroundError } from '../../../../src/core/errors';
import type { NetworkGates } from '../../../../src/core/excitation/gateMath';
import { element } from '../../dom/element';
import type { Inspection } from '../inspection';
import type { Microscope } from '../microscope';
import { gateCard } from './gateCard';
import { gradCamCard } from './gradCamCard';
import type { GateReference } from './imageGates';
import { ImageLook } from './imageLook';
import type { Subject } from './look';
import { predictionsCard } from './predictionsCard';
import { shelfCard } from './shelfCard';

export interface ImagePane {
  readonly element: HTMLElement;
  show(inspection: Inspection): void;
  /** Asks again for what is missing. */
  refresh(): void;
}

/** One image through the network: what it says, where it looks, and the gates the image gets. */
export function imagePane(companion: Microscope): ImagePane {
  let inspection: Inspection | undefined;
  let means: NetworkGates | undefined;
  let reference: GateReference = 'all';
  let meansProblem: string | undefined;
  const looks = new ImageLook(companion, () => {
    draw();
    // Only now, so that a pass over all validation images does not come before the image.
    if (looks.shown.own.kind === 'seen') void fetchMeans();
  });
  const look = (subject: Subject, explain: number | null) => {
    if (inspection) void looks.look(inspection, subject, explain);
  };
  const shelf = shelfCard((subject) => look(subject, null));
  const predictions = predictionsCard();
  const gradCam = gradCamCard((label) => {
    const { subject } = looks.shown;
    if (subject) look(subject, label);
  });
  const gates = gateCard((chosen) => {
    reference = chosen;
    draw();
  });
  const fetchMeans = async () => {
    const asked = inspection;
    if (!asked || means) return;
    try {
      const found = await asked.classMeans();
      if (asked !== inspection) return;
      means = found;
      meansProblem = undefined;
      draw();
    } catch (thrown) {
      // The worker was closed: the next look asks again.
      if (asked !== inspection || isCancelled(thrown)) return;
      meansProblem = PlaygroundError.from(thrown, 'engine/means').message;
      draw();
    }
  };
  const draw = () => {
    if (!inspection) return;
    const { choice } = inspection;
    const { classes } = choice;
    const now = looks.shown;
    const labels = { ownLabel: choice.label, otherLabel: choice.other?.label, classes };
    shelf.show({ inspection, subject: now.subject });
    predictions.show({ ...now, ...labels });
    gradCam.show({ ...now, ...labels });
    const own = now.own.kind === 'seen' ? now.own.look : undefined;
    gates.show({ look: own, blocks: choice.blocks, means, meansProblem, classes, reference });
  };
  return {
    element: element(
      'div',
      { class: 'image-pane' },
      element('div', { class: 'image-columns' }, shelf.element, predictions.element, gradCam.element),
      gates.element,
    ),
    show: (next) => {
      const another = next !== inspection;
      inspection = next;
      if (another) {
        means = undefined;
        meansProblem = undefined;
        const { subject } = looks.shown;
        looks.reset();
        // A picture of the user's stays; an image of the validation set may not be in the other model's.
        if (subject?.kind === 'picture') look(subject, null);
      }
      draw();
    },
    refresh: shelf.refresh,
  };
}
