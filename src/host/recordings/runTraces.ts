/** The gates that runs have measured, as traces. */
import { jobId } from '../../core/training/runPlan';
import type { RunState } from '../../core/training/runState';
import type { RunStore } from '../runs/runStore';
import { modelKey } from '../runs/runSummary';
import { evaluationTrace, type Evaluation } from './evaluationTrace';
import type { TraceSource } from './traceSource';

/** Runs beyond these are not looked into: each is a log to read. */
const MAX_RUNS = 32;

/**
 * For each model that runs have trained the last evaluation of its newest run, newest first.
 *
 * @param unreadable told of a run that could not be opened
 */
export async function runTraces(
  store: RunStore,
  unreadable: (thrown: unknown) => void,
): Promise<TraceSource[]> {
  const seen = new Set<string>();
  const due: { runId: string; keys: string[] }[] = [];
  for (const { runId, excitedModels } of await store.list()) {
    const keys = excitedModels.filter((key) => !seen.has(key));
    for (const key of keys) seen.add(key);
    if (keys.length > 0) due.push({ runId, keys });
  }
  const found = await Promise.all(
    due.slice(0, MAX_RUNS).map(async ({ runId, keys }) => {
      const state = await store.open(runId).catch(unreadable);
      if (!state) return [];
      return keys.flatMap((key) => {
        const last = lastEvaluation(state, key);
        return last ? [sourceOf(state, last)] : [];
      });
    }),
  );
  return found.flat();
}

function lastEvaluation({ plan, jobs }: RunState, key: string): Evaluation | undefined {
  // Arm b is the treated one of a pair; a comparison may have the model as arm a.
  for (const arm of [...plan.arms].reverse()) {
    if (modelKey(arm.spec) !== key) continue;
    for (const seed of plan.seeds) {
      const last = jobs[jobId({ arm: arm.id, seed })]?.excitation.at(-1);
      if (last) return { arm, seed, ...last };
    }
  }
  return undefined;
}

function sourceOf({ plan }: RunState, evaluation: Evaluation): TraceSource {
  const { arm, seed, epoch } = evaluation;
  return {
    id: `run:${plan.runId}:${arm.id}`,
    kind: 'run',
    label: plan.name,
    detail: `${arm.label}, seed ${seed}, epoch ${epoch}`,
    takenAtMs: plan.createdAtMs,
    spec: arm.spec,
    readUnasked: true,
    read: () => Promise.resolve(evaluationTrace(plan, evaluation)),
  };
}
