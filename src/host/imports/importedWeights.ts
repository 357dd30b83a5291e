/** Weights that the generated training script left beside its log, as checkpoints of ours: enough to export, not to resume. */
import * as v from 'valibot';
import { PlaygroundError } from '../../core/errors';
import { compileModel } from '../../core/model/compileModel';
import { jobId, type Arm, type JobKey } from '../../core/training/runPlan';
import type { RunState } from '../../core/training/runState';
import { encodeCheckpoint } from '../../core/weights/checkpoint';
import { fromStateDict } from '../../core/weights/pytorchLayout';
import { decodeSafetensors } from '../../core/weights/safetensors';
import type { Checkpoint } from '../runs/checkpointFile';

/** As large as any checkpoint that is stored; see runs/checkpointFile.ts. */
export const MAX_WEIGHTS_BYTES = 2 ** 30;

export interface WeightsSource {
  job: JobKey;
  arm: Arm;
  /** What the script calls the file. */
  fileName: string;
}

/** The weights that the script may have written: one file for each job that has finished. */
export function expectedWeights({ plan, jobs }: RunState): WeightsSource[] {
  return plan.seeds.flatMap((seed) =>
    plan.arms
      .filter(({ id }) => jobs[jobId({ arm: id, seed })]?.finished)
      .map((arm) => {
        const fileName = `${arm.label.replaceAll(' ', '-').toLowerCase()}-seed-${seed}.safetensors`;
        return { job: { arm: arm.id, seed }, arm, fileName };
      }),
  );
}

const writtenNumber = v.pipe(v.string(), v.regex(/^\d{1,10}$/), v.transform(Number));

/** @throws PlaygroundError `data/run-weights` if the bytes are not the weights of that job */
export function importedCheckpoint(
  { job, arm, fileName }: WeightsSource,
  bytes: Uint8Array,
  epochs: number,
): Checkpoint {
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const [seed, epoch] = ['seed', 'epoch'].map((name) => v.parse(writtenNumber, metadata.get(name)));
    if (seed !== job.seed || epoch !== epochs || metadata.get('arm') !== arm.label) {
      throw new PlaygroundError('data/run-weights', 'They belong to another seed, epoch or model.');
    }
    const state = fromStateDict(compileModel(arm.spec), tensors);
    return { epoch, data: encodeCheckpoint({ epoch, step: 0, tensors: state }) };
  } catch (thrown) {
    const why = thrown instanceof PlaygroundError ? thrown.message : 'It does not say what it holds.';
    const text = `${fileName}, beside the log, cannot be used: ${why} Nothing was imported. Move the file away to import the log alone.`;
    throw new PlaygroundError('data/run-weights', text, { cause: thrown });
  }
}
