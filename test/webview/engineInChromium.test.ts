/** The built worker bundle in a real browser: under the panel's own policy, from a blob, spoken to over the real door. */
import * as v from 'valibot';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modelSpecSchema } from '../../src/core/model/modelSpec';
import type { JobOrder } from '../../src/protocol/uiWorkerContract';
import { decodeCheckpoint } from '../../src/core/weights/checkpoint';
import { launchChromium } from './support/chromium';
import type { JobRecord } from './support/engineDriver';
import { openEnginePage, type EnginePage } from './support/enginePage';

const BATCH = 8;
const STEPS = 3;
/** One batch, so that software WebGL has no further shapes to compile programs for. */
const HELD_OUT = BATCH;
const SUBSET = STEPS * BATCH + HELD_OUT;

/** Of SE-ResNet-8 with 4, 8 and 16 channels. */
const SPEC = v.parse(modelSpecSchema, {
  version: 1,
  name: 'tiny',
  backbone: { depth: 8, width: 4 },
  training: {
    dataset: 'synthetic',
    subset: SUBSET,
    validationSplit: HELD_OUT / SUBSET,
    batch: BATCH,
    learningRate: 0.05,
    warmupEpochs: 0,
  },
});

const ORDER: JobOrder = {
  runId: 'test',
  job: { arm: 'b', seed: 1 },
  spec: SPEC,
  recipe: SPEC.training,
  epochs: 1,
  fromEpoch: 0,
};

const pages: EnginePage[] = [];
let browser: Browser;
let wasm: EnginePage;
let onWasm: JobRecord;

async function open(): Promise<EnginePage> {
  const page = await openEnginePage(browser);
  pages.push(page);
  return page;
}

beforeAll(async () => {
  browser = await launchChromium();
  wasm = await open();
});
afterAll(() => browser.close());

afterEach(() => {
  expect(pages.flatMap(({ complaints }) => complaints)).toEqual([]);
});

/** What a job found out, without what the clock said. */
function findings({ epochs, checkpoints }: Pick<JobRecord, 'epochs' | 'checkpoints'>) {
  return {
    epochs: epochs.map(({ metrics, excitation }) => ({
      trainLoss: metrics.trainLoss,
      trainAccuracy: metrics.trainAccuracy,
      validationLoss: metrics.validationLoss,
      validationAccuracy: metrics.validationAccuracy,
      learningRate: metrics.learningRate,
      excitation,
    })),
    checkpoints: checkpoints.map(({ epoch, data }) => ({ epoch, data })),
  };
}

describe('WASM', () => {
  it('trains, and tells it in order', async () => {
    expect(await wasm.initialize('wasm')).toMatchObject({
      backend: 'wasm',
      images: { train: 2000, test: 500 },
    });
    onWasm = await wasm.runJob(ORDER);
    const { names, progress, epochs, checkpoints, completed } = onWasm;
    expect(names.filter((name) => name !== 'progress')).toEqual(['epoch', 'checkpoint', 'finished']);
    expect(names.lastIndexOf('progress')).toBe(progress.length - 1);
    expect(completed).toBe(true);
    expect(progress.at(-1)).toMatchObject({ job: ORDER.job, epoch: 1, step: STEPS, stepsPerEpoch: STEPS });

    const { metrics, excitation } = epochs[0]!;
    expect(metrics).toMatchObject({ ...ORDER.job, epoch: 1 });
    for (const loss of [...progress.map((told) => told.loss), metrics.trainLoss, metrics.validationLoss]) {
      expect(loss).toBeGreaterThan(0);
      expect(loss).toBeLessThan(Infinity);
    }
    expect(excitation!.imagesPerClass.reduce((total, images) => total + images)).toBe(HELD_OUT);
    expect(excitation!.blocks.map(({ channels }) => channels)).toEqual([4, 8, 16]);

    const { epoch, step, tensors } = decodeCheckpoint(checkpoints[0]!.data);
    expect({ epoch, step }).toEqual({ epoch: 1, step: STEPS });
    expect(tensors.filter(({ values }) => !values.every(Number.isFinite))).toEqual([]);
  });

  it('finds the same to the last bit when it trains again', async () => {
    expect(findings(await wasm.runJob(ORDER))).toEqual(findings(onWasm));
  });

  it('is the automatic choice where the CPU draws WebGL, says why, and finds the same in another worker', async () => {
    const page = await open();
    const { backend, reason } = await page.initialize('auto');
    expect(backend).toBe('wasm');
    expect(reason).toMatch(/^WebGL here is SwiftShader, a software renderer; WebAssembly is much faster/);
    expect(findings(await page.runJob(ORDER))).toEqual(findings(onWasm));
  });
});

