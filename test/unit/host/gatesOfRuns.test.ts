import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunFact } from '../../../src/core/training/runEvents';
import { runTraces } from '../../../src/host/recordings/runTraces';
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

const unexpected = (thrown: unknown): never => {
  throw thrown;
};

describe('runTraces', () => {
  it('is the last evaluation of the newest run of a model that has one', async () => {
    await store('old', 1, evaluated(1, 0.1));
    await store('newer', 2, [...evaluated(1, 0.2), ...evaluated(2, 0.3)]);
    await store('newest', 3, []);
    const [found, ...more] = await runTraces(fixture.store, unexpected);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      id: 'run:newer:b',
      label: 'Example',
      detail: 'with SE, seed 1, epoch 2',
      spec: exampleSpec(),
    });
    const trace = await found!.read();
    expect(trace).toMatchObject({ model: 'Example', epoch: 2, classNames: ['class 0'] });
    expect(trace.blocks[0]).toMatchObject({ block: 'layer1.0.se', gate: 'sigmoid', measured: 'activation' });
    expect(trace.blocks[0]?.mean[0]).toBeCloseTo(0.3);
  });

  it('has nothing of runs that measured no gates', async () => {
    await store('only', 1, []);
    expect(await runTraces(fixture.store, unexpected)).toEqual([]);
  });
});

describe('modelKey', () => {
  it('does not depend on the training recipe nor on the order of settings', () => {
    const spec = exampleSpec();
    const reordered = Object.fromEntries(Object.entries(spec).reverse()) as typeof spec;
    const retrained = { ...spec, training: { ...spec.training, epochs: 99 } };
    expect([modelKey(reordered), modelKey(retrained)]).toEqual([modelKey(spec), modelKey(spec)]);
  });
});
