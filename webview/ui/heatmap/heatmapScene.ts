import type { BlockExcitation, ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import type { RunPlan } from '../../../src/core/training/runPlan';
import { classNames } from './classNames';
import { divergingScale, sequentialScale, type ColourScale } from '../../../src/core/excitation/colourScale';
import {
  allClassGates,
  channelSpread,
  classDifference,
  classGates,
  differenceReach,
  gateRange,
} from '../../../src/core/excitation/gateMath';
import type { HeatmapChoice } from './heatmapChoice';
import type { HeatmapModel } from './heatmapModel';
import { GATE_BOUNDS, type EvaluatedEpoch, type HeatmapSource } from './heatmapSource';

/** What cells stand for: the gate, a class minus all classes, or (with no class chosen) how far the classes spread. */
export type Quantity = 'gate' | 'difference' | 'spread';

/** Everything on screen, derived from the run and the choice. */
export interface HeatmapScene {
  source: HeatmapSource;
  summary: ExcitationSummary;
  classes: readonly string[];
  quantity: Quantity;
  scale: ColourScale;
  model: HeatmapModel;
  /** Id of the block in the detail, and how the detail is coloured. */
  block: string;
  detailScale: ColourScale;
}

/** The scene of a job; undefined before its first evaluation. */
export function setScene(
  plan: RunPlan,
  source: HeatmapSource,
  epochs: readonly EvaluatedEpoch[],
  choice: HeatmapChoice,
): HeatmapScene | undefined {
  const { summary } = epochs.find(({ epoch }) => epoch === choice.epoch) ?? epochs.at(-1) ?? {};
  const block =
    summary?.blocks.find((candidate) => candidate.block === choice.block) ?? summary?.blocks.at(-1);
  if (!summary || !block) return undefined;
  const quantity = !choice.difference ? 'gate' : choice.classIndex === null ? 'spread' : 'difference';
  const rows = summary.blocks.map((candidate) => ({
    key: candidate.block,
    label: candidate.block,
    group: source.blocks.find(({ id }) => id === candidate.block)?.stage ?? 0,
    values: valuesOf(candidate, summary.imagesPerClass, quantity, choice.classIndex),
  }));
  const detailScale = choice.difference
    ? divergingScale(differenceReach(summary), isDark())
    : gateScale(source, epochs, choice.fullRange);
  const most = rows.reduce((highest, { values }) => Math.max(highest, ...values), 0);
  const scale = quantity === 'spread' ? sequentialScale(0, most) : detailScale;
  return {
    source,
    summary,
    classes: classNames(plan.dataset, summary.classes),
    quantity,
    scale,
    model: { rows, colour: scale.colour },
    block: block.block,
    detailScale,
  };
}

function valuesOf(
  block: BlockExcitation,
  imagesPerClass: readonly number[],
  quantity: Quantity,
  classIndex: number | null,
): Float64Array {
  if (quantity === 'spread') return channelSpread(block, imagesPerClass);
  if (classIndex === null) return allClassGates(block, imagesPerClass);
  return quantity === 'gate'
    ? classGates(block, classIndex)
    : classDifference(block, imagesPerClass, classIndex);
}

/** The same colours for every epoch and class, so that moving the slider shows change and nothing else. */
function gateScale(
  source: HeatmapSource,
  epochs: readonly EvaluatedEpoch[],
  fullRange: boolean,
): ColourScale {
  const bounds = fullRange ? GATE_BOUNDS[source.gate] : null;
  const { low, high } = bounds ?? gateRange(epochs.map(({ summary }) => summary));
  return sequentialScale(low, high);
}

/** VS Code marks the theme on the body. */
function isDark(): boolean {
  const { classList } = document.body;
  return (
    classList.contains('vscode-dark') ||
    (classList.contains('vscode-high-contrast') && !classList.contains('vscode-high-contrast-light'))
  );
}
