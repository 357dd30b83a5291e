import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunStore } from '../../../src/host/runs/runStore';
import { bytesOf, completedBodies, linesOf, stamped } from '../imports/logFixture';
import { PanelFixture } from './panelFixture';
import { armA, armB, examplePlan, status } from './runFixtures';

let folder: string;
let problems: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'se-playground-adopt-'));
  problems = [];
});
// Tried again: a store may still be writing its last summary when its test ends.
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }));

/** A store as a window would have it; a second one on the same folder is the next session. */
function openStore(): RunStore {
  const mine = problems;
  return new RunStore({ folder, now: () => 1, onProblem: ({ code }) => void mine.push(code) });
}

const runId = 'elsewhere';
/** The log of a run of two arms; of its first `end` events, if given. */
const logOf = (epochs: number, end?: number) =>
  bytesOf(linesOf(stamped(completedBodies(epochs)).slice(0, end)));

describe('RunStore.adopt', () => {
  it('takes a run in as if it had trained it, and marks it as imported for good', async () => {
    const store = openStore();
    let changes = 0;
    store.onListChange(() => changes++);
    const state = await store.adopt(runId, { log: logOf(2), checkpoints: [] });
    expect([state.status, state.jobs['b-1']?.series.length, changes]).toEqual(['completed', 2, 1]);
    await store.settled(runId);
    for (const one of [store, openStore()]) {
      expect(await one.list()).toMatchObject([{ runId, status: 'completed', imported: true }]);
      expect(await one.isImported(runId)).toBe(true);
      expect(new Uint8Array((await one.storedLog(runId))!)).toEqual(logOf(2));
      expect(await one.checkpointedJobs(runId)).toEqual([]);
    }
    await store.create(examplePlan('own'));
    expect(await store.isImported('own')).toBe(false);
    expect(await readdir(folder)).toEqual([runId, 'own']);
    expect(problems).toEqual([]);
  });

  it('stores the weights that came with it', async () => {
    const data = Uint8Array.of(1, 2, 3);
    const checkpoints = [{ job: armB, checkpoint: { epoch: 2, data } }];
    await openStore().adopt(runId, { log: logOf(2), checkpoints });
    const next = openStore();
    expect(await next.checkpointedJobs(runId)).toEqual([armB]);
    expect(await next.loadCheckpoint(runId, armB)).toEqual({ epoch: 2, data });
  });

  it('reads one that was cut short as interrupted', async () => {
    const state = await openStore().adopt(runId, { log: logOf(2, 6), checkpoints: [] });
    expect([state.status, state.jobs['a-1']?.series.length]).toEqual(['interrupted', 1]);
  });

  it('replaces the run of that id with all that belonged to it', async () => {
    const store = openStore();
    await store.adopt(runId, { log: logOf(2, 6), checkpoints: [] });
    await store.saveCheckpoint(runId, armA, { epoch: 1, data: new Uint8Array(4) });
    const state = await store.adopt(runId, { log: logOf(3), checkpoints: [] });
    expect([state.plan.epochs, store.get(runId)?.plan.epochs]).toEqual([3, 3]);
    expect(await store.checkpointedJobs(runId)).toEqual([]);
    expect(await readdir(folder)).toEqual([runId]);
  });

  it('keeps what is there where the new one cannot be written, and does not touch a run that trains', async () => {
    const store = openStore();
    await store.create(examplePlan('r1'));
    store.apply('r1', status('starting'));
    await expect(store.adopt('r1', { log: logOf(2), checkpoints: [] })).rejects.toMatchObject({
      code: 'storage/busy',
    });
    store.apply('r1', status('stopped'));
    const unwritable = 7 as unknown as Uint8Array;
    await expect(store.adopt('r1', { log: unwritable, checkpoints: [] })).rejects.toMatchObject({
      code: 'storage/write-failed',
    });
    expect((await store.open('r1')).status).toBe('stopped');
    expect(await store.isImported('r1')).toBe(false);
    expect(await readdir(folder)).toEqual(['r1']);
  });

  it('has no log of a run that is not there', async () => {
    expect(await openStore().storedLog('nobody')).toBeUndefined();
  });
});

describe('RunController and a run from elsewhere', () => {
  it('does not resume it, and says where that is possible', async () => {
    const fixture = await PanelFixture.create();
    await fixture.ready();
    await fixture.store.adopt(runId, { log: logOf(2, 6), checkpoints: [] });
    const refused = fixture.runs.resume(runId);
    await expect(refused).rejects.toMatchObject({ code: 'engine/not-resumable' });
    await expect(refused).rejects.toThrow(/--resume/);
    expect(fixture.page.launches).toEqual([]);
    expect(fixture.store.get(runId)?.status).toBe('interrupted');
    await fixture.dispose();
  });
});
