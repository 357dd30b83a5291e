import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import type { RunEvent } from '../../../src/core/training/runEvents';
import { replayRun } from '../../../src/core/training/reduceRun';
import { autorun } from '../../../src/host/autorun/autorun';
import {
  AUTORUN_VARIABLE,
  autorunRequest,
  readAutorunOptions,
} from '../../../src/host/autorun/autorunOptions';
import { MODEL, PanelFixture } from './panelFixture';
import { armA, armB, status, trained } from './runFixtures';

describe('readAutorunOptions', () => {
  const read = (value: unknown) =>
    readAutorunOptions({ [AUTORUN_VARIABLE]: typeof value === 'string' ? value : JSON.stringify(value) });

  it('is undefined without the variable', () => {
    expect([readAutorunOptions({}), read('')]).toEqual([undefined, undefined]);
  });

  it('reads every option, and asks for what is given only', () => {
    const options = {
      output: '/out',
      model: 'quick',
      epochs: 2,
      dataset: 'synthetic',
      backend: 'wasm',
      seeds: 3,
    };
    const parsed = read(options)!;
    expect(parsed).toEqual(options);
    expect(autorunRequest(parsed, MODEL)).toEqual({
      model: MODEL,
      epochs: 2,
      dataset: 'synthetic',
      backend: 'wasm',
      seeds: [1, 2, 3],
    });
    expect(autorunRequest(read({ output: '/out' })!, MODEL)).toEqual({ model: MODEL });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '7'],
    ['no output', { epochs: 1 }],
    ['a relative output', { output: 'out' }],
    ['no epochs', { output: '/o', epochs: 0 }],
    ['half an epoch', { output: '/o', epochs: 1.5 }],
    ['an unknown data set', { output: '/o', dataset: 'imagenet' }],
    ['an unknown backend', { output: '/o', backend: 'cuda' }],
    ['too many seeds', { output: '/o', seeds: 33 }],
    ['an unknown option', { output: '/o', command: 'rm' }],
  ])('refuses %s', (_what, value) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ code: 'spec/autorun' }));
  });
});

describe('autorun', () => {
  let fixture: PanelFixture;
  beforeEach(async () => {
    fixture = await PanelFixture.create();
    await fixture.ready();
  });
  afterEach(() => fixture.dispose());

  const output = () => join(fixture.folder, '..', `${fixture.folder.split('/').at(-1)}-out`);
  const read = (name: string) => readFile(join(output(), name), 'utf8');
  const run = (model = MODEL) =>
    autorun(fixture.store, { output: output() }, () => fixture.runs.start({ model, epochs: 1 }));
  it('writes every event, then the report, then that it is done', async () => {
    const outcome = run();
    const runId = await fixture.page.launched;
    await expect(read('done.json')).rejects.toThrow();
    fixture.page.report(runId, status('running'), ...trained(1));
    fixture.page.report(runId, { kind: 'jobFinished', job: armA }, { kind: 'jobFinished', job: armB });
    fixture.page.report(runId, status('completed'));
    expect(await outcome).toEqual({ exitCode: 0, message: 'completed' });
    expect(JSON.parse(await read('done.json'))).toEqual({ exitCode: 0, message: 'completed' });
    const lines = (await read('events.jsonl')).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as RunEvent);
    expect(events.some((event) => event.kind === 'progress')).toBe(true);
    expect(replayRun(events)).toEqual(fixture.store.get(runId));
    expect(JSON.parse(await read('run.json'))).toMatchObject({ status: 'completed', plan: { runId } });
    expect(await read('report.html')).toMatch(/^<!doctype html>/i);
  });

  it.each([
    [{ ...status('stopped') }, 'The run was stopped.'],
    [
      {
        kind: 'status' as const,
        status: 'failed' as const,
        failure: { code: 'engine/nan', message: 'Loss is NaN.' },
      },
      'engine/nan: Loss is NaN.',
    ],
  ])('reports a run that ends otherwise: %j', async (last, message) => {
    const outcome = run();
    fixture.page.report(await fixture.page.launched, last);
    expect(await outcome).toEqual({ exitCode: 1, message });
    expect(JSON.parse(await read('run.json'))).toMatchObject({ status: last.status });
  });

  it('reports a run that never starts, and does not leave the files of an earlier one', async () => {
    const outcome = run();
    fixture.page.report(await fixture.page.launched, status('stopped'));
    await outcome;
    await writeFile(join(output(), 'events.jsonl'), 'old');
    expect(await run('preset:none')).toEqual({ exitCode: 2, message: 'spec/unknown-model: No such model.' });
    expect(JSON.parse(await read('done.json'))).toMatchObject({ exitCode: 2 });
    expect(await read('events.jsonl')).toBe('');
    await expect(read('run.json')).rejects.toThrow();
  });

  it('reports a launch that fails', async () => {
    fixture.page.launchError = new PlaygroundError('engine/no-worker', 'No worker.');
    expect(await run()).toEqual({ exitCode: 1, message: 'engine/no-worker: No worker.' });
  });
});
