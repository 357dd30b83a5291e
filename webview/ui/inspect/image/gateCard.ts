import type { NetworkGates } from '../../../../src/core/excitation/gateMath';
import type { SeBlock } from '../../../../src/core/model/graph';
import type { Gate } from '../../../../src/core/model/modelSpec';
import { dropdown } from '../../controls/toolkit';
import { element, setHidden, setText } from '../../dom/element';
import { decimal, signed } from '../../format/numbers';
import { heatmapCanvas } from '../../heatmap/heatmapCanvas';
import type { Cell } from '../../heatmap/heatmapModel';
import { GATE_BOUNDS } from '../../heatmap/heatmapSource';
import { lazyTable } from '../../heatmap/lazyTable';
import { legend } from '../../heatmap/legend';
import { darkTheme } from '../../dom/darkTheme';
import { plainTable } from '../../dom/plainTable';
import { blockRows, cellValue, gateScene, mostUnusual, rootMeanSquare, type BlockRow } from './imageGates';
import type { GateReference } from './imageGates';
import type { Look } from './look';

export interface GateCardShown {
  look: Look | undefined;
  blocks: readonly SeBlock[];
  gate: Gate;
  /** Mean gates of the classes; undefined until they are known. */
  means: NetworkGates | undefined;
  classes: readonly string[];
  reference: GateReference;
}

export interface GateCard {
  readonly element: HTMLElement;
  show(shown: GateCardShown): void;
}

/** The gates that one image gets in every block, as they are or minus those of other images. */
export function gateCard(compareWith: (reference: GateReference) => void): GateCard {
  let shown: GateCardShown | undefined;
  let rows: readonly BlockRow[] = [];
  let cursor: Cell | null = null;
  const referenceList = dropdown({
    label: 'Show',
    onChange: (value) => compareWith(value === 'none' || value === 'all' ? value : Number(value)),
  });
  const colours = legend();
  const readout = element('p', { class: 'readout' });
  const found = element('p', { class: 'note' });
  const spoken = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  const map = heatmapCanvas({
    label: 'Blocks by channels, for this image',
    onCursor: (cell, by) => {
      cursor = cell;
      draw();
      if (by === 'key' && cell) setText(spoken, describe(cell));
    },
  });
  const table = lazyTable('Numbers of this image', () => (shown?.look ? gateTable(rows) : null));
  const describe = ({ row, column }: Cell): string => {
    const at = rows[row];
    if (!at) return '';
    const gate = `${at.block}, channel ${column}: gate ${decimal(at.gates[column], 3)}`;
    const mean = at.reference?.[column];
    return mean === undefined
      ? gate
      : `${gate}, mean ${decimal(mean, 3)}, difference ${signed(cellValue(at, column), 3)}`;
  };
  const draw = () => {
    if (!shown?.look) return;
    const { model, scale } = gateScene(rows, GATE_BOUNDS[shown.gate], darkTheme());
    if (cursor && cursor.row >= model.rows.length) cursor = null;
    colours.show(scale, shown.reference === 'none' || !shown.means ? 'gate' : 'difference');
    map.show(model, cursor, null);
    setText(readout, cursor ? describe(cursor) : 'Point at a cell, or use the arrow keys, to read it.');
  };
  const body = element('div', { class: 'card-body' }, map.element, readout, found, table.element);
  return {
    element: element(
      'section',
      { class: 'card image-gates', 'aria-labelledby': 'image-gates-title' },
      element(
        'div',
        { class: 'card-bar' },
        element('h3', { id: 'image-gates-title' }, 'Gates of this image'),
        colours.element,
      ),
      element(
        'p',
        { class: 'lead' },
        'Each row is a block, each cell a channel. Compare with the mean of all images: strong colours are channels that SE turns up or down for this image in particular.',
      ),
      referenceList.element,
      body,
      spoken,
    ),
    show: (next) => {
      shown = next;
      const { look, blocks, means, classes, reference } = next;
      rows = look ? blockRows(look.gates, blocks, means, reference) : [];
      referenceList.show({
        choices: [
          { value: 'none', label: 'Gates' },
          { value: 'all', label: 'Gates minus the mean of all images' },
          ...classes.map((name, label) => ({
            value: String(label),
            label: `Gates minus the mean of ${name}`,
          })),
        ],
        value: String(reference),
      });
      setHidden(body, !look);
      setText(found, findingText(rows, reference, means));
      draw();
      table.refresh();
    },
  };
}

function findingText(
  rows: readonly BlockRow[],
  reference: GateReference,
  means: NetworkGates | undefined,
): string {
  if (rows.length === 0 || reference === 'none') return '';
  if (!means) return 'The means of the validation images are being computed…';
  const most = mostUnusual(rows);
  if (!most) return '';
  return `The gates are furthest from the mean in ${most.block}: ${decimal(most.distance, 3)} (root mean square over its channels).`;
}

function gateTable(rows: readonly BlockRow[]): HTMLTableElement {
  const heads = ['Block', 'Channels', 'Mean gate', 'Least', 'Most', 'Distance from the mean'];
  const cells = rows.map((row) => {
    const { block, gates, reference } = row;
    const least = Math.min(...gates);
    const most = Math.max(...gates);
    return [
      block,
      String(gates.length),
      decimal(gates.reduce((sum, gate) => sum + gate, 0) / gates.length, 3),
      `${decimal(least, 3)} (channel ${gates.indexOf(least)})`,
      `${decimal(most, 3)} (channel ${gates.indexOf(most)})`,
      reference ? decimal(rootMeanSquare(row), 3) : '',
    ];
  });
  return plainTable('Gates of this image in every block', heads, cells);
}
