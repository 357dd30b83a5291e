/** What the lists say about a run, derived from its state; cached on disk so that listing runs does not read their logs. */
import * as v from 'valibot';
import type { ModelSpec } from '../../core/model/modelSpec';
import { jobId, type ArmId } from '../../core/training/runPlan';
import { runProgress } from '../../core/training/runProgress';
import type { RunState } from '../../core/training/runState';
import { hasEnded } from '../../core/training/statusTransitions';
import { runVerdict } from '../../core/training/verdict';
import { RUN_STATUSES } from '../../core/training/runEvents';
import { runListItem } from '../../protocol/hostUiContract';
import { count } from '../../protocol/schemas';

export const runSummary = v.strictObject({
  ...runListItem.entries,
  status: v.picklist(RUN_STATUSES),
  /** `modelKey` of every arm that has excitation summaries. */
  excitedModels: v.array(v.string()),
});
export type RunSummary = v.InferOutput<typeof runSummary>;

/** The summary file; it counts only while the log still has that many bytes. */
export const cachedSummary = v.strictObject({ logBytes: count, summary: runSummary });

export function summarize(state: RunState, imported: boolean): RunSummary {
  const { plan, status } = state;
  return {
    runId: plan.runId,
    name: plan.name,
    status,
    createdAtMs: plan.createdAtMs,
    summary: summaryText(state),
    excitedModels: plan.arms
      .filter((arm) => plan.seeds.some((seed) => lastExcitation(state, arm.id, seed) !== undefined))
      .map((arm) => modelKey(arm.spec)),
    imported,
  };
}

/**
 * Equal for definitions of the same name and architecture, however they are trained: a run may change the recipe, and what a definition's gates
 * look like is asked of its latest run.
 */
export function modelKey({ name, input, classes, backbone, se }: ModelSpec): string {
  return JSON.stringify([name, input, classes, backbone, se], sortedKeys);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function lastExcitation(state: RunState, arm: ArmId, seed: number) {
  return state.jobs[jobId({ arm, seed })]?.excitation.at(-1);
}

function summaryText(state: RunState): string {
  const { plan, status, failure } = state;
  if (status === 'completed') return runVerdict(state).sentence;
  if (status === 'failed' && failure) return failure.message;
  const whole = `${counted(plan.epochs, 'epoch')}, ${counted(plan.seeds.length, 'seed')}`;
  // Lists are made anew when the status changes, so a share of a run that goes on would stay what it was then.
  return hasEnded(status) ? `${Math.floor(100 * runProgress(state).fraction)}% of ${whole}` : whole;
}

function counted(count: number, thing: string): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}
