import type { NetworkGates } from '../../../../src/core/excitation/gateMath';
import type { SeBlock } from '../../../../src/core/model/graph';
import { dropdown } from '../../controls/toolkit';
import { darkTheme } from '../../dom/darkTheme';
import { element, setHidden, setText } from '../../dom/element';
import { decimal, signed } from '../../format/numbers';
import { heatmapCanvas, type HeatmapOptions } from '../../heatmap/heatmapCanvas';
import type { Cell } from '../../heatmap/heatmapModel';
import { lazyTable } from '../../heatmap/lazyTable';
import { legend } from '../../heatmap/legend';
import {
  blockRows,
  distance,
  distancesModel,
  gatesModel,
  mostUnusual,
  type BlockRow,
  type GateReference,
} from './imageGates';
import { imageGatesTable } from './imageGatesTable';
import type { Look } from './look';

export interface GateCardShown {
  look: Look | undefined;
  blocks: readonly SeBlock[];
  /** Mean gates of the classes; undefined until they are known. */
  means: NetworkGates | undefined;
  /** Why they cannot be had, if that is so. */
  meansProblem: string | undefined;
  classes: readonly string[];
  reference: GateReference;
}

export interface GateCard {
  readonly element: HTMLElement;
  show(shown: GateCardShown): void;
}

/** The gates that one image gets in every block, as they are and minus those of other images. */
export function gateCard(compareWith: (reference: GateReference) => void): GateCard {
  let rows: readonly BlockRow[] = [];
  let cursor: Cell | null = null;
  const spoken = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  const onCursor: HeatmapOptions['onCursor'] = (cell, by) => {
    cursor = cell;
    draw();
    if (by === 'key' && cell) setText(spoken, describe(rows, cell));
  };
  const gates = heatmapCanvas({ label: 'Gates of this image, blocks by channels', onCursor });
  const distances = heatmapCanvas({ label: 'Gates minus the mean, blocks by channels', onCursor });
  const gateColours = legend();
  const distanceColours = legend();
  const referenceList = dropdown({
    label: 'Compare with',
    onChange: (value) => compareWith(value === 'all' ? value : Number(value)),
  });
  const readout = element('p', { class: 'readout' });
  const found = element('p', { class: 'note' });
  const table = lazyTable('Numbers of this image', () => (rows.length > 0 ? imageGatesTable(rows) : null));
  const compared = element('div', { class: 'gate-map' }, distanceColours.element, distances.element);
  const body = element(
    'div',
    { class: 'card-body' },
    element(
      'div',
      { class: 'gate-maps' },
      element('div', { class: 'gate-map' }, gateColours.element, gates.element),
      compared,
    ),
    readout,
    found,
    table.element,
  );
  const draw = () => {
    if (rows.length === 0) return;
    if (cursor && cursor.row >= rows.length) cursor = null;
    const own = gatesModel(rows);
    gateColours.show(own.scale, 'gate', 'Gate');
    gates.show(own, cursor, null);
    const known = rows.every(({ reference }) => reference);
    setHidden(compared, !known);
    if (known) {
      const apart = distancesModel(rows, darkTheme());
      distanceColours.show(apart.scale, 'difference', 'Gate minus the mean');
      distances.show(apart, cursor, null);
    }
    const hint = 'Point at a cell, or use the arrow keys, to read it.';
    setText(readout, cursor ? describe(rows, cursor) : hint);
  };
  return {
    element: element(
      'section',
      { class: 'card image-gates', 'aria-labelledby': 'image-gates-title' },
      element(
        'div',
        { class: 'card-bar' },
        element('h3', { id: 'image-gates-title' }, 'Gates of this image'),
        referenceList.element,
      ),
      element(
        'p',
        { class: 'lead' },
        'Each row is a block, each cell a channel. Look for strong colours in the comparison: channels that SE turns up or down for this image and not for others. Expect few in early blocks and more in late ones.',
      ),
      body,
      spoken,
    ),
    show: ({ look, blocks, means, meansProblem, classes, reference }) => {
      rows = look ? blockRows(look.gates, blocks, means, reference) : [];
      referenceList.show({
        choices: [
          { value: 'all', label: 'Mean of all images' },
          ...classes.map((name, label) => ({ value: String(label), label: `Mean of ${name}` })),
        ],
        value: String(reference),
      });
      setHidden(body, rows.length === 0);
      setText(found, findingText(rows, meansProblem));
      draw();
      table.refresh();
    },
  };
}

function describe(rows: readonly BlockRow[], { row, column }: Cell): string {
  const at = rows[row];
  if (!at) return '';
  const gate = `${at.block}, channel ${column}: gate ${decimal(at.gates[column], 3)}`;
  const mean = at.reference?.[column];
  if (mean === undefined) return gate;
  return `${gate}, mean ${decimal(mean, 3)}, difference ${signed(distance(at, column), 3)}`;
}

function findingText(rows: readonly BlockRow[], problem: string | undefined): string {
  if (rows.length === 0) return '';
  const most = mostUnusual(rows);
  if (!most) return problem ?? 'The mean gates of the validation images are being computed…';
  return `The gates are furthest from the mean in ${most.block}: ${decimal(most.distance, 3)} (root mean square over its channels).`;
}
