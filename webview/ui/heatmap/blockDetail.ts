import type { ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import type { SeBlock } from '../../../src/core/model/graph';
import { button } from '../controls/toolkit';
import { element, setText } from '../dom/element';
import { decimal, percent, signed } from '../format/numbers';
import type { ColourScale } from '../../../src/core/excitation/colourScale';
import { allClassGates, classDifference, classGates } from '../../../src/core/excitation/gateMath';
import { channelTable } from './gateTables';
import { heatmapCanvas } from './heatmapCanvas';
import type { Cell, HeatmapModel } from './heatmapModel';
import { lazyTable } from './lazyTable';
import { legend } from './legend';

export interface DetailShown {
  summary: ExcitationSummary;
  /** Block id. */
  block: string;
  facts: SeBlock | undefined;
  classes: readonly string[];
  difference: boolean;
  scale: ColourScale;
}

export interface BlockDetail {
  readonly element: HTMLElement;
  show(shown: DetailShown): void;
}

/** One block: every class against every channel. */
export function blockDetail(reveal: (block: string) => void, speak: (text: string) => void): BlockDetail {
  let shown: DetailShown | undefined;
  let cursor: Cell | null = null;
  const title = element('h3', { id: 'detail-title' });
  const colours = legend();
  const facts = element('p', { class: 'note' });
  const readout = element('p', { class: 'readout' });
  const map = heatmapCanvas({
    label: 'Classes by channels',
    onCursor: (cell, by) => {
      cursor = cell;
      draw();
      if (by === 'key' && cell) speak(describe(cell));
    },
  });
  const table = lazyTable('Numbers of this block', () =>
    shown ? channelTable(shown.summary, shown.block, shown.classes) : null,
  );
  const showInDefinition = button({
    text: 'Show in the definition',
    onClick: () => {
      if (shown) reveal(shown.block);
    },
  });
  const describe = ({ row, column }: Cell): string => {
    if (!shown) return '';
    const found = shown.summary.blocks.find(({ block }) => block === shown?.block);
    if (!found) return '';
    const index = row * found.channels + column;
    const gate = found.mean[index];
    const all = allClassGates(found, shown.summary.imagesPerClass)[column];
    const distance = gate === undefined || all === undefined ? undefined : gate - all;
    return `${shown.classes[row]}, channel ${column}: gate ${decimal(gate, 3)} ± ${decimal(found.deviation[index], 3)}, ${signed(distance, 3)} from all classes`;
  };
  const draw = () => {
    if (!shown) return;
    colours.show(shown.scale, shown.difference ? 'difference' : 'gate');
    map.show(detailModel(shown), cursor, null);
    setText(readout, cursor ? describe(cursor) : 'Point at a cell, or use the arrow keys, to read it.');
  };
  return {
    element: element(
      'section',
      { class: 'card block-detail', 'aria-labelledby': 'detail-title' },
      element('div', { class: 'card-bar' }, title, colours.element),
      facts,
      map.element,
      element('p', { class: 'axis-name', 'aria-hidden': 'true' }, 'channels'),
      readout,
      element('div', { class: 'buttons' }, showInDefinition.element),
      table.element,
    ),
    show: (next) => {
      if (next.block !== shown?.block) cursor = null;
      shown = next;
      setText(title, next.block);
      setText(facts, factsText(next));
      draw();
      table.refresh();
    },
  };
}

function factsText({ summary, block, facts }: DetailShown): string {
  const found = summary.blocks.find((candidate) => candidate.block === block);
  const shape = facts
    ? `Stage ${facts.stage}, ${facts.channels} channels through ${facts.hidden} hidden units. `
    : '';
  if (!found) return shape;
  return `${shape}${percent(found.saturatedHigh)} of its gates are above 0.95, ${percent(found.saturatedLow)} below 0.05.`;
}

function detailModel({ summary, block, classes, difference, scale }: DetailShown): HeatmapModel {
  const found = summary.blocks.find((candidate) => candidate.block === block);
  const rows = found
    ? classes.map((name, classIndex) => ({
        key: String(classIndex),
        label: name,
        group: 0,
        values: difference
          ? classDifference(found, summary.imagesPerClass, classIndex)
          : classGates(found, classIndex),
      }))
    : [];
  return { rows, colour: scale.colour };
}
