import type { DatasetName, ModelSpec } from '../model/modelSpec';

export const BACKEND_CHOICES = ['auto', 'wasm', 'webgl', 'webgpu'] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];
export const BACKEND_NAMES = ['wasm', 'webgl', 'webgpu'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];
/** What a run can have been trained with: a backend of ours, or PyTorch by the script that core/codegen/model writes. */
export const TRAINED_WITH = [...BACKEND_NAMES, 'pytorch'] as const;
export type TrainedWith = (typeof TRAINED_WITH)[number];

/** One side of a comparison. `a` is drawn as "without SE" and `b` as "with SE" in the quick pair. */
export const ARM_IDS = ['a', 'b'] as const;
export type ArmId = (typeof ARM_IDS)[number];

export interface Arm {
  id: ArmId;
  /** Legend text, e.g. "without SE". */
  label: string;
  spec: ModelSpec;
}

/**
 * Everything a run needs to be repeated bit for bit. The arms share batch order, augmentation and the initial values of all parameters
 * with the same name and shape; `arms[0].spec.training` is the recipe of both.
 */
export interface RunPlan {
  runId: string;
  name: string;
  createdAtMs: number;
  arms: readonly Arm[];
  seeds: readonly number[];
  epochs: number;
  dataset: DatasetName;
  backend: BackendChoice;
}

/** One model trained with one seed: the unit of work of a worker. */
export interface JobKey {
  arm: ArmId;
  seed: number;
}

/** Stable text form of a JobKey, used as map key and file name. */
export function jobId(key: JobKey): string {
  return `${key.arm}-${key.seed}`;
}

export const RUN_CONTROLS = ['pause', 'resume', 'stop'] as const;
export type RunControl = (typeof RUN_CONTROLS)[number];
