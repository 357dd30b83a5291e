import * as v from 'valibot';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modelSpecSchema } from '../../src/core/model/modelSpec';
import type { JobOrder } from '../../src/protocol/uiWorkerContract';
import { decodeCheckpoint } from '../../webview/engine/trainer/checkpoint';
import { launchChromium } from './support/chromium';
import { openEnginePage, type EnginePage } from './support/enginePage';
import type { JobRecord, EngineWindow } from './support/engineDriver';

const TRAINED = 24;
const HELD_OUT = 16;
const BATCH = 8;

const SPEC = v.parse(modelSpecSchema, {
  version: 1,
  name: 'tiny',
  backbone: { depth: 8, width: 4 },
  training: {
    dataset: 'synthetic',
    subset: TRAINED + HELD_OUT,
    validationSplit: HELD_OUT / (TRAINED + HELD_OUT),
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

let browser: Browser;
let engine: EnginePage;
let wasm: JobRecord;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const start = Date.now();
describe('engine in Chromium', () => {
  it('x', async () => {
    engine = await openEnginePage(browser);
    console.log(await engine.initialize('wasm'));
    wasm = await engine.runJob(ORDER);
    const again = await engine.runJob(ORDER);
    console.log(wasm.names, wasm.progress, wasm.epochs[0]?.metrics, JSON.stringify(wasm.epochs[0]?.excitation), wasm.checkpoints);
    console.log(again.epochs[0]?.metrics, Date.now() - start);
    console.log(engine.complaints);
    await engine.close();
  });
  it('webgl', async () => {
    engine = await openEnginePage(browser);
    console.log(await engine.initialize('webgl'));
    const s = Date.now();
    const r = await engine.runJob(ORDER);
    console.log(r.names, r.progress, r.epochs[0]?.metrics, JSON.stringify(r.epochs[0]?.excitation), Date.now() - s);
    const a = decodeCheckpoint(wasm.checkpoints[0]!.data), b = decodeCheckpoint(r.checkpoints[0]!.data);
    const norm = (x: Float32Array) => Math.hypot(...x);
    for (const [i, t] of a.tensors.entries()) console.log(t.name, norm(t.values), norm(t.values.map((x, k) => x - b.tensors[i]!.values[k]!)) / norm(t.values));
    const s2 = Date.now();
    await engine.runJob(ORDER);
    console.log('again', Date.now() - s2);
    console.log(engine.complaints);
    await engine.close();
  });
});
