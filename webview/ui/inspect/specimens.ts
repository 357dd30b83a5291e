import { classNames } from '../../../src/core/data/classNames';
import type { NetworkGates } from '../../../src/core/excitation/gateMath';
import { compileModel } from '../../../src/core/model/compileModel';
import type { SeBlock } from '../../../src/core/model/graph';
import { jobId, type Arm, type RunPlan } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';
import type { Specimen } from './microscope';

/** A trained model of a run, by the name it has in the run. */
export interface NamedSpecimen extends Specimen {
  label: string;
}

/** A trained model with SE that can be looked into. */
export interface SpecimenChoice extends NamedSpecimen {
  /** Of the same run, model, seed and checkpoint: what is found out about it stays true. */
  key: string;
  blocks: readonly SeBlock[];
  /** Mean gates of the classes as the run recorded them with this checkpoint, if it did. */
  means: NetworkGates | undefined;
  /** Names of the classes, in label order. */
  classes: readonly string[];
  /** The run's other model with the same seed, if it has been trained. */
  other: NamedSpecimen | undefined;
}

/** The trained models with SE of a run; the last arm first, as it is the one with SE in a pair. */
export function specimensOf({ plan, jobs }: Pick<RunState, 'plan' | 'jobs'>): SpecimenChoice[] {
  // A run from elsewhere tells of no checkpoints of its own, but may have brought its weights.
  const epochOf = (arm: Arm, seed: number) => {
    const job = jobs[jobId({ arm: arm.id, seed })];
    return Math.max(job?.checkpointEpoch ?? 0, job?.finished ? plan.epochs : 0);
  };
  const named = (arm: Arm, seed: number): NamedSpecimen => ({
    plan,
    job: { arm: arm.id, seed },
    label: plan.seeds.length > 1 ? `${arm.label}, seed ${seed}` : arm.label,
  });
  return [...plan.arms].reverse().flatMap((arm) => {
    if (arm.spec.se === 'none') return [];
    const { blocks } = compileModel(arm.spec);
    const other = plan.arms.find(({ id }) => id !== arm.id);
    return plan.seeds.flatMap((seed): SpecimenChoice[] => {
      const epoch = epochOf(arm, seed);
      if (epoch === 0) return [];
      return [
        {
          ...named(arm, seed),
          key: keyOf(plan, arm, seed, epoch),
          blocks,
          means: jobs[jobId({ arm: arm.id, seed })]?.excitation.find((one) => one.epoch === epoch)?.summary,
          classes: classNames(plan.dataset, arm.spec.classes),
          other: other && epochOf(other, seed) > 0 ? named(other, seed) : undefined,
        },
      ];
    });
  });
}

function keyOf({ runId }: RunPlan, arm: Arm, seed: number, epoch: number): string {
  return `${runId} ${jobId({ arm: arm.id, seed })} ${epoch}`;
}
