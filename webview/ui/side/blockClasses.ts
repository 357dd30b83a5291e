import { allClassGates, classGates, type BlockGates } from '../../../src/core/excitation/gateMath';
import { selectiveChannels } from '../../../src/core/excitation/blockSummary';
import type { SideBlock } from '../../../src/protocol/sideContract';
import { element, setText } from '../dom/element';
import { plainTable } from '../dom/plainTable';
import { decimal, NO_VALUE, signed } from '../format/numbers';
import { heatmapCanvas } from '../heatmap/heatmapCanvas';
import type { Cell, HeatmapModel } from '../heatmap/heatmapModel';
import { lazyTable } from '../heatmap/lazyTable';
import { legend } from '../heatmap/legend';
import { classesToDraw } from './classChoice';
import { rangeScale } from './rangeScale';

/** What the host tells of one block's classes. Both row-major [classes, channels]. */
export interface ClassGates {
  mean: Float32Array;
  /** Population standard deviation over the class's images. */
  deviation: Float32Array;
}

export interface BlockClassesInput {
  block: SideBlock;
  gates: ClassGates;
  classNames: readonly string[];
  imagesPerClass: readonly number[];
}

/** Channels that are told by name, and those that the table has a row for. */
const TOLD_CHANNELS = 3;
const TABLE_CHANNELS = 128;
const HINT = 'Rows are classes, columns channels. Point at a cell, or use the arrow keys, to read it.';

/** One block: its classes against its channels as a picture, the channels that tell classes apart in words, and all in numbers. */
export function blockClasses(input: BlockClassesInput): HTMLElement {
  const { block, gates, imagesPerClass } = input;
  const network: BlockGates = { block: block.id, channels: block.channels, mean: gates.mean };
  const drawn = classesToDraw(network, imagesPerClass);
  if (drawn.length === 0) {
    return element('p', { class: 'note' }, 'No class has images, so there are no means to show.');
  }
  const nameOf = (label: number) => input.classNames[label] ?? NO_VALUE;
  const rows = drawn.map((label) => ({
    key: String(label),
    label: nameOf(label),
    group: 0,
    values: classGates(network, label),
  }));
  const scale = rangeScale(rows.map(({ values }) => values));
  const colours = legend();
  colours.show(scale, 'gate');
  const all = allClassGates(network, imagesPerClass);
  const describe = ({ row, column }: Cell): string => {
    const at = (drawn[row] ?? 0) * block.channels + column;
    const distance = (gates.mean[at] ?? NaN) - (all[column] ?? NaN);
    const gate = `gate ${decimal(gates.mean[at], 3)} ± ${decimal(gates.deviation[at], 3)}`;
    return `${nameOf(drawn[row] ?? 0)}, channel ${column}: ${gate}, ${signed(distance, 3)} from all classes`;
  };
  const readout = element('p', { class: 'readout' }, HINT);
  const spoken = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  const model: HeatmapModel = { rows, scale };
  const map = heatmapCanvas({
    label: `${block.id}: classes by channels`,
    onCursor: (cell, by) => {
      map.show(model, cell, null);
      setText(readout, cell ? describe(cell) : HINT);
      if (cell && by === 'key') setText(spoken, describe(cell));
    },
  });
  map.show(model, null, null);
  const seen = imagesPerClass.filter((count) => count > 0).length;
  return element(
    'div',
    { class: 'block-classes' },
    element('p', { class: 'selective' }, selectiveText(network, imagesPerClass, nameOf)),
    block.remark !== undefined && element('p', { class: 'remark' }, block.remark),
    drawn.length < seen &&
      element(
        'p',
        { class: 'note' },
        `Drawn are the ${drawn.length} of ${seen} classes that are farthest from the mean.`,
      ),
    element('div', { class: 'classes-scroll' }, map.element),
    element('div', { class: 'classes-foot' }, colours.element, readout),
    lazyTable(`Numbers of ${block.id}`, () => classTable(network, imagesPerClass, drawn, nameOf)).element,
    spoken,
  );
}

function selectiveText(
  network: BlockGates,
  imagesPerClass: readonly number[],
  nameOf: (label: number) => string,
): string {
  const gateOf = (label: number, channel: number) =>
    `${nameOf(label)} ${decimal(network.mean[label * network.channels + channel], 2)}`;
  const told = selectiveChannels(network, { imagesPerClass }, TOLD_CHANNELS).map(
    ({ channel, highestClass, lowestClass }) =>
      `${channel} (${gateOf(highestClass, channel)}, ${gateOf(lowestClass, channel)})`,
  );
  return `Look for columns that change colour from class to class. Most class-selective channels: ${told.join('; ')}.`;
}

/** One row a channel, the most class-selective ones if there are many; one column a drawn class. */
function classTable(
  network: BlockGates,
  imagesPerClass: readonly number[],
  drawn: readonly number[],
  nameOf: (label: number) => string,
): HTMLTableElement {
  const all = allClassGates(network, imagesPerClass);
  const listed = selectiveChannels(network, { imagesPerClass }, TABLE_CHANNELS).map(({ channel }) => channel);
  const rows = listed
    .sort((one, other) => one - other)
    .map((channel) => [
      String(channel),
      decimal(all[channel], 3),
      ...drawn.map((label) => decimal(network.mean[label * network.channels + channel], 3)),
    ]);
  const which =
    listed.length < network.channels ? `, the ${listed.length} most class-selective channels` : '';
  return plainTable(
    `Mean gates of ${network.block}${which}`,
    ['Channel', 'All classes', ...drawn.map(nameOf)],
    rows,
  );
}
