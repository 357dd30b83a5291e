/** What the guards of the doors let pass, because our own rooms do not send it, and what would harm a page that shows it. */
import type { ExcitationSummary } from '../../core/excitation/excitationSummary';
import { compileModel } from '../../core/model/compileModel';
import type { SeBlock } from '../../core/model/graph';
import type { RunEvent } from '../../core/training/runEvents';
import type { RunPlan } from '../../core/training/runPlan';

/** The largest moment that a Date has, in Unix milliseconds. */
const LAST_MOMENT_MS = 8.64e15;
/** As many as a definition may ask for, and some. */
const MAX_EPOCHS = 10_000;

/** Why the event of a run from elsewhere cannot be taken; undefined if it can. `plan` is the one before it, if there is one. */
export function eventProblem(event: RunEvent, plan: RunPlan | undefined): string | undefined {
  if (!isMoment(event.atMs)) return 'atMs: no moment';
  switch (event.kind) {
    case 'planned':
      return planProblem(event.plan, event.runId);
    case 'epoch':
      return isFinite(Object.values(event.metrics)) ? undefined : 'metrics: a number is not finite';
    case 'progress':
      return isFinite([event.loss, event.imagesPerSecond]) ? undefined : 'a number is not finite';
    case 'excitation': {
      const arm = plan?.arms.find(({ id }) => id === event.job.arm);
      // Without its arm the reducer refuses it.
      return arm && excitationProblem(event.summary, arm.spec.classes, compileModel(arm.spec).blocks);
    }
    default:
      return undefined;
  }
}

function planProblem({ runId, arms, seeds, epochs, createdAtMs }: RunPlan, eventRunId: string) {
  if (runId !== eventRunId) return `plan.runId: ${runId} is not ${eventRunId}`;
  if (new Set(arms.map(({ id }) => id)).size < arms.length) return 'plan.arms: two have the same id';
  if (new Set(seeds).size < seeds.length) return 'plan.seeds: one is there twice';
  if (epochs > MAX_EPOCHS) return `plan.epochs: more than ${MAX_EPOCHS}`;
  return isMoment(createdAtMs) ? undefined : 'plan.createdAtMs: no moment';
}

function excitationProblem(
  { classes, imagesPerClass, blocks }: ExcitationSummary,
  classesOfModel: number,
  blocksOfModel: readonly SeBlock[],
): string | undefined {
  if (classes !== classesOfModel || imagesPerClass.length !== classes) {
    return `summary.classes: the model has ${classesOfModel}`;
  }
  for (const { block, channels, mean, deviation } of blocks) {
    const found = blocksOfModel.find(({ id }) => id === block);
    if (!found) return `summary.blocks: the model has no ${block}`;
    if (channels !== found.channels) return `summary.blocks: ${block} has ${found.channels} channels`;
    for (const values of [mean, deviation]) {
      if (values.length !== classes * channels)
        return `summary.blocks: ${block} has not a gate for each class`;
      if (!isFinite(values)) return `summary.blocks: a gate of ${block} is not finite`;
    }
  }
  const names = new Set(blocks.map(({ block }) => block));
  return names.size < blocks.length ? 'summary.blocks: one is there twice' : undefined;
}

function isMoment(ms: number): boolean {
  return Math.abs(ms) <= LAST_MOMENT_MS;
}

/** True if every number is finite; the arm's id among the metrics is none. */
function isFinite(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value !== 'number' || Number.isFinite(value));
}
