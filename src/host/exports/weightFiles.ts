/** A stored checkpoint as files for others. */
import { compileModel } from '../../core/model/compileModel';
import type { Arm } from '../../core/training/runPlan';
import { decodeCheckpoint } from '../../core/weights/checkpoint';
import { weightsOf } from '../../core/weights/graphWeights';
import { toStateDict } from '../../core/weights/pytorchLayout';
import { encodeSafetensors } from '../../core/weights/safetensors';
import { tfjsModel } from '../../core/weights/tfjsModel';
import { describeOrigin, type WeightsOrigin } from '../../core/weights/weightsOrigin';
import type { Checkpoint } from '../runs/checkpointFile';

export const WEIGHT_FORMATS = ['safetensors', 'tfjs'] as const;
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

export interface NamedFile {
  /** Without a folder. */
  name: string;
  content: Uint8Array;
}

/** Where the files end up depends on what the user calls the first; a TensorFlow.js model has its weights in a second. */
export function weightFiles(
  format: WeightFormat,
  fileName: string,
  { arm, seed, checkpoint }: { arm: Arm; seed: number; checkpoint: Checkpoint },
): NamedFile[] {
  const graph = compileModel(arm.spec);
  const weights = weightsOf(graph, decodeCheckpoint(checkpoint.data));
  const origin: WeightsOrigin = {
    definition: arm.spec.name,
    arm: arm.label,
    seed,
    epoch: checkpoint.epoch,
  };
  if (format === 'safetensors') {
    // `format` is what Python's readers look for.
    const metadata = { format: 'pt', ...describeOrigin(origin) };
    return [{ name: fileName, content: encodeSafetensors(toStateDict(graph, weights), metadata) }];
  }
  const stem = fileName.replace(/\.json$/i, '');
  const weightsFile = stem === 'model' ? 'weights.bin' : `${stem}.weights.bin`;
  const model = tfjsModel(graph, weights, origin, weightsFile);
  return [
    { name: weightsFile, content: model.weights },
    { name: fileName, content: model.modelJson },
  ];
}
