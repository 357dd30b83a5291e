import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import type { ExcitationTrace } from '../../../src/core/excitation/trace';
import { reduceRun } from '../../../src/core/training/reduceRun';
import { MODEL, PanelFixture } from './panelFixture';
import { armA, armB, metrics, status, trained } from './runFixtures';

function exampleTrace(): ExcitationTrace {
  const about = { producer: 'a test', model: 'Net', recordedAt: '2026-01-31T12:00:00Z' };
  const gates = { mean: Float32Array.of(0.2, 0.4, 0.6, 0.8), deviation: new Float32Array(4) };
  const block = { block: 'se', channels: 2, measured: 'layer', saturatedLow: 0, saturatedHigh: 0 } as const;
  return {
    ...about,
    classNames: ['cat', 'dog'],
    imagesPerClass: [3, 1],
    images: [],
    blocks: [{ ...block, ...gates }],
  };
}

let fixture: PanelFixture;
beforeEach(async () => (fixture = await PanelFixture.create()));
afterEach(() => fixture.dispose());

const start = (epochs = 2) => fixture.page.host.request('startRun', { model: MODEL, epochs });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error as PlaygroundError).code,
  );
const statusOf = async (runId: string) => (await fixture.store.open(runId)).status;

/** Starts a run and trains it to the end of epoch `epochs`. */
async function train(epochs: number, planned = epochs): Promise<string> {
  await fixture.ready();
  const { runId } = await start(planned);
  fixture.page.report(runId, status('running'), ...trained(epochs));
  await fixture.settle();
  return runId;
}

describe('PanelSession hydration', () => {
  it('gives the page its lists and selection, and no run when there is none', async () => {
    const state = await fixture.ready();
    expect(state).toMatchObject({ selected: MODEL, backend: 'auto', run: null, runs: [] });
    expect(state.models.map(({ label }) => label)).toEqual(['Example']);
  });

  it('shows the newest run after a restart', async () => {
    const runId = await train(1, 3);
    fixture.session.dispose();
    fixture.openPanel();
    expect((await fixture.ready()).run).toMatchObject({ plan: { runId }, status: 'interrupted' });
  });

  it('resolves ready when the page has its state, and not before', async () => {
    let isReady = false;
    const ready = fixture.session.ready().then(() => (isReady = true));
    await fixture.settle();
    expect(isReady).toBe(false);
    await fixture.page.host.request('ready', {});
    await ready;
  });

  it('rejects ready when the page does not come up, or is closed', async () => {
    expect(await codeOf(fixture.session.ready(1))).toBe('engine/no-page');
    const waiting = codeOf(fixture.session.ready());
    fixture.session.dispose();
    expect(await waiting).toBe('cancelled');
  });

  it('sends nothing before the first state, and what changed meanwhile after it', async () => {
    fixture.session.selectModel({ model: 'preset:too-early' });
    const state = fixture.page.host.request('ready', {}).then(() => fixture.page.heard.push('state'));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    fixture.session.selectModel({ model: 'preset:meanwhile' });
    await state;
    await fixture.settle();
    fixture.session.selectModel({ model: 'preset:later' });
    await fixture.settle();
    expect(fixture.page.heard).toEqual([
      'state',
      ...['selectModel preset:meanwhile', 'showView train'],
      ...['selectModel preset:later', 'showView train'],
    ]);
  });
});

