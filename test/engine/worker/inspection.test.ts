/** A worker with an open model, over the door that the page uses. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import type { EventData } from '../../../src/protocol/contract';
import type { WorkerContract } from '../../../src/protocol/uiWorkerContract';
import { inspectedModel } from '../inspect/inspectedModel';
import { readWasmBinary } from '../support/startWasm';
import { tinyOrder } from '../trainer/tinyJob';
import { workerUnderTest, type WorkerUnderTest } from './workerUnderTest';

let worker: WorkerUnderTest;
let page: WorkerUnderTest['page'];
let next: WorkerUnderTest['next'];
const { order, graph } = inspectedModel();
const block = graph.blocks[1]!.id;
const channels = graph.blocks[1]!.channels;
let bare: number;

beforeAll(async () => {
  worker = await workerUnderTest();
  ({ page, next } = worker);
  await expect(page.request('openModel', order)).rejects.toMatchObject({ code: 'engine/not-started' });
  await page.request('initialize', { backend: 'wasm', wasm: Uint8Array.from(readWasmBinary()) });
  await expect(page.request('openModel', order)).rejects.toMatchObject({ code: 'data/not-loaded' });
  await page.request('loadData', { dataset: 'synthetic', source: { kind: 'synthetic', seed: 5 } });
  bare = tf.memory().numTensors;
});

afterEach(async () => {
  await page.request('closeModel', {});
  expect(tf.memory().numTensors).toBe(bare);
  expect(worker.problems).toEqual([]);
});

afterAll(() => worker.dispose());

describe('a worker with an open model', () => {
  it('answers every request through its guards', async () => {
    expect(await page.request('openModel', order)).toEqual({ epoch: 5, validationImages: 24, classes: 10 });
    const { pixels, labels } = await page.request('validationImages', { indices: [3, 2] });
    expect([pixels.length, labels.length]).toEqual([2 * 3072, 2]);
    const seen = await page.request('lookAt', {
      images: { kind: 'validation', indices: [3, 2] },
      classes: [null, 4],
    });
    const own = await page.request('lookAt', { images: { kind: 'pixels', pixels }, classes: [null, 4] });
    expect(own).toEqual(seen);
    expect([seen.probabilities.length, seen.maps.length, seen.explained[1]]).toEqual([20, 128, 4]);
    const { accuracy, loss, correct } = await page.request('knockOut', { edits: [] });
    expect(correct).toHaveLength(24);
    expect(loss).toBeGreaterThan(0);
    expect(accuracy).toBe(correct.reduce((sum, one) => sum + one, 0) / 24);
    const trace = await page.request('recordTrace', { indices: [3, 2] });
    expect(trace.labels).toEqual(labels);
    trace.blocks.forEach(({ imageGates, block: id }, index) => {
      expect(id).toBe(seen.gates[index]!.block);
      imageGates.forEach((gate, at) => expect(gate).toBeCloseTo(seen.gates[index]!.gates[at]!, 6));
    });
  });

  it('has nothing to say while none is open, and closes none without complaint', async () => {
    const edits = { edits: [] };
    await expect(page.request('knockOut', edits)).rejects.toMatchObject({ code: 'engine/no-model' });
    await expect(page.request('validationImages', { indices: [] })).rejects.toMatchObject({
      code: 'engine/no-model',
    });
    await expect(page.request('startSweep', { block, to: 'one' })).rejects.toMatchObject({
      code: 'engine/no-model',
    });
    expect(await page.request('stopSweep', {})).toEqual({});
    expect(await page.request('closeModel', {})).toEqual({});
  });

  it('sweeps the channels of a block, each alone, and answers others in between', async () => {
    await page.request('openModel', order);
    const told: EventData<WorkerContract, 'sweepProgress'>[] = [];
    const off = page.on('sweepProgress', (data) => told.push(data));
    const finished = next('sweepFinished');
    const first = next('sweepProgress');
    expect(await page.request('startSweep', { block, to: 'zero' })).toEqual({});
    await expect(page.request('startSweep', { block, to: 'zero' })).rejects.toMatchObject({
      code: 'engine/busy',
    });
    await first;
    await page.request('lookAt', { images: { kind: 'validation', indices: [0] }, classes: [null] });
    expect(told.length).toBeLessThan(channels);
    expect(await finished).toEqual({ block, to: 'zero', completed: true });
    off();
    expect(told.map(({ channel }) => channel)).toEqual([...Array(channels).keys()]);
    for (const { channel, accuracy, loss, ...about } of told) {
      expect(about).toEqual({ block, to: 'zero' });
      const edits = [{ block, channels: [channel], to: 'zero' as const }];
      expect(await page.request('knockOut', { edits })).toMatchObject({ accuracy, loss });
    }
  });

  it('ends a sweep when it is told to, and when the model is closed', async () => {
    for (const end of ['stopSweep', 'closeModel'] as const) {
      await page.request('openModel', order);
      const finished = next('sweepFinished');
      const progress = next('sweepProgress');
      await page.request('startSweep', { block, to: 'mean' });
      await progress;
      await page.request(end, {});
      expect(await finished).toEqual({ block, to: 'mean', completed: false });
    }
  });

  it('tells which block a sweep cannot find', async () => {
    await page.request('openModel', order);
    await expect(page.request('startSweep', { block: 'layer9.0.se', to: 'one' })).rejects.toMatchObject({
      code: 'engine/gate-edit',
    });
    // And is ready for another.
    const finished = next('sweepFinished');
    await page.request('startSweep', { block, to: 'one' });
    expect((await finished).completed).toBe(true);
  });

  it('gives up what the asker cancels or the model is closed under', async () => {
    await page.request('openModel', order);
    const edits = [{ block, channels: null, to: 'zero' as const }];
    const control = new AbortController();
    const cancelled = page.request('knockOut', { edits }, { signal: control.signal });
    const waiting = page.request('recordTrace', { indices: [0] });
    control.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const closed = page.request('closeModel', {});
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await closed;
  });

  it('opens a model in place of the one that is open, also one without SE', async () => {
    await page.request('openModel', order);
    const before = await page.request('knockOut', { edits: [] });
    await page.request('openModel', inspectedModel('none').order);
    const plain = await page.request('knockOut', { edits: [] });
    expect(plain.loss).not.toBe(before.loss);
    await page.request('openModel', order);
    expect(await page.request('knockOut', { edits: [] })).toEqual(before);
  });

  it('has no model open after one that cannot be', async () => {
    await page.request('openModel', order);
    const broken = { ...order, checkpoint: order.checkpoint.slice(0, -1) };
    await expect(page.request('openModel', broken)).rejects.toMatchObject({ code: 'storage/checkpoint' });
    await expect(page.request('knockOut', { edits: [] })).rejects.toMatchObject({ code: 'engine/no-model' });
  });

  it('does not train meanwhile, and opens none while it trains', async () => {
    await page.request('openModel', order);
    const job = tinyOrder({}, { epochs: 1000 });
    await expect(page.request('startJob', job)).rejects.toMatchObject({
      code: 'engine/busy',
      message: expect.stringContaining('Close it first') as string,
    });
    await page.request('closeModel', {});
    await page.request('startJob', job);
    await expect(page.request('openModel', order)).rejects.toMatchObject({ code: 'engine/busy' });
    await expect(page.request('knockOut', { edits: [] })).rejects.toMatchObject({ code: 'engine/busy' });
    const finished = next('finished');
    await page.request('control', { action: 'stop' });
    await finished;
  });

  it('closes the model when other images are loaded', async () => {
    await page.request('openModel', order);
    await page.request('loadData', { dataset: 'synthetic', source: { kind: 'synthetic', seed: 5 } });
    await expect(page.request('knockOut', { edits: [] })).rejects.toMatchObject({ code: 'engine/no-model' });
  });
});
