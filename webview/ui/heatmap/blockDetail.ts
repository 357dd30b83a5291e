import { button, dropdown } from '../controls/toolkit';
import { element, setHidden, setText } from '../dom/element';
import type { SaveExport } from './export/exportBar';
import { exportBar } from './export/exportBar';
import { fileStem } from './export/fileName';
import { detailCsv } from './export/mapCsv';
import { mapSvg } from './export/mapSvg';
import { channelTable } from './gateTables';
import { blockFactsText, describeDetail, whatToLookForInBlock } from './gateText';
import { heatmapCanvas } from './heatmapCanvas';
import type { HeatmapChoice } from './heatmapChoice';
import { cellIn, type Cell } from './heatmapModel';
import { lazyTable } from './lazyTable';
import { legend } from './legend';
import { paperScale, type HeatmapScene } from './scene/heatmapScene';

export interface BlockDetail {
  readonly element: HTMLElement;
  show(scene: HeatmapScene, choice: HeatmapChoice): void;
}

export interface DetailActions {
  change(patch: Partial<HeatmapChoice>): void;
  reveal(block: string): void;
  speak(text: string): void;
  save: SaveExport;
}

/** One block: every class, or every image that was kept, against every channel. */
export function blockDetail({ change, reveal, speak, save }: DetailActions): BlockDetail {
  let shown: { scene: HeatmapScene; choice: HeatmapChoice } | undefined;
  let cursor: Cell | null = null;
  const title = element('h3', { id: 'detail-title' });
  const colours = legend();
  const lookFor = element('p', { class: 'note' });
  const facts = element('p', { class: 'note' });
  const readout = element('p', { class: 'readout' });
  const rowsList = dropdown({
    label: 'Rows',
    onChange: (value) => change({ detailRows: value === 'images' ? 'images' : 'classes' }),
  });
  const map = heatmapCanvas({
    label: 'Classes by channels',
    onCursor: (cell, by) => {
      cursor = cell;
      drawCursor();
      if (by === 'key' && cell && shown) speak(describeDetail(shown.scene, cell));
    },
  });
  const table = lazyTable('Numbers of this block', () => (shown ? channelTable(shown.scene) : null));
  const showInDefinition = button({
    text: 'Show in the definition',
    onClick: () => {
      if (shown) reveal(shown.scene.block.block);
    },
  });
  const files = exportBar(save, () => {
    if (!shown) return undefined;
    const { scene, choice } = shown;
    const { source, epoch, block, detail, detailQuantity } = scene;
    const heading = `${block.block} of ${source.label}`;
    return {
      name: fileStem(source, epoch, block.block),
      svg: () => mapSvg(detail, paperScale(scene, choice, detail), heading, detailQuantity),
      csv: () => detailCsv(scene),
    };
  });
  const drawCursor = () => {
    if (!shown) return;
    const { scene } = shown;
    cursor = cellIn(scene.detail, cursor);
    map.show(scene.detail, cursor, null);
    const hint = 'Point at a cell, or use the arrow keys, to read it.';
    setText(readout, cursor ? describeDetail(scene, cursor) : hint);
  };
  return {
    element: element(
      'section',
      { class: 'card block-detail', 'aria-labelledby': 'detail-title' },
      element('div', { class: 'card-bar' }, title, colours.element),
      lookFor,
      rowsList.element,
      map.element,
      element('p', { class: 'axis-name', 'aria-hidden': 'true' }, 'channels'),
      readout,
      facts,
      element('div', { class: 'buttons' }, showInDefinition.element, files),
      table.element,
    ),
    show: (scene, choice) => {
      if (scene.block.block !== shown?.scene.block.block) cursor = null;
      shown = { scene, choice };
      setText(title, scene.block.block);
      setText(lookFor, whatToLookForInBlock(scene));
      setText(facts, blockFactsText(scene));
      colours.show(scene.detail.scale, scene.detailQuantity.kind, scene.detailQuantity.name);
      const hasImages = scene.block.imageGates !== undefined && scene.epoch.gates.images.length > 0;
      setHidden(rowsList.element, !hasImages);
      rowsList.show({
        choices: [
          { value: 'classes', label: 'Classes' },
          { value: 'images', label: 'Single images' },
        ],
        value: choice.detailRows,
      });
      setHidden(showInDefinition.element, !scene.source.isDisplayedRun);
      drawCursor();
      table.refresh();
    },
  };
}
