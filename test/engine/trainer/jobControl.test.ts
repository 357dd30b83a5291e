import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import { JobControl } from '../../../webview/engine/trainer/jobControl';

/** A control and how often it said that the job has paused. */
function watched() {
  let pauses = 0;
  const control = new JobControl(() => pauses++);
  return { control, pauses: () => pauses };
}

/** Whether the promise has settled once everything that can run has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  const now = new Promise((resolve) => setImmediate(() => resolve(pending)));
  return (await Promise.race([promise, now])) !== pending;
}

describe('JobControl', () => {
  it('lets the job go on until told otherwise', async () => {
    const { control, pauses } = watched();
    expect(await control.mayGoOn()).toBe(true);
    control.apply('stop');
    expect(await control.mayGoOn()).toBe(false);
    expect(pauses()).toBe(0);
  });

  it('holds the job from pause to resume, and says so once', async () => {
    const { control, pauses } = watched();
    control.apply('pause');
    expect(pauses()).toBe(0);
    const turn = control.mayGoOn();
    control.apply('pause');
    expect(await settled(turn)).toBe(false);
    expect(pauses()).toBe(1);
    control.apply('resume');
    expect(await turn).toBe(true);
  });

  it('can be stopped out of a pause, for good', async () => {
    const { control } = watched();
    control.apply('pause');
    const turn = control.mayGoOn();
    control.apply('stop');
    expect(await turn).toBe(false);
    control.apply('resume');
    expect(await control.mayGoOn()).toBe(false);
  });

  it('fails the job, also out of a pause', async () => {
    const reason = new PlaygroundError('engine/context-lost', 'gone');
    const { control } = watched();
    control.apply('pause');
    const turn = control.mayGoOn();
    control.fail(reason);
    await expect(turn).rejects.toBe(reason);
    await expect(control.mayGoOn()).rejects.toBe(reason);
  });
});