describe('two workers on one job', () => {
  it('tell it as one, and find the same to the last bit every time', async () => {
    const first = await wasm.trainTogether(ORDER, 2);
    expect(first.completed).toBe(true);
    expect(first.epochs).toHaveLength(1);
    expect(first.epochs[0]!.excitation!.imagesPerClass).toEqual(onWasm.epochs[0]!.excitation!.imagesPerClass);
    expect(findings(await wasm.trainTogether(ORDER, 2))).toEqual(findings(first));
    // Batch norm sees half a batch in each, so these are not the weights that one worker finds; their shapes are.
    const shapes = ({ checkpoints }: Pick<JobRecord, 'checkpoints'>) =>
      decodeCheckpoint(checkpoints[0]!.data).tensors.map(({ name, shape }) => [name, shape]);
    expect(shapes(first)).toEqual(shapes(onWasm));
  });

  it('fail at once when one of them dies', async () => {
    // Not one of `pages`: this one complains.
    const page = await openEnginePage(browser);
    const { failure, completed } = await page.trainTogether({ ...ORDER, epochs: 1000 }, 2, 1);
    expect(completed).toBeUndefined();
    expect(failure?.code).toBe('engine/worker-crashed');
    expect(failure?.message).toContain('not ours');
  });
});

// Software WebGL spends nearly all its time compiling programs, and all the longer on a busy machine.
describe('WebGL', { timeout: 300_000 }, () => {
  let webGl: EnginePage;
  beforeAll(async () => {
    webGl = await open();
    await webGl.watchContexts();
  });

  /**
   * Both backends add the same float32 products in different orders. The longest sums, BN's, have 8 x 32 x 32 terms: sqrt(8192) roundings of 6e-8 are
   * 5e-6, a few times that after all layers. Gradients get more room: a ReLU input that rounds to the other side of zero moves the gradient of its
   * whole layer by up to 1 / sqrt(its elements), 1% in the last stage (8 x 8 x 8 x 16), and through the update the loss by some 1e-5.
   */
  const LOSS_RATIO = 1e-4;
  const GRADIENT_RATIO = 1e-2;
  /** Gates are told to five decimals. */
  const GATE = 1e-4;

  it('finds what WASM finds, within the reach of rounding', async () => {
    const started = await webGl.initialize('webgl');
    expect(started.backend).toBe('webgl');
    expect(started.reason).toMatch(/very slow/);
    expectTheSame(onWasm, await webGl.runJob(ORDER));
    const names = decodeCheckpoint(onWasm.checkpoints[0]!.data).tensors.map(({ name }) => name);
    expect(names).toContain('layer3.0.se.w1/velocity');
  });

  it('finds it behind the stem for ImageNet too', async () => {
    const backbone = { ...SPEC.backbone, stem: 'imagenet' } as const;
    const order = { ...ORDER, spec: { ...SPEC, backbone } };
    expectTheSame(await wasm.runJob(order), await webGl.runJob(order));
  });

  function expectTheSame(wasmJob: JobRecord, webGlJob: JobRecord): void {
    expect(webGlJob.completed).toBe(true);
    const [one, other] = [wasmJob.epochs[0]!, webGlJob.epochs[0]!];
    for (const name of ['trainLoss', 'validationLoss'] as const) {
      const ratio = other.metrics[name] / one.metrics[name];
      expect(Math.abs(ratio - 1), name).toBeLessThan(LOSS_RATIO);
    }

    expect(other.excitation!.imagesPerClass).toEqual(one.excitation!.imagesPerClass);
    expect(other.excitation!.blocks.map(({ block }) => block)).toEqual(
      one.excitation!.blocks.map(({ block }) => block),
    );
    one.excitation!.blocks.forEach(({ block, mean, deviation }, index) => {
      const gates = other.excitation!.blocks[index]!;
      expect(largestDifference(mean, gates.mean), block).toBeLessThan(GATE);
      expect(largestDifference(deviation, gates.deviation), block).toBeLessThan(GATE);
    });

    // Few steps hardly move the weights, so these would hide a wrong gradient; the velocities are sums of gradients.
    const tensors = decodeCheckpoint(webGlJob.checkpoints[0]!.data).tensors;
    const expected = decodeCheckpoint(wasmJob.checkpoints[0]!.data).tensors;
    expect(tensors.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
    expected.forEach(({ name, values }, index) => {
      const others = tensors[index]!.values;
      const difference = norm(values.map((value, at) => value - others[at]!));
      expect(difference / norm(values), name).toBeLessThan(GRADIENT_RATIO);
    });
  }

  it('fails the job when the browser takes the GPU away', async () => {
    const ended = webGl.runJob({ ...ORDER, epochs: 1000 });
    await webGl.nextProgress();
    await webGl.loseContexts();
    const { failure, completed } = await ended;
    expect(failure?.code).toBe('engine/context-lost');
    expect(completed).toBeUndefined();
  });

  it('has no further job for a backend that is gone', async () => {
    await expect(webGl.runJob(ORDER)).rejects.toThrow('took the GPU away');
  });
});

function largestDifference(some: readonly number[], others: readonly number[]): number {
  expect(others).toHaveLength(some.length);
  return Math.max(...some.map((value, index) => Math.abs(value - others[index]!)));
}

/** Euclidean. */
function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0));
}
