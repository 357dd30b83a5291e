import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/training/runEvents';
import { runProgress } from '../../../src/core/training/runProgress';
import { RunStore } from '../../../src/host/runs/runStore';
import { armA, armB, examplePlan, metrics, status, trained } from './runFixtures';

let folder: string;
let problems: string[];
let clock: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'se-playground-store-'));
  problems = [];
  clock = 0;
});
// Tried again: a store may still be writing its last summary when its test ends.
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }));

/** A store as a window would have it; a second one on the same folder is the next session. */
function openStore(): RunStore {
  // A store whose last summary is still being written when its test ends must not complain to the next test.
  const mine = problems;
  return new RunStore({
    folder,
    now: () => ++clock,
    onProblem: (problem) => void mine.push(problem.code),
  });
}

async function logLines(runId: string): Promise<RunEvent[]> {
  const text = await readFile(join(folder, runId, 'events.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
}

async function trainTo(store: RunStore, runId: string, epochs: number, planned = epochs) {
  await store.create(examplePlan(runId, planned));
  for (const body of [status('starting'), status('running'), ...trained(epochs)]) {
    expect(store.apply(runId, body)).toBeUndefined();
  }
}

describe('RunStore', () => {
  it('appends every event but progress, in order, with growing seq and time', async () => {
    const store = openStore();
    await trainTo(store, 'r1', 2);
    await store.settled('r1');
    const lines = await logLines('r1');
    expect(lines.map((event) => event.kind)).toEqual([
      ...['planned', 'status', 'status', 'jobStarted', 'epoch', 'epoch', 'jobStarted', 'epoch', 'epoch'],
    ]);
    const stamps = lines.map(({ seq, atMs }) => [seq, atMs]);
    expect(stamps).toEqual([...stamps].sort(([a = 0], [b = 0]) => a - b));
    expect(new Set(stamps.map(([seq]) => seq)).size).toBe(lines.length);
    expect(lines[0]).toMatchObject({ seq: 1, runId: 'r1' });
  });

  it('tells listeners of an event only when it is in the log, progress included and in order', async () => {
    const store = openStore();
    const heard: string[] = [];
    const onDisk: Promise<number>[] = [];
    await store.create(examplePlan('r1'));
    store.onEvent((event) => {
      heard.push(event.kind);
      if (event.kind === 'epoch')
        onDisk.push(logLines('r1').then((lines) => lines.filter((line) => line.seq === event.seq).length));
    });
    store.apply('r1', status('starting'));
    for (const body of trained(1)) store.apply('r1', body);
    expect(heard).toEqual([]);
    await store.settled('r1');
    expect(heard).toEqual(['status', 'jobStarted', 'progress', 'epoch', 'jobStarted', 'progress', 'epoch']);
    expect(await Promise.all(onDisk)).toEqual([1, 1]);
  });

  it('tells one time left for the run, whichever job has finished an epoch and whatever the page thinks', async () => {
    const store = openStore();
    const told: number[] = [];
    const shown: (number | undefined)[] = [];
    store.onEvent((event, state) => {
      if (event.kind !== 'epoch') return;
      told.push(event.metrics.remainingMs);
      shown.push(runProgress(state).remainingMs);
    });
    await trainTo(store, 'r1', 1, 3);
    await store.settled('r1');
    // Epochs of 6 s on one worker: after the first, two of that job and three of the other are left.
    expect(told).toEqual([30_000, 24_000]);
    expect(shown).toEqual(told);
  });

  it('does not store what the reducer refuses, and says why', async () => {
    const store = openStore();
    await store.create(examplePlan('r1'));
    expect(store.apply('r1', { kind: 'epoch', metrics: metrics(armA, 1) })).toMatch(/idle/);
    expect(store.apply('r1', status('completed'))).toMatch(/idle/);
    expect(store.apply('nobody', status('starting'))).toMatch(/nobody/);
    await store.settled('r1');
    expect(await logLines('r1')).toHaveLength(1);
  });

  it('gives the next session the same state', async () => {
    const store = openStore();
    await trainTo(store, 'r1', 2);
    for (const job of [armA, armB]) store.apply('r1', { kind: 'jobFinished', job });
    store.apply('r1', status('completed'));
    await store.settled('r1');
    expect(await openStore().open('r1')).toEqual(store.get('r1'));
    expect(problems).toEqual([]);
  });

  it('reads a run that was active as interrupted, writes that only when it goes on, and loses nothing', async () => {
    await (async () => {
      const store = openStore();
      await trainTo(store, 'r1', 1, 3);
      await store.settled('r1');
    })();
    const before = await logLines('r1');
    const next = openStore();
    expect(await next.open('r1')).toMatchObject({ status: 'interrupted' });
    expect(next.active()).toBeUndefined();
    expect(await logLines('r1')).toEqual(before);
    expect(next.apply('r1', status('starting'))).toBeUndefined();
    await next.settled('r1');
    const after = await logLines('r1');
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length).map((event) => event.kind === 'status' && event.status)).toEqual([
      'interrupted',
      'starting',
    ]);
    expect((await openStore().open('r1')).jobs['a-1']?.series).toHaveLength(1);
  });

  it.each(['{"kind":"status","status":"run', '\u0000\u0000', '{'])(
    'forgets a torn last line (%j) and writes the next one on a line of its own',
    async (torn) => {
      const store = openStore();
      await trainTo(store, 'r1', 1, 3);
      await store.settled('r1');
      const whole = await logLines('r1');
      await appendFile(join(folder, 'r1', 'events.jsonl'), torn);
      const next = openStore();
      expect((await next.open('r1')).jobs['b-1']?.series).toHaveLength(1);
      next.apply('r1', status('starting'));
      await next.settled('r1');
      expect((await logLines('r1')).slice(0, -2)).toEqual(whole);
      expect(problems).toEqual([]);
    },
  );

  it('skips an unreadable line in the middle and says so', async () => {
    const store = openStore();
    await trainTo(store, 'r1', 1, 3);
    await store.settled('r1');
    const path = join(folder, 'r1', 'events.jsonl');
    const lines = (await readFile(path, 'utf8')).split('\n');
    lines.splice(2, 0, 'garbage', '{"kind":"status","status":"running","extra":1}');
    await writeFile(path, lines.join('\n'));
    expect((await openStore().open('r1')).jobs['a-1']?.series).toHaveLength(1);
    expect(problems).toEqual(['storage/damaged-run']);
  });

  it('refuses to write behind the back of another window', async () => {
    const store = openStore();
    await trainTo(store, 'r1', 1, 3);
    await store.settled('r1');
    const other = openStore();
    await other.open('r1');
    other.apply('r1', status('starting'));
    await other.settled('r1');
    store.apply('r1', status('paused'));
    await store.settled('r1');
    expect(problems).toEqual(['storage/conflict']);
    expect((await logLines('r1')).at(-1)).toMatchObject({ status: 'starting' });
  });

  it('reports a log that cannot be written, and catches up when it can', async () => {
    const store = openStore();
    await trainTo(store, 'r1', 1, 3);
    await store.settled('r1');
    const path = join(folder, 'r1', 'events.jsonl');
    const content = await readFile(path);
    await rm(path);
    await mkdir(path);
    store.apply('r1', { kind: 'epoch', metrics: metrics(armA, 2) });
    await store.settled('r1');
    expect(problems).toEqual(['storage/write-failed']);
    await rm(path, { recursive: true });
    await writeFile(path, content);
    store.apply('r1', status('paused'));
    await store.settled('r1');
    expect((await logLines('r1')).slice(-2).map((event) => event.kind)).toEqual(['epoch', 'status']);
  });

  it('lists runs newest first, from summaries that are used only while they are true', async () => {
    const store = openStore();
    await store.create({ ...examplePlan('old'), createdAtMs: 1 });
    await trainTo(store, 'new', 1, 3);
    store.apply('new', status('stopping'));
    store.apply('new', status('stopped'));
    await store.settled('new');
    await mkdir(join(folder, 'not a run'));
    await mkdir(join(folder, 'damaged'));
    const listed = await openStore().list();
    expect(listed.map(({ runId, status: is }) => [runId, is])).toEqual([
      ['new', 'stopped'],
      ['old', 'interrupted'],
    ]);
    expect(problems).toEqual(['storage/unknown-run']);
    const summary = join(folder, 'new', 'summary.json');
    const cached = await readFile(summary, 'utf8');
    // Believed while the log has the size it names ...
    await writeFile(summary, cached.replace('"name":"Example"', '"name":"Cached"'));
    expect((await openStore().list())[0]?.name).toBe('Cached');
    // ... and not a byte later.
    await appendFile(join(folder, 'new', 'events.jsonl'), '{');
    expect((await openStore().list())[0]?.name).toBe('Example');
  });

  it('has one state of a run, however often it is listed while it is made', async () => {
    const store = openStore();
    const listing: Promise<unknown>[] = [store.list()];
    const creating = store.create(examplePlan('r1')).then(() => store.apply('r1', status('starting')));
    for (let turn = 0; turn < 30; turn++) {
      listing.push(store.list());
      await setImmediate();
    }
    expect(await creating).toBeUndefined();
    await Promise.all(listing);
    expect((await store.list()).map((run) => run.status)).toEqual(['starting']);
    expect([store.get('r1')?.status, problems]).toEqual(['starting', []]);
  });

  it('refuses ids that could leave its folder', async () => {
    for (const runId of ['..', '../x', 'a/b', '', 'x'.repeat(65)]) {
      await expect(openStore().open(runId)).rejects.toThrow();
    }
  });

  it('deletes a run with everything in it, but not while it trains', async () => {
    const store = openStore();
    await trainTo(store, 'r1', 1, 3);
    await expect(store.delete('r1')).rejects.toMatchObject({ code: 'storage/busy' });
    store.apply('r1', { kind: 'status', status: 'interrupted' });
    await store.settled('r1');
    let changes = 0;
    store.onListChange(() => changes++);
    await store.delete('r1');
    expect([await readdir(folder), await store.list(), changes]).toEqual([[], [], 1]);
    await expect(store.open('r1')).rejects.toMatchObject({ code: 'storage/unknown-run' });
  });
});

