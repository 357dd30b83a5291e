import { element, setText } from '../dom/element';
import { blockDetail } from './blockDetail';
import { exportBar, type SaveExport } from './export/exportBar';
import { fileStem } from './export/fileName';
import { mapCsv } from './export/mapCsv';
import { mapSvg } from './export/mapSvg';
import { blockTable } from './gateTables';
import { describeGate, finding } from './gateText';
import { heatmapCanvas } from './heatmapCanvas';
import type { HeatmapChoice } from './heatmapChoice';
import { cellIn, type Cell } from './heatmapModel';
import { lazyTable } from './lazyTable';
import { legend } from './legend';
import { paperScale, type HeatmapScene } from './scene/heatmapScene';

export interface BlocksView {
  readonly element: HTMLElement;
  show(scene: HeatmapScene, choice: HeatmapChoice): void;
}

export interface BlocksActions {
  change(patch: Partial<HeatmapChoice>): void;
  /** Shows the block in the definition. */
  reveal(block: string): void;
  speak(text: string): void;
  save: SaveExport;
}

/** The map of all blocks, and beside it one of them in detail. */
export function blocksView({ change, reveal, speak, save }: BlocksActions): BlocksView {
  let shown: { scene: HeatmapScene; choice: HeatmapChoice } | undefined;
  let cursor: Cell | null = null;
  const blockAt = (cell: Cell | null) => (cell ? shown?.scene.model.rows[cell.row]?.key : undefined);
  const describe = (cell: Cell) => (shown ? describeGate(shown.scene, shown.choice.classIndex, cell) : '');
  const map = heatmapCanvas({
    label: 'Blocks by channels',
    onCursor: (cell, by) => {
      cursor = cell;
      const block = blockAt(cell);
      drawCursor();
      if (by === 'pointer' || !cell || block === undefined) return;
      speak(describe(cell));
      if (block !== shown?.scene.block.block) change({ block });
    },
    onActivate: (cell) => {
      const block = blockAt(cell);
      if (block === undefined) return;
      change({ block });
      if (shown?.scene.source.isDisplayedRun) reveal(block);
    },
  });
  const colours = legend();
  const note = element('p', { class: 'note' });
  const readout = element('p', { class: 'readout' });
  const found = element('p', { class: 'note' });
  const table = lazyTable('Numbers of all blocks', () => (shown ? blockTable(shown.scene) : null));
  const files = exportBar(save, () => {
    if (!shown) return undefined;
    const { scene, choice } = shown;
    const { source, epoch, model, quantity } = scene;
    const of = choice.classIndex === null ? 'all classes' : (source.classes[choice.classIndex] ?? '');
    return {
      name: fileStem(source, epoch, of),
      svg: () => mapSvg(model, paperScale(scene, choice, model), `${source.label}, ${of}`, quantity),
      csv: () => mapCsv(scene),
    };
  });
  const detail = blockDetail({ change, reveal, speak, save });
  const drawCursor = () => {
    if (!shown) return;
    const { scene } = shown;
    cursor = cellIn(scene.model, cursor);
    map.show(scene.model, cursor, scene.block.block);
    setText(readout, cursor ? describe(cursor) : hint(scene));
  };
  return {
    element: element(
      'div',
      { class: 'heat-columns' },
      element(
        'section',
        { class: 'card', 'aria-label': 'All blocks' },
        element('div', { class: 'card-bar' }, element('h3', {}, 'All blocks'), colours.element),
        note,
        map.element,
        element('p', { class: 'axis-name', 'aria-hidden': 'true' }, 'channels'),
        readout,
        found,
        files,
        table.element,
      ),
      detail.element,
    ),
    show: (scene, choice) => {
      shown = { scene, choice };
      colours.show(scene.model.scale, scene.quantity.kind, scene.quantity.name);
      const { compared } = scene;
      setText(note, 'note' in compared ? compared.note : orderNote(choice, scene));
      setText(found, finding(scene.epoch.gates));
      drawCursor();
      table.refresh();
      detail.show(scene, choice);
    },
  };
}

function hint({ source }: HeatmapScene): string {
  const click = source.isDisplayedRun
    ? 'A click shows the block in the definition.'
    : 'A click shows the block in detail.';
  return `Point at a cell, or use the arrow keys, to read it. ${click}`;
}

function orderNote({ order }: HeatmapChoice, { source }: HeatmapScene): string {
  if (order === 'number') return '';
  const what = {
    mean: 'Each row has its most open channel first',
    selectivity: 'Each row has the channel first whose gate differs most between classes',
    cluster: 'Each row has channels side by side that rise and fall with the same classes',
  }[order];
  return source.epochs.length > 1
    ? `${what}, by the latest epoch, so that channels keep their place while you move through epochs.`
    : `${what}.`;
}
