import type { ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import type { RunPlan } from '../../../src/core/training/runPlan';
import { classNames } from './classNames';
import { divergingScale, sequentialScale, type ColourScale } from './colourScale';
import { differenceReach, gateRange, shownGates } from './gateMath';
import type { HeatmapChoice } from './heatmapChoice';
import type { HeatmapModel } from './heatmapModel';
import { GATE_BOUNDS, type EvaluatedEpoch, type HeatmapSource } from './heatmapSource';

/** Everything on screen, derived from the run and the choice. */
export interface HeatmapScene {
  source: HeatmapSource;
  summary: ExcitationSummary;
  classes: readonly string[];
  difference: boolean;
  scale: ColourScale;
  model: HeatmapModel;
  /** Id of the block in the detail. */
  block: string;
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
  const { classIndex } = choice;
  const { difference } = choice;
  const scale = difference
    ? divergingScale(differenceReach(summary), isDark())
    : gateScale(source, epochs, choice.fullRange);
  const rows = summary.blocks.map((candidate) => ({
    key: candidate.block,
    label: candidate.block,
    group: source.blocks.find(({ id }) => id === candidate.block)?.stage ?? 0,
    values: shownGates(candidate, summary.imagesPerClass, classIndex, difference),
  }));
  const classes = classNames(plan.dataset, summary.classes);
  return {
    source,
    summary,
    classes,
    difference,
    scale,
    model: { rows, colour: scale.colour },
    block: block.block,
  };
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
