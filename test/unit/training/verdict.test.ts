import { describe, expect, it } from 'vitest';
import { planRun } from '../../../src/core/training/runPlanner';
import { points, runVerdict } from '../../../src/core/training/verdict';
import { CREATED_AT_MS, finishedRun, metricsOf, planOf, RUN_ID, specFrom, stateAfter } from './runFixture';

const verdictOf = (a: number[], b: number[]) =>
  runVerdict(finishedRun(planOf({ epochs: 2, seeds: a.map((_, index) => index + 1) }), { a, b }));

describe('runVerdict', () => {
  it('says that SE helped when the whole interval is above zero', () => {
    const verdict = verdictOf([0.4, 0.42, 0.41], [0.45, 0.46, 0.47]);
    expect(verdict.kind).toBe('helps');
    // Differences 5, 4, 6 points: mean 5, s = 1, half width 4.3027 / sqrt(3).
    expect(verdict.meanDifference).toBeCloseTo(0.05, 12);
    expect(verdict.interval!.low).toBeCloseTo(0.05 - 0.043027 / Math.sqrt(3), 6);
    expect(verdict.interval!.high).toBeCloseTo(0.05 + 0.043027 / Math.sqrt(3), 6);
    expect(verdict.sentence).toBe(
      'SE helped: mean difference +5.00 points of validation accuracy, 95% interval +2.52 to +7.48, 3 paired seeds.',
    );
  });

  it('says that SE hurt when the whole interval is below zero', () => {
    const verdict = verdictOf([0.45, 0.46, 0.47], [0.4, 0.42, 0.41]);
    expect(verdict.kind).toBe('hurts');
    expect(verdict.sentence).toContain('SE hurt');
    expect(verdict.sentence).toContain('\u22127.48 to \u22122.52');
  });

  it.each([
    ['b ahead', [0.4, 0.42, 0.41, 0.43], [0.43, 0.4, 0.42, 0.42]],
    ['b behind', [0.43, 0.4, 0.42, 0.42], [0.4, 0.42, 0.41, 0.43]],
  ])('says "not distinguishable" when the interval includes zero, %s', (_, a, b) => {
    const verdict = verdictOf(a, b);
    expect(verdict.kind).toBe('notDistinguishable');
    expect(verdict.sentence).toMatch(/not distinguishable.*includes zero/);
  });

  it('calls equal accuracies not distinguishable, though their interval has no width', () => {
    expect(verdictOf([0.4, 0.5, 0.6], [0.4, 0.5, 0.6]).kind).toBe('notDistinguishable');
  });

  it('pairs by seed: a shift of every seed shows through a spread between seeds that is larger', () => {
    expect(verdictOf([0.3, 0.5, 0.7, 0.4], [0.311, 0.51, 0.709, 0.41]).kind).toBe('helps');
  });

  it('refuses to judge from one seed, whatever the difference', () => {
    const verdict = verdictOf([0.1], [0.9]);
    expect(verdict.kind).toBe('tooFewSeeds');
    expect(verdict.sentence).toMatch(/^One seed cannot tell/);
    expect(verdict.meanDifference).toBeCloseTo(0.8, 12);
    expect(verdict.interval).toBeUndefined();
  });

  it('gives the wide interval of two seeds and refuses to judge from it', () => {
    const verdict = verdictOf([0.4, 0.4], [0.5, 0.5]);
    expect(verdict.kind).toBe('tooFewSeeds');
    expect(verdictOf([0.4, 0.4], [0.5, 0.52]).interval!.high).toBeCloseTo(0.11 + 12.7062 * 0.01, 5);
    expect(verdict.sentence).toMatch(/^Two seeds cannot tell.*one degree of freedom/);
  });

  it('counts only the seeds that finished in both arms', () => {
    const plan = planOf({ epochs: 1, seeds: [1, 2] });
    const state = stateAfter(plan, [
      { kind: 'status', status: 'starting' },
      { kind: 'epoch', metrics: metricsOf('a', 1, 1) },
      { kind: 'epoch', metrics: metricsOf('b', 1, 1) },
      { kind: 'epoch', metrics: metricsOf('a', 2, 1) },
    ]);
    expect(runVerdict(state).pairs.map((pair) => pair.seed)).toEqual([1]);
    const none = runVerdict(stateAfter(plan, []));
    expect(none).toMatchObject({ kind: 'tooFewSeeds', pairs: [] });
    expect(none.sentence).toMatch(/nothing to compare/);
  });

  it('takes the last epoch of the plan, not the best', () => {
    const plan = planOf({ epochs: 2, seeds: [1] });
    const state = stateAfter(plan, [
      { kind: 'status', status: 'starting' },
      { kind: 'epoch', metrics: metricsOf('a', 1, 1, { validationAccuracy: 0.9 }) },
      { kind: 'epoch', metrics: metricsOf('b', 1, 1, { validationAccuracy: 0.9 }) },
      { kind: 'epoch', metrics: metricsOf('a', 1, 2, { validationAccuracy: 0.5 }) },
    ]);
    expect(runVerdict(state).pairs).toEqual([]);
  });

  it('names the models when two definitions are compared', () => {
    const plan = planRun({
      runId: RUN_ID,
      createdAtMs: CREATED_AT_MS,
      spec: specFrom({ epochs: 1, seeds: [1, 2, 3] }, { name: 'Plain' }),
      compareWith: specFrom({}, { name: 'Fancy' }),
    });
    const { sentence } = runVerdict(finishedRun(plan, { a: [0.4, 0.42, 0.41], b: [0.45, 0.46, 0.47] }));
    expect(sentence).toMatch(/^Fancy is better than Plain: /);
  });
});

describe('points', () => {
  it.each([
    [0.0123, '+1.23'],
    [-0.0123, '\u22121.23'],
    [0, '0.00'],
    [-0.00001, '0.00'],
  ])('%d is %s', (fraction, text) => expect(points(fraction)).toBe(text));
});
