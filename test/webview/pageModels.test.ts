import { describe, expect, it, vi } from 'vitest';
import { PlaygroundError } from '../../src/core/errors';
import type { RunPlan } from '../../src/core/training/runPlan';
import {
  chartModel,
  differenceAt,
  formatDifference,
  formatValue,
  lastEpoch,
  valueRange,
} from '../../webview/ui/chart/chartModel';
import { epochTicks, roundTicks } from '../../webview/ui/chart/ticks';
import { duration } from '../../webview/ui/format/duration';
import { percent, shortCount, signed, wholeNumber } from '../../webview/ui/format/numbers';
import { divergingScale, sequentialScale } from '../../src/core/excitation/colourScale';
import {
  allClassGates,
  channelSpread,
  classDifference,
  differenceReach,
  gateRange,
} from '../../src/core/excitation/gateMath';
import { followRun } from '../../webview/ui/store/displayedRun';
import { INITIAL_PAGE_STATE, type RunForm } from '../../webview/ui/store/pageState';
import { presetByKey } from '../../src/core/model/presets';
import { readForm, seedsFor } from '../../webview/ui/store/readForm';
import { EpochEstimator, measurementKey, predict } from '../../webview/ui/training/epochEstimator';
import type { Lane } from '../../webview/ui/training/lane';
import { laneCounts } from '../../webview/ui/training/laneDivision';
import { remainingTimeMs } from '../../webview/ui/training/remainingTime';
import { MODELS, PANEL_STATE } from './support/fakeHost';
import { FakeLane } from './support/fakeLane';
import { sampleRun } from './support/sampleRun';

describe('numbers in words', () => {
  it('use a true minus sign and no sign for zero', () => {
    expect([signed(-1.25, 1), signed(1.25, 1), signed(-0.04, 1), signed(undefined, 1)]).toEqual([
      '\u22121.3',
      '+1.3',
      '0.0',
      '–',
    ]);
    expect([percent(0.4512), percent(NaN), wholeNumber(272474), shortCount(40_813_184)]).toEqual([
      '45.1%',
      '–',
      '272,474',
      '40.8 M',
    ]);
  });

  it('write durations at the precision a person needs', () => {
    const written = [0, 840, 9_960, 59_600, 70_000, 3_600_000, 7_500_000, Infinity].map(duration);
    expect(written).toEqual(['0.0 s', '0.8 s', '10 s', '1 min', '1 min 10 s', '1 h', '2 h 5 min', '–']);
  });
});

