import { compileModel } from '../../../src/core/model/compileModel';
import type { SeBlock } from '../../../src/core/model/graph';
import type { Gate } from '../../../src/core/model/modelSpec';
import type { ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import { jobId, type RunPlan } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';

/** A job whose gates can be looked at: one arm with SE, one seed. */
export interface HeatmapSource {
  id: string;
  label: string;
  gate: Gate;
  blocks: readonly SeBlock[];
}

/** Every job of the plan whose model has SE blocks; the last arm first, as it is the one with SE in a pair. */
export function heatmapSources(plan: RunPlan): HeatmapSource[] {
  return [...plan.arms].reverse().flatMap(({ id, label, spec }) => {
    if (spec.se === 'none') return [];
    const { gate } = spec.se;
    const { blocks } = compileModel(spec);
    return plan.seeds.map((seed) => ({
      id: jobId({ arm: id, seed }),
      label: plan.seeds.length > 1 ? `${label}, seed ${seed}` : label,
      gate,
      blocks,
    }));
  });
}

/** Range a gate function can give; null where it has no upper end. */
export const GATE_BOUNDS: Readonly<Record<Gate, { low: number; high: number } | null>> = {
  sigmoid: { low: 0, high: 1 },
  'hard-sigmoid': { low: 0, high: 1 },
  tanh: { low: -1, high: 1 },
  relu: null,
};

export interface EvaluatedEpoch {
  epoch: number;
  summary: ExcitationSummary;
}

export function evaluatedEpochs(run: RunState, sourceId: string | undefined): readonly EvaluatedEpoch[] {
  return (sourceId === undefined ? undefined : run.jobs[sourceId]?.excitation) ?? [];
}
