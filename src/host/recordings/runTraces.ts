/** The gates that runs have measured, as traces. */
import { classNames } from '../../core/data/classNames';
import type { ExcitationSummary } from '../../core/excitation/excitationSummary';
import type { ExcitationTrace } from '../../core/excitation/trace';
import { traceOfSummary } from '../../core/excitation/traceSummary';
import { jobId, type Arm } from '../../core/training/runPlan';
import type { RunState } from '../../core/training/runState';
import type { RunStore } from '../runs/runStore';
import { modelKey } from '../runs/runSummary';
import type { TraceSource } from './traceSource';

/** Runs beyond these are not looked into: each is a log to read. */
const MAX_RUNS = 32;

interface LastEvaluation {
  arm: Arm;
  seed: number;
  epoch: number;
  summary: ExcitationSummary;
}

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

function lastEvaluation({ plan, jobs }: RunState, key: string): LastEvaluation | undefined {
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

function sourceOf({ plan }: RunState, { arm, seed, epoch, summary }: LastEvaluation): TraceSource {
  const { spec } = arm;
  const trace = (): ExcitationTrace =>
    traceOfSummary(summary, {
      producer: 'SE Playground',
      model: spec.name,
      recordedAt: new Date(plan.createdAtMs).toISOString(),
      epoch,
      classNames: classNames(plan.dataset, summary.classes),
      ...(spec.se !== 'none' && { gate: spec.se.gate }),
    });
  return {
    id: `run:${plan.runId}:${arm.id}`,
    kind: 'run',
    label: plan.name,
    detail: `${arm.label}, seed ${seed}, epoch ${epoch}`,
    takenAtMs: plan.createdAtMs,
    spec,
    readUnasked: true,
    read: () => Promise.resolve(trace()),
  };
}