describe('the chart', () => {
  it('averages the seeds and keeps the least and the most', () => {
    const run = sampleRun({ epochs: 2, seeds: [1, 2, 3] });
    const model = chartModel(run, 'accuracy', false);
    const found = [1, 2, 3].map((seed) => run.jobs[`b-${seed}`]!.series[1]!.validationAccuracy);
    const point = model.series.find(({ arm }) => arm === 'b')!.points[1]!;
    expect(point.value).toBeCloseTo((found[0]! + found[1]! + found[2]!) / 3, 12);
    expect([point.low, point.high, point.seeds]).toEqual([Math.min(...found), Math.max(...found), 3]);
    expect(lastEpoch(model)).toBe(2);
    const control = model.series.find(({ arm }) => arm === 'a')!.points[1]!;
    expect(differenceAt(model, 2)).toBeCloseTo(point.value - control.value, 12);
    expect(differenceAt(model, 3)).toBeUndefined();
  });

  it('adds training curves, and leaves out what is not finite', () => {
    const run = sampleRun({ epochs: 2, seeds: [1] });
    const broken = structuredClone(run) as typeof run;
    (broken.jobs['a-1']!.series[1] as { validationLoss: number }).validationLoss = Infinity;
    const model = chartModel(broken, 'loss', true);
    expect(model.series.map(({ arm, part, points }) => [arm, part, points.length])).toEqual([
      ['a', 'validation', 1],
      ['b', 'validation', 2],
      ['a', 'training', 2],
      ['b', 'training', 2],
    ]);
  });

  it('does not blow noise up, and stays inside what an accuracy can be', () => {
    const flat = chartModel(sampleRun({ epochs: 1, seeds: [1] }), 'accuracy', false);
    const { low, high } = valueRange(flat);
    expect(high - low).toBeGreaterThanOrEqual(0.0999);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
    expect([formatValue('loss', 1.23456), formatDifference('accuracy', 0.0123)]).toEqual(['1.235', '+1.2']);
  });

  it('has round ticks that cover the range', () => {
    expect(roundTicks(0.313, 0.587, 5)).toEqual([0.3, 0.4, 0.5, 0.6]);
    expect(roundTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(roundTicks(2, 2, 5)).toEqual([2]);
    expect(epochTicks(5, 12)).toEqual([1, 2, 3, 4, 5]);
    expect(epochTicks(200, 8)).toEqual([1, 25, 50, 75, 100, 125, 150, 175, 200]);
  });
});

describe('the heatmap', () => {
  // Two classes of 30 and 10 images, two channels.
  const images = [30, 10];
  const block = {
    block: 'x',
    channels: 2,
    mean: [0.2, 0.4, 0.6, 0.4],
    deviation: [0, 0, 0, 0],
    saturatedLow: 0,
    saturatedHigh: 0,
  };

  it('weighs classes by their images', () => {
    expect(Array.from(allClassGates(block, images), (gate) => gate.toFixed(10))).toEqual([
      '0.3000000000',
      '0.4000000000',
    ]);
    expect(Array.from(classDifference(block, images, 1), (gate) => gate.toFixed(10))).toEqual([
      '0.3000000000',
      '0.0000000000',
    ]);
  });

  it('measures spread and reach', () => {
    expect(channelSpread(block, images)[0]).toBeCloseTo(0.2, 12);
    expect(channelSpread(block, images)[1]).toBeCloseTo(0, 12);
    expect(channelSpread(block, [30, 0])[0]).toBe(0);
    const summary = { classes: 2, imagesPerClass: images, blocks: [block] };
    expect(differenceReach(summary)).toBeCloseTo(0.3, 12);
    expect(gateRange([summary])).toEqual({ low: 0.2, high: 0.6 });
    expect(gateRange([])).toEqual({ low: 0, high: 1 });
  });

  it('grows lighter along the ramp, and puts the neutral grey at zero', () => {
    const luminance = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const scale = sequentialScale(0.1, 0.9);
    const steps = Array.from({ length: 21 }, (_, index) => luminance(scale.colour(0.1 + 0.04 * index)));
    steps.slice(1).forEach((value, index) => expect(value).toBeGreaterThan(steps[index]!));
    expect(scale.colour(-5)).toBe(scale.colour(0.1));
    const [red, green, blue] = divergingScale(0.2, false).colour(0).match(/\d+/g)!;
    expect([red, green]).toEqual([green, blue]);
  });
});

describe('time', () => {
  it('left is the slower arm of every seed side by side, and their sum in turn', () => {
    const jobs = [
      { arm: 'a', seed: 1, epochsLeft: 1 },
      { arm: 'b', seed: 1, epochsLeft: 2 },
      { arm: 'a', seed: 2, epochsLeft: 3 },
      { arm: 'b', seed: 2, epochsLeft: 3 },
    ] as const;
    const pace = new Map([
      ['a', 10],
      ['b', 12],
    ] as const);
    expect(remainingTimeMs(jobs, pace, true)).toBe(24 + 36);
    expect(remainingTimeMs(jobs, pace, false)).toBe(10 + 24 + 30 + 36);
    expect(remainingTimeMs(jobs, new Map([['a', 10]] as const), true)).toBe(20 + 30);
  });

  it('predicted counts steps and validation images', () => {
    const { plan } = sampleRun({ epochs: 8, seeds: [1, 2, 3] });
    const backend = { backend: 'wasm', device: '', reason: '' } as const;
    const arms = [
      { stepMs: 100, evaluationMsPerImage: 1 },
      { stepMs: 120, evaluationMsPerImage: 1 },
    ];
    // 5,000 / 64 is 79 steps, 1,000 images to validate.
    expect(predict(plan, { backend, workers: 2, arms })).toEqual({ epochMs: 10_480, runMs: 10_480 * 24 });
    expect(predict(plan, { backend, workers: 1, arms }).epochMs).toBe(8_900 + 10_480);
  });

  it('is measured once for the same models, whatever the epochs', () => {
    const key = (options: Parameters<typeof sampleRun>[0]) => measurementKey(sampleRun(options).plan);
    expect(key({ epochs: 2 })).toBe(key({ epochs: 5, seeds: [9], name: 'Other' }));
    expect(key({ epochs: 2 })).not.toBe(key({ epochs: 2, depth: 8 }));
  });

  it('is measured on the shard of each worker, and the slowest of a group decides', async () => {
    const { plan } = sampleRun({ epochs: 1, seeds: [1] });
    const lanes = [10, 12, 20, 16].map((stepMs) => new FakeLane('wasm', stepMs));
    const discard = vi.fn();
    const estimator = new EpochEstimator(() => Promise.all(lanes.map(({ lane }) => lane)), discard);
    const measured = await estimator.measure(plan);
    // Batches of 64, two workers an arm.
    expect(lanes.map(({ estimated }) => estimated)).toEqual([[32], [32], [32], [32]]);
    expect(measured.arms).toEqual([
      { stepMs: 12, evaluationMsPerImage: 0.5 },
      { stepMs: 20, evaluationMsPerImage: 0.5 },
    ]);
    expect(measured.workers).toBe(4);
    expect(discard).not.toHaveBeenCalled();
  });

  it('gives up workers that failed at it, and keeps those that were only called off', async () => {
    const { plan } = sampleRun({ epochs: 1, seeds: [1] });
    const lost = new PlaygroundError('engine/context-lost', 'The GPU was lost.');
    const failing = { channel: { request: () => Promise.reject(lost) } } as unknown as Lane;
    const discard = vi.fn();
    await expect(new EpochEstimator(async () => [failing], discard).measure(plan)).rejects.toBe(lost);
    expect(discard).toHaveBeenCalledOnce();

    const calledOff = { channel: { request: () => Promise.reject(new PlaygroundError('cancelled', '')) } };
    const kept = new EpochEstimator(async () => [calledOff as unknown as Lane], discard);
    await expect(kept.measure(plan)).rejects.toMatchObject({ code: 'cancelled' });
    expect(discard).toHaveBeenCalledOnce();
  });
});

describe('workers', () => {
  const counts = (jobs: number, cores: number, patch: Partial<RunPlan> = {}, batch = 64) => {
    const { plan } = sampleRun({ epochs: 1, seeds: [1] });
    const arms = plan.arms.map((arm) => ({
      ...arm,
      spec: { ...arm.spec, training: { ...arm.spec.training, batch } },
    }));
    return laneCounts({ ...plan, arms, ...patch }, jobs, cores);
  };

  it.each([
    // jobs, cores, on the CPU
    [2, 1, 1],
    [2, 2, 2],
    [1, 2, 2],
    [2, 3, 2],
    [1, 3, 3],
    [2, 4, 4],
    [2, 7, 6],
    [2, 64, 8],
  ])('for %i jobs on %i cores are %i, the same for each job', (jobs, cores, cpu) => {
    expect(counts(jobs, cores).cpu).toBe(cpu);
    expect(counts(jobs, cores).gpu).toBe(cores === 1 ? 1 : jobs);
  });

  it('are fewer where batches are small or the images many', () => {
    expect(counts(1, 8, {}, 32).cpu).toBe(2);
    expect(counts(1, 8, {}, 8).cpu).toBe(1);
    expect(counts(2, 8, { dataset: 'full' }).cpu).toBe(4);
  });
});

describe('the form', () => {
  const read = (form: Partial<RunForm>) =>
    readForm({ ...PANEL_STATE, form: { ...INITIAL_PAGE_STATE.form, model: 'preset:resnet8', ...form } });

  it('asks for what differs from the definition only', () => {
    expect(read({})).toMatchObject({ problems: {}, request: { model: 'preset:resnet8', backend: 'auto' } });
    expect(read({}).request).not.toHaveProperty('epochs');
    expect(read({ epochs: ' 7 ', dataset: 'synthetic' }).request).toMatchObject({
      epochs: 7,
      dataset: 'synthetic',
    });
  });

  it('refuses bad numbers, missing models and missing data, and says so at the field', () => {
    for (const epochs of ['', '0', '-3', '1.5', 'ten', '1e3', '99999']) {
      expect(read({ epochs }).problems, epochs).toHaveProperty('epochs');
      expect(read({ epochs })).not.toHaveProperty('request');
    }
    expect(read({ seeds: '33' }).problems).toHaveProperty('seeds');
    expect(read({ model: 'file:gone' }).problems).toHaveProperty('model');
    expect(read({ compareWith: 'file:gone' }).problems).toHaveProperty('compareWith');
    expect(read({ dataset: 'full' }).problems.dataset).toContain('Download');
    expect(read({ model: MODELS[2]!.reference }).problems.model).toBe(MODELS[2]!.problem);
  });

  it('shows what a model costs that cannot be trained here, and says why it cannot', () => {
    const large = presetByKey('resnet-50-imagenet')!;
    const models = [...MODELS, { ...large, reference: 'preset:large' }];
    const form = { ...INITIAL_PAGE_STATE.form, model: 'preset:large' };
    const reading = readForm({ ...PANEL_STATE, models, form });
    expect(reading.preview?.arms[1]?.spec).toMatchObject({ backbone: { depth: 50 }, classes: 1000 });
    expect(reading.problems.model).toMatch(
      /cannot be trained here\. The quick subset of CIFAR-10 has 10 classes/,
    );
    expect(reading).not.toHaveProperty('plan');
    expect(reading).not.toHaveProperty('request');
  });

  it("takes the definition's seeds first and never one twice", () => {
    const spec = structuredClone(MODELS[0]!.spec!);
    spec.training.seeds = [3, 1];
    expect(seedsFor(1, spec)).toEqual([3]);
    expect(seedsFor(5, spec)).toEqual([3, 1, 2, 4, 5]);
  });
});

describe('the replica of the run on display', () => {
  it('follows events, ignores other runs, and notices a gap', () => {
    const { plan } = sampleRun();
    const event = (seq: number, body: object) => ({ ...body, runId: 'sample', seq, atMs: 5 }) as never;
    const planned = followRun(null, event(1, { kind: 'planned', plan }));
    expect(planned.run).toMatchObject({ status: 'idle', seq: 1 });
    const started = followRun(planned.run, event(2, { kind: 'status', status: 'starting' }));
    expect(started).toMatchObject({ stale: false, run: { status: 'starting' } });
    expect(followRun(started.run, event(2, { kind: 'status', status: 'starting' })).run).toBe(started.run);
    expect(followRun(started.run, event(9, { kind: 'status', status: 'running' }))).toEqual({
      run: started.run,
      stale: true,
    });
    const other = { kind: 'status', status: 'running', runId: 'other', seq: 3, atMs: 5 } as never;
    expect(followRun(started.run, other)).toEqual({ run: started.run, stale: false });
  });
});
