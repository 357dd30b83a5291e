import * as v from 'valibot';
import { modelSpecSchema, type ModelSpec } from '../../src/core/model/modelSpec';

export const SECTIONS = [
  'rows',
  'parts',
  'memory',
  'webgl',
  'growth',
  'editing',
  'excitation',
  'heatmap',
] as const;
/** rows: against the peers; editing: the insert command on a long file; excitation: gates recorded and knocked out; heatmap: the panel's pictures of gates; parts: SE's overhead, the feed's share, efficiency; the others as in the result. */
export type Section = (typeof SECTIONS)[number];

export interface BenchPlan {
  sections: readonly Section[];
  /** Timed pieces of each contestant; their median counts. */
  repetitions: number;
  /** Aim for the length of one piece. */
  pieceMs: number;
  warmUpSteps: number;
  batch: number;
  width: number;
  depths: readonly number[];
  workers: readonly number[];
  stock: {
    /** Smaller than ours: a step takes ten seconds. It gains nothing from larger ones. */
    batch: number;
    /** Steps of the shallowest model, after one to warm up; 0 leaves stock out. Fewer than our pieces, and one each, for the same reason. */
    steps: number;
    /** Whether the deeper models take a single step too. */
    deeper: boolean;
  };
  memorySteps: readonly number[];
  /** Steps of each side on WebGL: on software they are slow. */
  webglSteps: number;
  growth: { widths: readonly number[]; depths: readonly number[]; batches: readonly number[] };
}

export const FULL_PLAN: BenchPlan = {
  sections: SECTIONS,
  repetitions: 9,
  // The first steps after a rest are slow, ours and PyTorch's: a piece is long enough that they do not decide.
  pieceMs: 2500,
  warmUpSteps: 6,
  batch: 128,
  width: 16,
  depths: [8, 20],
  workers: [1, 2],
  stock: { batch: 32, steps: 7, deeper: true },
  memorySteps: [20, 320],
  webglSteps: 7,
  growth: { widths: [16, 32, 64], depths: [8, 20, 56], batches: [32, 64, 128, 256] },
};

/** Under two minutes, for a look while working. */
export const QUICK_PLAN: BenchPlan = {
  ...FULL_PLAN,
  sections: ['rows', 'parts'],
  repetitions: 3,
  pieceMs: 600,
  warmUpSteps: 3,
  stock: { ...FULL_PLAN.stock, steps: 1, deeper: false },
};

/** The definition of a contestant: SE-ResNet with r = 4, or its twin without SE. */
export function benchSpec(depth: number, width: number, se = true): ModelSpec {
  return v.parse(modelSpecSchema, {
    version: 1,
    name: modelName(depth, width, se),
    backbone: { depth, width },
    se: se ? { reduction: 4 } : 'none',
    training: { dataset: 'synthetic', learningRate: 0.01, weightDecay: 1e-4 },
  });
}

function modelName(depth: number, width: number, se = true): string {
  return `${se ? 'SE-' : ''}ResNet-${depth}${width === 16 ? '' : `, width ${width}`}`;
}
