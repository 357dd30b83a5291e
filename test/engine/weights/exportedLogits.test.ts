/** What leaves the extension computes what it computed inside: the engine's logits, and those of others who were given the exported files. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weightsOf } from '../../../src/core/weights/graphWeights';
import { tfjsModel } from '../../../src/core/weights/tfjsModel';
import type { WeightsOrigin } from '../../../src/core/weights/weightsOrigin';
import { startWasm } from '../support/startWasm';
import { images, IMAGES_SHAPE, relativeDifference, trainCase, type TrainedCase } from './trainedCase';

/** Of the largest logit: a net of three steps has small ones. */
const TOLERANCE = 1e-4;
const origin: WeightsOrigin = { definition: 'tiny', arm: 'with SE', seed: 1, epoch: 1 };
const resnet8 = { depth: 8, width: 4 };

/** Every gate, squeeze and place, with and without biases; no SE; stages without it; bottlenecks and max pooling. */
const CASES: Readonly<Record<string, Record<string, unknown>>> = {
  'no SE': { backbone: resnet8, se: 'none' },
  'sigmoid, average, standard': { backbone: resnet8, se: {} },
  'hard sigmoid, average, pre': { backbone: resnet8, se: { gate: 'hard-sigmoid', place: 'pre' } },
  'hard sigmoid, maximum, identity, no bias': {
    backbone: resnet8,
    se: { gate: 'hard-sigmoid', squeeze: 'max', place: 'identity', bias: false },
  },
  'tanh, maximum, post': { backbone: resnet8, se: { gate: 'tanh', squeeze: 'max', place: 'post' } },
  'ReLU, average, identity': { backbone: resnet8, se: { gate: 'relu', place: 'identity' } },
  'sigmoid, maximum, standard, no bias, stage 2': {
    backbone: resnet8,
    se: { squeeze: 'max', bias: false, stages: [2] },
  },
};

let folder = '';
const trained = new Map<string, TrainedCase>();
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'se-playground-weights-'));
  await startWasm();
  for (const [name, definition] of Object.entries(CASES)) trained.set(name, await trainCase(definition));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('TensorFlow.js without our code', () => {
  const script = path.resolve(import.meta.dirname, '../../support/weights/stockTfjs.mjs');
  const input = JSON.stringify({
    shape: IMAGES_SHAPE,
    values: Buffer.from(images.buffer).toString('base64'),
  });

  it.each(Object.keys(CASES))('%s', async (name) => {
    const { graph, checkpoint, logits } = trained.get(name)!;
    const model = tfjsModel(graph, weightsOf(graph, checkpoint), origin, 'weights.bin');
    await writeFile(path.join(folder, 'model.json'), model.modelJson);
    await writeFile(path.join(folder, 'weights.bin'), model.weights);
    const result = spawnSync(process.execPath, [script, folder], { input, encoding: 'utf8' });
    expect(result.status, result.stderr).toBe(0);
    const theirs = JSON.parse(result.stdout) as number[][];
    expect(theirs).toHaveLength(IMAGES_SHAPE[0]);
    expect(relativeDifference(theirs, logits)).toBeLessThan(TOLERANCE);
  });
});
