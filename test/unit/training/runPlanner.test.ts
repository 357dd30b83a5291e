import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import { planRun, previewRun, whyUntrainable } from '../../../src/core/training/runPlanner';
import { specFrom } from './runFixture';

const request = { runId: 'run-7', createdAtMs: 1234 };

describe('planRun', () => {
  it('pairs the model without SE (a) and with SE (b)', () => {
    const spec = specFrom({ seeds: [3, 4], epochs: 7 }, { se: { reduction: 8 } });
    const plan = planRun({ ...request, spec });
    expect(plan).toMatchObject({
      runId: 'run-7',
      name: 'Fixture',
      createdAtMs: 1234,
      seeds: [3, 4],
      epochs: 7,
      dataset: 'quick',
      backend: 'auto',
    });
    expect(plan.arms.map(({ id, label }) => [id, label])).toEqual([
      ['a', 'without SE'],
      ['b', 'with SE'],
    ]);
    expect(plan.arms[0]!.spec.se).toBe('none');
    expect(plan.arms[1]!.spec.se).toMatchObject({ reduction: 8, gate: 'sigmoid' });
  });

  it('gives a definition without SE the default SE in arm b', () => {
    const plan = planRun({ ...request, spec: specFrom({}, { se: 'none' }) });
    expect(plan.arms[1]!.spec.se).toMatchObject({ reduction: 4, place: 'standard' });
  });

  it('compares two definitions under the recipe of the first', () => {
    const first = specFrom({ epochs: 9, learningRate: 0.05 }, { name: 'One', se: { gate: 'tanh' } });
    const second = specFrom({ epochs: 2 }, { name: 'Two', se: { gate: 'sigmoid' } });
    const plan = planRun({ ...request, spec: first, compareWith: second });
    expect(plan.name).toBe('One vs Two');
    expect(plan.arms.map((arm) => arm.label)).toEqual(['One', 'Two']);
    expect(plan.arms[1]!.spec.se).toMatchObject({ gate: 'sigmoid' });
    expect(plan.arms[1]!.spec.training).toEqual(plan.arms[0]!.spec.training);
    expect(plan.epochs).toBe(9);
    expect(plan.arms[1]!.spec.training.learningRate).toBe(0.05);
  });

  it('tells two definitions of one name apart', () => {
    const labels = planRun({ ...request, spec: specFrom(), compareWith: specFrom() }).arms.map(
      (arm) => arm.label,
    );
    expect(new Set(labels).size).toBe(2);
  });

  it('applies the overrides to the plan and to the recipe of both arms, and leaves the spec alone', () => {
    const spec = specFrom({ subset: 20_000, dataset: 'full' });
    const before = structuredClone(spec);
    const plan = planRun({
      ...request,
      spec,
      overrides: { epochs: 3, seeds: [5, 5, 6], dataset: 'quick', backend: 'wasm' },
    });
    expect(plan).toMatchObject({ epochs: 3, seeds: [5, 6], dataset: 'quick', backend: 'wasm' });
    for (const arm of plan.arms) {
      // The quick subset has 5,000 training images, fewer than the subset asked of the full set.
      expect(arm.spec.training).toMatchObject({ epochs: 3, seeds: [5, 6], dataset: 'quick', subset: 5000 });
    }
    expect(spec).toEqual(before);
  });

  it('refuses what cannot be trained here, which can be previewed', () => {
    const spec = specFrom({}, { name: 'Large', input: { height: 224, width: 224 }, backbone: { depth: 50 } });
    const plan = () => planRun({ ...request, spec });
    expect(plan).toThrow(/^Large has a cost and source code, but cannot be trained here\..*32 x 32/);
    expect(plan).toThrow(expect.objectContaining({ code: 'spec/untrainable' }) as Error);
    expect(previewRun({ ...request, spec }).arms.map((arm) => arm.spec.se)).toEqual([
      'none',
      expect.objectContaining({ stages: [1, 2, 3, 4] }),
    ]);
    expect(whyUntrainable(specFrom())).toBeUndefined();
  });

  it('refuses definitions that take different images', () => {
    const other = specFrom({}, { name: 'Other', classes: 100 });
    const plan = () => planRun({ ...request, spec: specFrom(), compareWith: other });
    expect(plan).toThrow(PlaygroundError);
    expect(plan).toThrow(/Other.*100 classes/);
  });
});
