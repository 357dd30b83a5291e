import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { createSynthetic } from '../../../src/core/data/synthetic';
import { encodeCifarBinary } from '../../../src/core/data/cifarBinary';
import { encodeQuickSubset } from '../../../src/core/data/quickSubset';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { GradientExchange } from '../../../webview/engine/parallel/gradientExchange';
import { readWasmBinary } from '../support/startWasm';
import { tinyOrder } from '../trainer/tinyJob';
import { workerUnderTest, type WorkerUnderTest } from './workerUnderTest';

let worker: WorkerUnderTest;
let page: WorkerUnderTest['page'];
let next: WorkerUnderTest['next'];

beforeAll(async () => {
  worker = await workerUnderTest();
  ({ page, next } = worker);
});

afterAll(() => worker.dispose());

describe('worker', () => {
  it('refuses to train before it has a backend', async () => {
    await expect(page.request('startJob', tinyOrder())).rejects.toMatchObject({ code: 'engine/not-started' });
    const { spec } = tinyOrder();
    await expect(page.request('estimate', { spec, batch: 4 })).rejects.toMatchObject({
      code: 'engine/not-started',
    });
  });

  it('starts WASM and says so', async () => {
    const started = await page.request('initialize', {
      backend: 'wasm',
      wasm: Uint8Array.from(readWasmBinary()),
    });
    expect(started.backend).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
  });

  it('estimates a model and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const { spec } = tinyOrder();
    const { stepMs, evaluationMsPerImage } = await page.request('estimate', { spec, batch: 8 });
    expect(stepMs).toBeGreaterThan(0);
    expect(evaluationMsPerImage).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('decodes each kind of data, and refuses damaged and mixed-up ones', async () => {
    const small = createSynthetic(1, { train: 10, test: 4 });
    const quick = Uint8Array.from(encodeQuickSubset(small));
    const load = (file: Uint8Array<ArrayBuffer>, dataset: 'quick' | 'full' = 'quick') =>
      page.request('loadData', { dataset, source: { kind: 'quick', file } });
    expect(await load(quick)).toEqual({ train: 10, test: 4 });
    await expect(load(quick.subarray(0, 500))).rejects.toMatchObject({ code: 'data/quick-damaged' });
    await expect(load(quick, 'full')).rejects.toMatchObject({ code: 'data/wrong-source' });
    const records = Uint8Array.from(encodeCifarBinary(small.test));
    const train = Array.from({ length: 5 }, () => Uint8Array.from(records));
    const full = await page.request('loadData', {
      dataset: 'full',
      source: { kind: 'full', train, test: records },
    });
    expect(full).toEqual({ train: 20, test: 4 });
  });

  it('refuses jobs whose images are not there, and models for other images', async () => {
    await expect(page.request('startJob', tinyOrder())).rejects.toMatchObject({ code: 'data/not-loaded' });
    await page.request('loadData', { dataset: 'synthetic', source: { kind: 'synthetic', seed: 1 } });
    const order = tinyOrder();
    const spec = { ...order.spec, input: { height: 64, width: 32, channels: 3 } };
    await expect(page.request('startJob', { ...order, spec })).rejects.toMatchObject({
      code: 'spec/input-shape',
    });
  });

  it('trains: answers at once, reports by events that pass the guards, finishes', async () => {
    const order = tinyOrder({}, { epochs: 2 });
    const epochs: number[] = [];
    const checkpoints: number[] = [];
    const offs = [
      page.on('epoch', ({ metrics, excitation }) => {
        epochs.push(metrics.epoch);
        expect(excitation!.blocks).toHaveLength(3);
      }),
      page.on('checkpoint', ({ epoch, data }) => {
        checkpoints.push(epoch);
        expect(data.length).toBeGreaterThan(1000);
      }),
    ];
    const finished = next('finished');
    await page.request('startJob', order);
    expect(epochs).toEqual([]);
    expect(await finished).toEqual({ job: order.job, completed: true });
    expect([epochs, checkpoints]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    for (const off of offs) off();
  });

  it('is busy while it trains; pauses, resumes and stops on request', async () => {
    const order = tinyOrder({}, { epochs: 1000 });
    const before = tf.memory().numTensors;
    await page.request('startJob', order);
    await expect(page.request('startJob', order)).rejects.toMatchObject({ code: 'engine/busy' });
    await expect(page.request('estimate', { spec: order.spec, batch: 4 })).rejects.toMatchObject({
      code: 'engine/busy',
    });
    const paused = next('paused');
    await page.request('control', { action: 'pause' });
    expect(await paused).toEqual({ job: order.job });
    const going = next('progress');
    await page.request('control', { action: 'resume' });
    await going;
    const finished = next('finished');
    await page.request('control', { action: 'stop' });
    expect(await finished).toEqual({ job: order.job, completed: false });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('tells a failure and is ready for the next job', async () => {
    const order = tinyOrder({}, { epochs: 1 });
    const saved = next('checkpoint');
    const first = next('finished');
    await page.request('startJob', order);
    await first;
    const poisoned = decodeCheckpoint((await saved).data);
    poisoned.tensors.find(({ name }) => name === 'fc.bias')!.values[0] = NaN;
    const checkpoint = encodeCheckpoint(poisoned);
    const failed = next('failed');
    await page.request('startJob', { ...order, epochs: 2, fromEpoch: 1, checkpoint });
    expect(await failed).toMatchObject({ job: order.job, failure: { code: 'engine/non-finite' } });
    const again = next('finished');
    await page.request('startJob', order);
    expect((await again).completed).toBe(true);
  });

  it('takes lines to other workers over the door, and fails the job when one of those is gone', async () => {
    const order = tinyOrder({}, { epochs: 1 });
    const { port1, port2 } = new MessageChannel();
    const failed = next('failed');
    const group = { rank: 0, ports: [port1] };
    await page.request('startJob', { ...order, group }, { transfer: [port1] });
    // The first step's gradients, and the three numbers before them.
    const other = new GradientExchange(1, [port2]);
    await expect(other.exchange(new Float32Array(1))).rejects.toMatchObject({ code: 'engine/peer-mismatch' });
    other.close();
    expect(await failed).toMatchObject({ job: order.job, failure: { code: 'engine/peer-mismatch' } });

    const { port1: line, port2: silent } = new MessageChannel();
    const lost = next('failed');
    await page.request('startJob', { ...order, group: { rank: 1, ports: [line] } }, { transfer: [line] });
    silent.close();
    expect(await lost).toMatchObject({ failure: { code: 'engine/peer-lost' } });
  });

  it('reported no problem', () => {
    expect(worker.problems).toEqual([]);
  });
});