describe('RunStore checkpoints', () => {
  it('round-trips bytes, for that job only, and leaves no temporary file', async () => {
    const store = openStore();
    await trainTo(store, 'r1', 2);
    const data = new Uint8Array(Array.from({ length: 1000 }, (_, index) => (index * 7) % 256));
    // A view into a larger buffer, as messages of VS Code have them.
    await store.saveCheckpoint('r1', armB, { epoch: 2, data: data.subarray(10, 900) });
    const next = openStore();
    const loaded = await next.loadCheckpoint('r1', armB);
    expect(loaded).toEqual({ epoch: 2, data: data.slice(10, 900) });
    expect(loaded?.data.constructor).toBe(Uint8Array);
    expect(await next.loadCheckpoint('r1', armA)).toBeNull();
    expect(await next.checkpointedJobs('r1')).toEqual([armB]);
    expect((await readdir(join(folder, 'r1'))).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('has the events of its epoch on disk before it is', async () => {
    const store = openStore();
    await store.create(examplePlan('r1'));
    store.apply('r1', status('starting'));
    for (const body of trained(1)) store.apply('r1', body);
    await store.saveCheckpoint('r1', armA, { epoch: 1, data: new Uint8Array(4) });
    expect((await logLines('r1')).filter((event) => event.kind === 'epoch')).toHaveLength(2);
  });

  it('is not used when it is ahead of the log', async () => {
    const store = openStore();
    await trainTo(store, 'r1', 1, 3);
    await store.saveCheckpoint('r1', armA, { epoch: 2, data: new Uint8Array(4) });
    expect(await store.loadCheckpoint('r1', armA)).toBeNull();
  });

  it.each([
    ['cut short', (bytes: Uint8Array) => bytes.slice(0, -1)],
    ['foreign', (bytes: Uint8Array) => bytes.fill(7)],
    ['empty', () => new Uint8Array()],
  ])('is refused when it is %s', async (_how, damage) => {
    const store = openStore();
    await trainTo(store, 'r1', 1);
    await store.saveCheckpoint('r1', armA, { epoch: 1, data: new Uint8Array(64) });
    const path = join(folder, 'r1', 'a-1.ckpt');
    await writeFile(path, damage(new Uint8Array(await readFile(path))));
    await expect(store.loadCheckpoint('r1', armA)).rejects.toMatchObject({ code: 'storage/checkpoint' });
  });

  it('is refused for a job that the plan does not have', async () => {
    const store = openStore();
    await trainTo(store, 'r1', 1);
    const job = { arm: 'a', seed: 9 } as const;
    await expect(
      store.saveCheckpoint('r1', job, { epoch: 1, data: new Uint8Array(4) }),
    ).rejects.toMatchObject({
      code: 'storage/unknown-job',
    });
  });
});
