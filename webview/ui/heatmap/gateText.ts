import type { BlockExcitation, ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import { decimal, percent, signed } from '../format/numbers';
import { allClassGates, channelSpread, classGates, classSpread } from '../../../src/core/excitation/gateMath';
import type { Cell, HeatmapModel } from './heatmapModel';
import type { Quantity } from './heatmapScene';

/** One sentence on reading the picture. */
export function whatToLookFor(quantity: Quantity): string {
  switch (quantity) {
    case 'gate':
      return 'Look for channels that stay dark (SE turns them down) or bright (SE lets them pass), and switch classes: early stages usually keep their pattern, late ones change it.';
    case 'difference':
      return 'Look for rows with strong colours: there the block treats this class unlike the rest. Expect little in early stages and more in late ones.';
    case 'spread':
      return 'Look for bright cells: channels that are gated differently from class to class. Choose a class to see in which direction it differs.';
  }
}

/** The block whose gates differ most between classes, the one where they differ least, and saturation if there is much. */
export function finding(summary: ExcitationSummary): string {
  const spreads = summary.blocks
    .map((block) => ({ block, spread: classSpread(block, summary.imagesPerClass) }))
    .sort((left, right) => right.spread - left.spread);
  const [most] = spreads;
  const least = spreads.at(-1);
  if (!most || !least || most === least) return '';
  const text = `Classes differ most in ${most.block.block} (spread ${decimal(most.spread, 3)}) and least in ${least.block.block} (${decimal(least.spread, 3)}).`;
  const saturated = mostSaturated(summary.blocks);
  return saturated ? `${text} ${saturated}` : text;
}

/** A block is near saturation when this share of its gates is at an end. */
const MUCH = 0.2;

function mostSaturated(blocks: readonly BlockExcitation[]): string {
  const [block] = [...blocks].sort((left, right) => saturation(right) - saturation(left));
  if (!block || saturation(block) < MUCH) return '';
  const open = block.saturatedHigh >= block.saturatedLow;
  const share = percent(open ? block.saturatedHigh : block.saturatedLow, 0);
  return `${block.block} is near saturation: ${share} of its gates are ${open ? 'above 0.95' : 'below 0.05'}.`;
}

function saturation({ saturatedLow, saturatedHigh }: BlockExcitation): number {
  return Math.max(saturatedLow, saturatedHigh);
}

/** One cell of the picture of all blocks in words. */
export function describeGate(
  scene: { summary: ExcitationSummary; model: HeatmapModel; classes: readonly string[] },
  classIndex: number | null,
  { row, column }: Cell,
): string {
  const key = scene.model.rows[row]?.key;
  const block = scene.summary.blocks.find((candidate) => candidate.block === key);
  if (!block) return '';
  const all = allClassGates(block, scene.summary.imagesPerClass)[column];
  const place = `${block.block}, channel ${column}`;
  if (classIndex === null) {
    const spread = channelSpread(block, scene.summary.imagesPerClass)[column];
    return `${place}, all classes: mean gate ${decimal(all, 3)}, spread between classes ${decimal(spread, 3)}`;
  }
  const gate = classGates(block, classIndex)[column];
  const deviation = block.deviation[classIndex * block.channels + column];
  const distance = gate === undefined || all === undefined ? undefined : gate - all;
  return `${place}, ${scene.classes[classIndex]}: mean gate ${decimal(gate, 3)} ± ${decimal(deviation, 3)}, ${signed(distance, 3)} from all classes`;
}
