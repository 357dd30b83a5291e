import { classNames } from '../../core/data/classNames';
import type { ExcitationSummary } from '../../core/excitation/excitationSummary';
import type { ExcitationTrace } from '../../core/excitation/trace';
import { traceOfSummary } from '../../core/excitation/traceSummary';
import type { Arm, RunPlan } from '../../core/training/runPlan';

/** What one evaluation of a run saw of a model's gates. */
export interface Evaluation {
  arm: Arm;
  seed: number;
  epoch: number;
  summary: ExcitationSummary;
}

/** The evaluation as a trace, with the gates of single images where the run kept them. */
export function evaluationTrace(plan: RunPlan, { arm, epoch, summary }: Evaluation): ExcitationTrace {
  const { spec } = arm;
  return traceOfSummary(summary, {
    producer: 'SE Playground',
    model: spec.name,
    recordedAt: new Date(plan.createdAtMs).toISOString(),
    epoch,
    classNames: classNames(plan.dataset, summary.classes),
    ...(spec.se !== 'none' && { gate: spec.se.gate }),
  });
}
