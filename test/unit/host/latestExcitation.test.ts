import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import type { RunFact } from '../../../src/core/training/runEvents';
import { latestExcitation } from '../../../src/host/runs/latestExcitation';
import { modelKey } from '../../../src/host/runs/runSummary';
import { PanelFixture } from './panelFixture';
import { armB, examplePlan, exampleSpec, metrics, status } from './runFixtures';

let fixture: PanelFixture;
beforeEach(async () => (fixture = await PanelFixture.create()));
afterEach(() => fixture.dispose());

function evaluated(epoch: number, gate: number): RunFact[] {
  const block = {
    block: 'layer1.0.se',
    channels: 1,
    mean: [gate],
    deviation: [0],
    saturatedLow: 0,
    saturatedHigh: 0,
  };
  const summary = { classes: 1, imagesPerClass: [10], blocks: [block] };
  return [
    { kind: 'epoch', metrics: metrics(armB, epoch) },
    { kind: 'excitation', job: armB, epoch, summary },
  ];
}

async function store(runId: string, createdAtMs: number, bodies: RunFact[]) {
  const plan = { ...examplePlan(runId, 3), createdAtMs };
  await fixture.store.create(plan);
  for (const body of [status('starting'), ...bodies, status('stopping'), status('stopped')]) {
    expect(fixture.store.apply(runId, body)).toBeUndefined();
  }
  await fixture.store.settled(runId);
}

describe('latestExcitation', () => {
  it('is the last evaluation of the newest run of that model that has one', async () => {
    await store('old', 1, evaluated(1, 0.1));
    await store('newer', 2, [...evaluated(1, 0.2), ...evaluated(2, 0.3)]);
    await store('newest', 3, []);
    const found = await latestExcitation(fixture.store, exampleSpec());
    expect(found).toMatchObject({ runName: 'Example', armLabel: 'with SE', seed: 1, epoch: 2 });
    expect(found?.summary.blocks[0]?.mean).toEqual([0.3]);
  });

  it('is undefined for another model and for the arm without SE', async () => {
    await store('only', 1, evaluated(1, 0.1));
    const spec = exampleSpec();
    const others: ModelSpec[] = [
      { ...spec, name: 'Other' },
      { ...spec, se: 'none' },
      { ...spec, backbone: { ...spec.backbone, depth: 14 } },
    ];
    for (const other of others) expect(await latestExcitation(fixture.store, other)).toBeUndefined();
  });
});

describe('modelKey', () => {
  it('does not depend on the training recipe nor on the order of settings', () => {
    const spec = exampleSpec();
    const reordered = Object.fromEntries(Object.entries(spec).reverse()) as ModelSpec;
    const retrained = { ...spec, training: { ...spec.training, epochs: 99 } };
    expect([modelKey(reordered), modelKey(retrained)]).toEqual([modelKey(spec), modelKey(spec)]);
  });
});
