import { describe, expect, it } from 'vitest';
import type { RunEventBody } from '../../../src/core/training/runEvents';
import { runProgress } from '../../../src/core/training/runProgress';
import { finishedRun, metricsOf, planOf, specFrom, stateAfter } from './runFixture';

const running: RunEventBody[] = [
  { kind: 'status', status: 'starting' },
  { kind: 'status', status: 'running' },
];
const backend = (workers: number): RunEventBody => ({
  kind: 'backend',
  report: { backend: 'wasm', device: 'SIMD', reason: '', workers },
});
const epoch = (arm: 'a' | 'b', seed: number, number: number, epochMs: number): RunEventBody => ({
  kind: 'epoch',
  metrics: metricsOf(arm, seed, number, { epochMs }),
});
const step = (arm: 'a' | 'b', of: number, done: number): RunEventBody => ({
  kind: 'progress',
  job: { arm, seed: 1 },
  epoch: of,
  step: done,
  stepsPerEpoch: 78,
  loss: 2,
  imagesPerSecond: 250,
});

describe('runProgress', () => {
  it('starts at nothing, with no guess at the time', () => {
    expect(runProgress(stateAfter(planOf({ epochs: 5 }), running))).toEqual({
      fraction: 0,
      finishedEpochs: 0,
      totalEpochs: 10,
    });
  });

  it('counts finished epochs and the part of the one in flight', () => {
    const state = stateAfter(planOf({ epochs: 4 }), [...running, epoch('a', 1, 1, 1000), step('a', 2, 39)]);
    expect(runProgress(state)).toMatchObject({ fraction: 1.5 / 8, finishedEpochs: 1, totalEpochs: 8 });
  });

  it('takes the throughput of the first steps before an epoch has ended', () => {
    // 5,000 images at 250 a second are 20 s an epoch; half an epoch and seven whole ones are left in the two arms.
    const state = stateAfter(planOf({ epochs: 4 }), [...running, step('a', 1, 39)]);
    expect(runProgress(state).remainingMs).toBeCloseTo((3.5 + 4) * 20_000, 6);
  });

  it('knows the images of a subset with a split', () => {
    const spec = specFrom({ subset: 1000, validationSplit: 0.2 });
    const state = stateAfter(planOf({ epochs: 1 }, spec), [...running, step('a', 1, 0)]);
    expect(runProgress(state).remainingMs).toBeCloseTo(2 * (800 / 250) * 1000, 6);
  });

  it('gives each arm its own pace', () => {
    const state = stateAfter(planOf({ epochs: 3, seeds: [1, 2] }), [
      ...running,
      epoch('a', 1, 1, 10_000),
      epoch('b', 1, 1, 14_000),
    ]);
    // One worker: a-1 and b-1 have two epochs left, a-2 and b-2 three.
    expect(runProgress(state).remainingMs).toBeCloseTo(5 * 10_000 + 5 * 14_000, 6);
  });

  it('trains the arms of a seed side by side where it can, and the seeds one after the other', () => {
    const pair = [epoch('a', 1, 1, 10_000), epoch('b', 1, 1, 14_000)];
    for (const workers of [2, 8]) {
      const two = stateAfter(planOf({ epochs: 3, seeds: [1, 2] }), [...running, backend(workers), ...pair]);
      expect(runProgress(two).remainingMs).toBeCloseTo(5 * 14_000, 6);
    }
    const ahead = [...pair, epoch('a', 1, 2, 10_000), epoch('a', 1, 3, 10_000)];
    const behind = stateAfter(planOf({ epochs: 3, seeds: [1, 2] }), [...running, backend(2), ...ahead]);
    expect(runProgress(behind).remainingMs).toBeCloseTo(5 * 14_000, 6);
    const single = stateAfter(planOf({ epochs: 3 }), [...running, backend(2), ...pair]);
    expect(runProgress(single).remainingMs).toBeCloseTo(2 * 14_000, 6);
  });

  it('follows a change of pace', () => {
    const slow = [1, 2, 3].map((number) => epoch('a', 1, number, 100));
    const fast = [4, 5, 6].map((number) => epoch('a', 1, number, 10));
    const state = stateAfter(planOf({ epochs: 7 }), [...running, ...slow, ...fast]);
    expect(runProgress(state).remainingMs).toBeCloseTo((1 + 7) * 10, 6);
  });

  it('is done when the run is completed', () => {
    const done = finishedRun(planOf({ epochs: 2 }), { a: [0.5], b: [0.5] });
    expect(runProgress(done)).toEqual({ fraction: 1, finishedEpochs: 4, totalEpochs: 4 });
  });

  it('has no time left to tell for a run that was stopped', () => {
    const state = stateAfter(planOf({ epochs: 2 }), [
      ...running,
      epoch('a', 1, 1, 10),
      { kind: 'status', status: 'stopped' },
    ]);
    expect(runProgress(state).remainingMs).toBeUndefined();
    expect(runProgress(state).fraction).toBe(0.25);
  });
});
