import * as v from 'valibot';
import { compileModel } from '../../../src/core/model/compileModel';
import { modelSpecSchema, type ModelSpec } from '../../../src/core/model/modelSpec';
import type { ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import { initialRunState, tryReduceRun } from '../../../src/core/training/reduceRun';
import type { FailureInfo, RunEvent, RunEventBody, RunStatus } from '../../../src/core/training/runEvents';
import { planRun } from '../../../src/core/training/runPlanner';
import type { RunState } from '../../../src/core/training/runState';

export interface SampleOptions {
  epochs?: number;
  seeds?: number[];
  /** Epochs trained in every job; the last seed of an unfinished run gets one less. */
  trained?: number;
  status?: RunStatus;
  failure?: FailureInfo;
  name?: string;
  se?: object | 'none';
  depth?: 8 | 20 | 56 | 164;
}

/** A run whose numbers look like a small net on the quick subset: saturating curves with seeded noise. */
export function sampleRun(options: SampleOptions = {}): RunState {
  const { epochs = 8, seeds = [1, 2, 3], trained = epochs, depth = 20 } = options;
  const status = options.status ?? (trained === epochs ? 'completed' : 'running');
  const spec = v.parse(modelSpecSchema, {
    version: 1,
    name: options.name ?? `SE-ResNet-${depth}`,
    backbone: { depth },
    ...(options.se ? { se: options.se } : {}),
    training: { epochs, seeds },
  });
  const plan = planRun({ runId: 'sample', createdAtMs: Date.UTC(2025, 10, 24, 8, 9), spec });
  let state = initialRunState(plan, plan.createdAtMs);
  const apply = (body: RunEventBody) => {
    const event = { ...body, runId: 'sample', seq: state.seq + 1, atMs: plan.createdAtMs } as RunEvent;
    const reduction = tryReduceRun(state, event);
    if (reduction.rejected !== undefined) throw new Error(`${body.kind}: ${reduction.rejected}`);
    state = reduction.state;
  };
  apply({ kind: 'planned', plan });
  apply({ kind: 'status', status: 'starting' });
  apply({
    kind: 'backend',
    report: {
      backend: 'wasm',
      device: 'CPU (WebAssembly SIMD)',
      reason: 'No GPU was found, so training runs on the processor.',
      workers: 2,
    },
  });
  apply({ kind: 'status', status: 'running' });
  for (const seed of plan.seeds) {
    for (const arm of plan.arms) {
      const job = { arm: arm.id, seed };
      apply({ kind: 'jobStarted', job, fromEpoch: 0 });
      for (let epoch = 1; epoch <= trained; epoch++) {
        apply({
          kind: 'epoch',
          metrics: { ...job, ...sampleMetrics(arm.id, seed, epoch), remainingMs: (epochs - epoch) * 14_200 },
        });
        if (arm.spec.se !== 'none') {
          apply({ kind: 'excitation', job, epoch, summary: sampleGates(arm.spec, epoch, seed) });
        }
        apply({ kind: 'checkpoint', job, epoch, bytes: 1_100_000 });
      }
      if (trained === epochs) apply({ kind: 'jobFinished', job });
      else {
        apply({
          kind: 'progress',
          job,
          epoch: trained + 1,
          step: arm.id === 'a' ? 41 : 38,
          stepsPerEpoch: 79,
          loss: 1.432 - 0.1 * trained,
          imagesPerSecond: arm.id === 'a' ? 512 : 471,
        });
      }
    }
  }
  if (status !== 'running') {
    apply({ kind: 'status', status, ...(options.failure ? { failure: options.failure } : {}) });
  }
  return state;
}

function sampleMetrics(arm: 'a' | 'b', seed: number, epoch: number) {
  const noise = (salt: number) => fraction(seed * 31 + epoch * 7 + salt + (arm === 'a' ? 0 : 3)) - 0.5;
  const top = arm === 'a' ? 0.585 : 0.6;
  const validationAccuracy = top - (arm === 'a' ? 0.34 : 0.37) * Math.exp(-epoch / 2.6) + 0.03 * noise(1);
  const trainAccuracy = Math.min(1, validationAccuracy + 0.012 * epoch - 0.02 + 0.01 * noise(2));
  return {
    epoch,
    validationAccuracy,
    trainAccuracy,
    validationLoss: 2.35 - 2.05 * validationAccuracy + 0.03 * noise(3),
    trainLoss: 2.3 - 2.05 * trainAccuracy,
    imagesPerSecond: arm === 'a' ? 512 : 471,
    stepMs: (arm === 'a' ? 121 : 132) + noise(4),
    epochMs: arm === 'a' ? 13_100 : 14_200,
    learningRate: 0.1,
  };
}

/** Gates that drift from one half, little between classes in stage 1 and much in stage 3, as in the paper's figure 6. */
function sampleGates(spec: ModelSpec, epoch: number, seed: number): ExcitationSummary {
  const blocks = compileModel(spec).blocks.map(({ id, channels, stage }, row) => {
    const mean: number[] = [];
    for (let classIndex = 0; classIndex < 10; classIndex++) {
      for (let channel = 0; channel < channels; channel++) {
        const shared = fraction(row * 131 + channel * 17 + seed) - 0.5;
        const own = fraction(row * 57 + channel * 29 + classIndex * 101 + seed) - 0.5;
        const drift = Math.min(1, epoch / 6);
        mean.push(Math.min(1, Math.max(0, 0.5 + drift * (0.55 * shared + 0.09 * stage * own))));
      }
    }
    return {
      block: id,
      channels,
      mean,
      deviation: mean.map((gate) => 0.03 + 0.05 * gate * (1 - gate)),
      saturatedLow: 0.004 * stage,
      saturatedHigh: 0.012 * row,
    };
  });
  return { classes: 10, imagesPerClass: Array.from({ length: 10 }, () => 100), blocks };
}

/** A repeatable number in [0, 1) from an integer. */
function fraction(key: number): number {
  const hashed = Math.sin(key * 12.9898 + 78.233) * 43758.5453;
  return hashed - Math.floor(hashed);
}