describe('PanelSession runs', () => {
  it('plans, stores and shows a run before it launches it', async () => {
    await fixture.ready();
    const { runId } = await start(4);
    await fixture.settle();
    expect(fixture.page.launches).toEqual([
      { plan: expect.objectContaining({ runId, epochs: 4, backend: 'wasm' }) as unknown, state: null },
    ]);
    expect(fixture.page.shown[0]).toMatchObject({ status: 'starting', plan: { runId } });
    expect(await statusOf(runId)).toBe('starting');
  });

  it('echoes every stored fact, so that a replica of the page ends up in the same state', async () => {
    const runId = await train(2);
    fixture.page.report(runId, { kind: 'jobFinished', job: armA }, { kind: 'jobFinished', job: armB });
    fixture.page.report(runId, status('completed'));
    await fixture.settle();
    const [first] = fixture.page.shown;
    const replica = fixture.page.events.reduce(reduceRun, first!);
    expect(replica).toEqual(fixture.store.get(runId));
    expect(replica.status).toBe('completed');
    expect(fixture.problems).toEqual([]);
  });

  it('refuses a second run while one trains, also when both are asked for at once', async () => {
    await fixture.ready();
    const outcomes = await Promise.all([codeOf(start()), codeOf(start())]);
    expect(outcomes.sort()).toEqual(['engine/busy', 'resolved']);
    expect(await codeOf(start())).toBe('engine/busy');
    await fixture.settle();
    expect(fixture.page.launches).toHaveLength(1);
  });

  it.each([
    ['an unknown model', { model: 'file:file:///etc/passwd' }, 'spec/unknown-model'],
    ['an unknown partner', { model: MODEL, compareWith: 'preset:none' }, 'spec/unknown-model'],
    ['a missing data set', { model: MODEL, dataset: 'full' as const }, 'data/missing'],
    ['no epochs', { model: MODEL, epochs: 1.5 }, 'protocol/bad-params'],
  ])('refuses %s, stores nothing, and can start afterwards', async (_what, request, code) => {
    fixture.missing.add('full');
    await fixture.ready();
    expect(await codeOf(fixture.page.host.request('startRun', request))).toBe(code);
    expect(await fixture.store.list()).toEqual([]);
    expect(await codeOf(start())).toBe('resolved');
  });

  it('fails the run with the reason when the page cannot launch it', async () => {
    await fixture.ready();
    fixture.page.launchError = new PlaygroundError('engine/no-worker', 'No worker.');
    const { runId } = await start();
    await fixture.settle();
    expect(fixture.store.get(runId)).toMatchObject({
      status: 'failed',
      failure: { code: 'engine/no-worker', message: 'No worker.' },
    });
  });

  it('ignores a status it has, and drops and logs facts that cannot be', async () => {
    const runId = await train(1, 3);
    const { seq } = fixture.store.get(runId)!;
    fixture.page.report(runId, status('running'));
    await fixture.settle();
    expect(fixture.problems).toEqual([]);
    fixture.page.report('another', status('stopped'));
    fixture.page.report(runId, { kind: 'epoch', metrics: metrics(armA, 3) });
    fixture.page.report(runId, { kind: 'planned', plan: fixture.store.get(runId)!.plan });
    await fixture.settle();
    expect(fixture.problems).toEqual(Array(3).fill('protocol/refused-fact'));
    expect(fixture.store.get(runId)?.seq).toBe(seq);
  });

  it('takes facts that come after the end of the run, such as its last checkpoint', async () => {
    const runId = await train(1, 3);
    fixture.page.report(runId, status('stopping'), status('stopped'));
    fixture.page.report(runId, { kind: 'checkpoint', job: armB, epoch: 1, bytes: 9 });
    await fixture.settle();
    expect(fixture.store.get(runId)).toMatchObject({
      status: 'stopped',
      jobs: { 'b-1': { checkpointEpoch: 1 } },
    });
  });

  it('passes controls of any side to the page, for the active run only', async () => {
    const runId = await train(1, 3);
    await fixture.page.host.request('controlRun', { runId, action: 'pause' });
    await fixture.runs.control(runId, 'stop');
    expect(fixture.page.controls).toEqual([
      { runId, action: 'pause' },
      { runId, action: 'stop' },
    ]);
    fixture.page.report(runId, status('stopping'), status('stopped'));
    await fixture.settle();
    expect(await codeOf(fixture.runs.control(runId, 'pause'))).toBe('engine/not-running');
  });
});

describe('PanelSession interruption', () => {
  it('interrupts an active run when the panel is closed, and resumes it from its checkpoint in the next panel', async () => {
    const runId = await train(1, 3);
    const data = new Uint8Array([1, 2, 3]);
    await fixture.page.host.request('saveCheckpoint', { runId, job: armA, epoch: 1, data });
    fixture.session.dispose();
    expect(await statusOf(runId)).toBe('interrupted');
    fixture.openPanel();
    await fixture.ready();
    await fixture.page.host.request('resumeRun', { runId });
    await fixture.settle();
    const [launch] = fixture.page.launches;
    expect(launch?.state).toMatchObject({ status: 'starting', jobs: { 'a-1': { series: [{ epoch: 1 }] } } });
    const loaded = await fixture.page.host.request('loadCheckpoint', { runId, job: armA });
    expect(loaded).toEqual({ epoch: 1, data });
    expect(await fixture.page.host.request('loadCheckpoint', { runId, job: armB })).toBeNull();
  });

  it('interrupts an active run when its page is reloaded', async () => {
    const runId = await train(1, 3);
    const state = await fixture.page.host.request('ready', {});
    expect(state.run).toMatchObject({ plan: { runId }, status: 'interrupted' });
  });

  it('interrupts a run whose page is closed while it launches', async () => {
    await fixture.ready();
    const { runId } = await start();
    fixture.session.dispose();
    await fixture.settle();
    expect(await statusOf(runId)).toBe('interrupted');
  });

  it('leaves a completed run alone', async () => {
    const runId = await train(2);
    fixture.page.report(runId, { kind: 'jobFinished', job: armA }, { kind: 'jobFinished', job: armB });
    fixture.page.report(runId, status('completed'));
    await fixture.settle();
    fixture.session.dispose();
    expect(await statusOf(runId)).toBe('completed');
    expect(await codeOf(fixture.runs.resume(runId))).toBe('engine/not-resumable');
  });
});

