import { average } from '../../../src/core/excitation/gateMath';
import { decimal, percent, signed } from '../format/numbers';
import type { Cell } from './heatmapModel';
import type { BlockAtEpoch, GatesAtEpoch } from './heatmapSource';
import { meanGates, spreads } from './scene/cellValues';
import type { HeatmapScene } from './scene/heatmapScene';

/** One sentence on reading the map of all blocks. */
export function whatToLookFor({ quantity, compared }: HeatmapScene): string {
  if (quantity.kind === 'gate') {
    return 'Look for channels that stay dark (SE turns them down) or bright (SE lets them pass), and switch classes: early stages usually keep their pattern, late ones change it.';
  }
  if (quantity.kind === 'spread') {
    return 'Look for bright cells: channels that are gated differently from class to class. Choose a class to see in which direction it differs.';
  }
  if (compared.kind === 'other') {
    return `Look for strong colours: orange gates are more open than in ${compared.label}, blue ones less. A model trained from another seed numbers its channels differently, so compare how strong the colours of a row are, not where they are.`;
  }
  return 'Look for rows with strong colours: there the block treats this class unlike what it is compared with. Expect little in early stages and more in late ones.';
}

/** One sentence on reading the line charts. */
export function whatToLookForInFigure(kind: 'stages' | 'within'): string {
  return kind === 'stages'
    ? 'Look for where the lines part: in early stages they usually lie on each other, as channels serve all classes, and in late ones each class has its own (figure 6 of the paper). A line near 1 throughout is a block that passes everything.'
    : 'Look at the width of the band: the wider, the more the gates depend on the single image and not only on its class (figure 7 of the paper). A band of no width is a gate that always has the same value.';
}

/** One sentence on reading one block. */
export function whatToLookForInBlock({ detailQuantity }: HeatmapScene): string {
  return detailQuantity.kind === 'gate'
    ? 'Look for columns whose colour changes from row to row: these channels tell classes apart. Columns of one colour are gated alike whatever the image shows.'
    : 'Look for strong colours: orange gates are more open than what they are compared with, blue ones less.';
}

/** The block whose gates differ most between classes, the one where they differ least, and saturation if there is much. */
export function finding(gates: GatesAtEpoch): string {
  const { blocks } = gates;
  const ranked = blocks
    .map((block) => ({ block, spread: average(spreads(block, gates)) }))
    .sort((left, right) => right.spread - left.spread);
  const [most] = ranked;
  const least = ranked.at(-1);
  if (!most || !least || most === least) return '';
  const text = `Classes differ most in ${most.block.block} (spread ${decimal(most.spread, 3)}) and least in ${least.block.block} (${decimal(least.spread, 3)}).`;
  const saturated = mostSaturated(blocks);
  return saturated ? `${text} ${saturated}` : text;
}

/** A block is near saturation when this share of its gates is at an end. */
const MUCH = 0.2;

function mostSaturated(blocks: readonly BlockAtEpoch[]): string {
  const [block] = [...blocks].sort((left, right) => saturation(right) - saturation(left));
  if (!block || saturation(block) < MUCH) return '';
  const open = block.saturatedHigh >= block.saturatedLow;
  const share = percent(open ? block.saturatedHigh : block.saturatedLow, 0);
  return `${block.block} is near saturation: ${share} of its gates are ${open ? 'above 0.95' : 'below 0.05'}.`;
}

function saturation({ saturatedLow, saturatedHigh }: BlockAtEpoch): number {
  return Math.max(saturatedLow, saturatedHigh);
}

/** One cell of the map of all blocks in words. */
export function describeGate(
  { model, epoch: { gates }, source, quantity }: HeatmapScene,
  classIndex: number | null,
  { row, column }: Cell,
): string {
  const shown = model.rows[row];
  const block = gates.blocks.find((candidate) => candidate.block === shown?.key);
  const channel = shown?.channels[column];
  if (!shown || !block || channel === undefined) return '';
  const all = meanGates(block, gates, null)[channel];
  const difference =
    quantity.kind === 'difference'
      ? `, ${signed(shown.values[column], 3)} ${quantity.name.replace(/^Gate minus/, 'from')}`
      : '';
  const place = `${block.block}, channel ${channel}`;
  if (classIndex === null) {
    const spread = spreads(block, gates)[channel];
    return `${place}, all classes: mean gate ${decimal(all, 3)}, spread between classes ${decimal(spread, 3)}${difference}`;
  }
  const gate = meanGates(block, gates, classIndex)[channel];
  const deviation = block.deviation[classIndex * block.channels + channel];
  const fromAll =
    difference !== '' || gate === undefined || all === undefined
      ? difference
      : `, ${signed(gate - all, 3)} from all classes`;
  return `${place}, ${source.classes[classIndex]}: mean gate ${decimal(gate, 3)} ± ${decimal(deviation, 3)}${fromAll}`;
}

/** One cell of the detail in words. */
export function describeDetail(scene: HeatmapScene, { row, column }: Cell): string {
  const { detail, detailQuantity, block, epoch } = scene;
  const shown = detail.rows[row];
  const channel = shown?.channels[column];
  if (!shown || channel === undefined) return '';
  const place = `${shown.label}, channel ${channel}`;
  const label = Number(shown.key);
  if (Number.isNaN(label)) {
    const isDifference = detailQuantity.kind === 'difference';
    const value = shown.values[column];
    return isDifference
      ? `${place}: ${signed(value, 3)} ${shown.key === 'all' ? detailQuantity.name.replace(/^Gate minus/, 'from') : 'from the mean of its class'}`
      : `${place}: gate ${decimal(value, 3)}`;
  }
  const gate = meanGates(block, epoch.gates, label)[channel];
  const deviation = block.deviation[label * block.channels + channel];
  const all = meanGates(block, epoch.gates, null)[channel];
  const distance =
    detailQuantity.kind === 'difference'
      ? `${signed(shown.values[column], 3)} ${detailQuantity.name.replace(/^Gate minus/, 'from')}`
      : `${signed((gate ?? NaN) - (all ?? NaN), 3)} from all classes`;
  return `${place}: gate ${decimal(gate, 3)} ± ${decimal(deviation, 3)}, ${distance}`;
}

/** What is known of one block, whatever the class. */
export function blockFactsText({ facts, block, epoch }: HeatmapScene): string {
  const channels =
    facts?.hidden === undefined
      ? `${block.channels} channels`
      : `${block.channels} channels through ${facts.hidden} hidden units`;
  const shape = facts ? `Stage ${facts.stage}, ${channels}. ` : '';
  const spread = decimal(average(spreads(block, epoch.gates)), 3);
  return `${shape}${percent(block.saturatedHigh)} of its gates are above 0.95, ${percent(block.saturatedLow)} below 0.05; spread between classes ${spread}.`;
}
