import type { ExcitationSummary } from '../../core/excitation/excitationSummary';
import type { ModelSpec } from '../../core/model/modelSpec';
import { jobId } from '../../core/training/runPlan';
import type { RunState } from '../../core/training/runState';
import type { RunStore } from './runStore';
import { modelKey } from './runSummary';

export interface LatestExcitation {
  runName: string;
  armLabel: string;
  seed: number;
  epoch: number;
  summary: ExcitationSummary;
}

/** The last evaluation of the newest run that trained this model; undefined if none has. */
export async function latestExcitation(
  store: RunStore,
  spec: ModelSpec,
): Promise<LatestExcitation | undefined> {
  const key = modelKey(spec);
  const run = (await store.list()).find(({ excitedModels }) => excitedModels.includes(key));
  return run && excitationOf(await store.open(run.runId), key);
}

function excitationOf({ plan, jobs }: RunState, key: string): LatestExcitation | undefined {
  // Arm b is the treated one of a pair; a comparison may have the model as arm a.
  for (const arm of [...plan.arms].reverse()) {
    if (modelKey(arm.spec) !== key) continue;
    for (const seed of plan.seeds) {
      const last = jobs[jobId({ arm: arm.id, seed })]?.excitation.at(-1);
      if (last) return { runName: plan.name, armLabel: arm.label, seed, ...last };
    }
  }
  return undefined;
}
