import { CLASSES, IMAGE_BYTES } from '../../../src/core/data/labelledImages';
import { createRandom } from '../../../src/core/data/random';
import { compileModel } from '../../../src/core/model/compileModel';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import { median } from '../../../src/core/training/statistics';
import type { Batch } from '../feed/batch';
import { EVALUATION_BATCH } from '../feed/evaluationFeed';
import { buildNetwork, type Network } from '../network/buildNetwork';
import { forwardBatch } from './evaluateNetwork';
import { createOptimizer } from './createOptimizer';
import type { Optimizer } from './optimizer';
import { trainStep } from './trainStep';

const MEASURED_STEPS = 3;
/** Steps that warm up: memory is allocated, GPU programs are compiled, and WebAssembly runs in its slow first version until the better one is ready. */
const WARM_UP_STEPS = 6;
/** A slow machine is measured after this long, whatever it still has to warm up. */
const WARM_UP_MS = 1500;

export interface StepEstimate {
  /** Median duration of a training step, its result read back. */
  stepMs: number;
  /** Forward pass in inference mode, gates read back. */
  evaluationMsPerImage: number;
}

/** Measures a few real steps of the model on made-up images, after some that warm up. */
export async function estimateStep(spec: ModelSpec, batch: number): Promise<StepEstimate> {
  const network = buildNetwork(compileModel(spec), 0);
  const optimizer = createOptimizer(spec.training, network.parameters);
  try {
    const images = madeUpBatch(batch);
    let step = 0;
    const next = () => timeMs(() => readStep(network, optimizer, images, step++));
    for (let warmUpMs = 0; step < WARM_UP_STEPS && warmUpMs < WARM_UP_MS;) warmUpMs += await next();
    const stepsMs: number[] = [];
    while (stepsMs.length < MEASURED_STEPS) stepsMs.push(await next());
    const unseen = madeUpBatch(EVALUATION_BATCH);
    await forwardBatch(network, unseen);
    const evaluationMs = await timeMs(() => forwardBatch(network, unseen));
    return { stepMs: median(stepsMs), evaluationMsPerImage: evaluationMs / EVALUATION_BATCH };
  } finally {
    optimizer.dispose();
    network.dispose();
  }
}

async function readStep(network: Network, optimizer: Optimizer, batch: Batch, step: number): Promise<void> {
  const logits = trainStep(network, optimizer, batch, { learningRate: 1e-3, labelSmoothing: 0, step });
  try {
    await logits.data();
  } finally {
    logits.dispose();
  }
}

function madeUpBatch(size: number): Batch {
  const { uniform } = createRandom(0, 'estimate');
  return {
    images: new Float32Array(size * IMAGE_BYTES).map(() => 4 * uniform() - 2),
    labels: new Int32Array(size).map((_, index) => index % CLASSES),
  };
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