describe('PanelSession launch', () => {
  it('sends the lists again first, for the data set may have come just now', async () => {
    await fixture.ready();
    const heard: string[] = fixture.page.heard;
    heard.splice(0);
    void fixture.page.launched.then(() => heard.push('launch'));
    await start();
    await fixture.page.launched;
    await fixture.settle();
    expect(heard.lastIndexOf('launch')).toBeGreaterThan(heard.indexOf('listsChanged'));
    expect(heard).toContain('listsChanged');
  });
});

describe('PanelSession services', () => {
  it('passes the other requests on, and only the commands of the contract', async () => {
    const runId = await train(1, 3);
    const { host } = fixture.page;
    await host.request('revealBlock', { runId, block: 'layer1.0.se' });
    await host.request('exportReport', { runId });
    await host.request('exportWeights', { runId });
    await host.request('runCommand', { command: 'sePlayground.newDefinition' });
    const data = new Uint8Array(3);
    expect(await host.request('saveExport', { suggestedName: 'gates.png', data })).toEqual({ saved: true });
    expect(await host.request('saveExport', { suggestedName: 'cancelled.csv', data })).toEqual({
      saved: false,
    });
    for (const suggestedName of ['../gates.png', 'gates.sh', '.png', 'a\\b.svg']) {
      expect(await codeOf(host.request('saveExport', { suggestedName, data }))).toBe('protocol/bad-params');
    }
    host.emit('painted', { firstPaintMs: 12 });
    const foreign = { command: 'workbench.action.terminal.new' } as never;
    expect(await codeOf(host.request('runCommand', foreign))).toBe('protocol/bad-params');
    expect(fixture.calls).toEqual([
      `reveal ${runId} layer1.0.se`,
      `export ${runId}`,
      `export weights ${runId}`,
      'sePlayground.newDefinition',
      'save gates.png 3',
      'save cancelled.csv 3',
      'painted 12',
    ]);
  });

  it('opens another run and echoes that one from then on', async () => {
    const first = await train(1, 3);
    fixture.page.report(first, status('stopping'), status('stopped'));
    await fixture.settle();
    const { runId } = await start(3);
    await fixture.settle();
    expect(await fixture.page.host.request('openRun', { runId: first })).toMatchObject({ status: 'stopped' });
    const before = fixture.page.events.length;
    fixture.page.report(runId, status('running'));
    await fixture.settle();
    expect(fixture.page.events).toHaveLength(before);
    expect(await codeOf(fixture.page.host.request('openRun', { runId: 'nobody' }))).toBe(
      'storage/unknown-run',
    );
  });

  it('reads a run for comparison without putting it on display', async () => {
    const first = await train(1, 3);
    fixture.page.report(first, status('stopping'), status('stopped'));
    await fixture.settle();
    const { runId } = await start(3);
    await fixture.settle();
    expect(await fixture.page.host.request('readRun', { runId: first })).toMatchObject({ status: 'stopped' });
    expect(fixture.session.displayedRun).toBe(runId);
    const before = fixture.page.events.length;
    fixture.page.report(runId, status('running'));
    await fixture.settle();
    expect(fixture.page.events.length).toBeGreaterThan(before);
  });

  it('shows a recording, and the page refuses one that contradicts itself', async () => {
    await fixture.ready();
    fixture.session.showTrace('gates.excitation.json', exampleTrace());
    const { blocks, ...about } = exampleTrace();
    fixture.session.showTrace('wrong', { ...about, blocks: [{ ...blocks[0]!, mean: new Float32Array(1) }] });
    await fixture.settle();
    expect(fixture.page.heard).toEqual(['showTrace gates.excitation.json 1']);
    expect(fixture.page.problems.map(({ code }) => code)).toEqual(['protocol/bad-event']);
  });

  it('tells the page once about any number of changes to the lists', async () => {
    await fixture.ready();
    fixture.page.heard.splice(0);
    for (let change = 0; change < 5; change++) fixture.session.refreshLists();
    await fixture.settle();
    expect(fixture.page.heard).toEqual(['listsChanged']);
  });
});
