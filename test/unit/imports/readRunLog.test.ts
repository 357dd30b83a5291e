import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import { replayRun } from '../../../src/core/training/reduceRun';
import type { RunEvent } from '../../../src/core/training/runEvents';
import { runReport } from '../../../src/core/training/runReport';
import { readRunLog } from '../../../src/host/imports/readRunLog';
import { bytesOf, completedBodies, linesOf, stamped } from './logFixture';

const events = stamped(completedBodies());
const text = linesOf(events);
const read = (log: string) => readRunLog(bytesOf(log));

/** The log with a member of one event set to a value, by the event's kind and a dotted path. */
function altered(kind: RunEvent['kind'], path: string, value: unknown): string {
  const copy = structuredClone(events) as unknown as Record<string, unknown>[];
  let target = copy.find((event) => event['kind'] === kind)!;
  const steps = path.split('.');
  for (const step of steps.slice(0, -1)) target = target[step] as Record<string, unknown>;
  target[steps.at(-1)!] = value;
  return linesOf(copy);
}
const lineOf = (kind: RunEvent['kind']) => events.findIndex((event) => event.kind === kind) + 1;

/** Reads; true if refused. Anything but a PlaygroundError is a fault, and so is a prototype with a new member. */
async function isRefused(bytes: Uint8Array): Promise<boolean> {
  try {
    const { state } = await readRunLog(bytes);
    // What is taken can be shown.
    runReport(state);
    return false;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(PlaygroundError);
    return true;
  } finally {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Object.keys(Array.prototype)).toEqual([]);
  }
}

describe('readRunLog', () => {
  it('replays what our own store writes', async () => {
    const { state, content } = await read(text);
    expect(state).toEqual(replayRun(events));
    expect(state.status).toBe('completed');
    expect(new TextDecoder().decode(content)).toBe(text);
  });

  it('forgets a last line that a crash cut short, and takes one that only lacks its end', async () => {
    const whole = linesOf(events.slice(0, -1));
    const torn = await read(`${whole}{"kind":"status","sta`);
    expect(torn.state.status).toBe('running');
    expect(new TextDecoder().decode(torn.content)).toBe(whole);
    const unended = await read(text.slice(0, -1));
    expect(unended.state.status).toBe('completed');
    expect(new TextDecoder().decode(unended.content)).toBe(text);
  });

  it('passes over empty lines', async () => {
    expect((await read(text.replaceAll('\n', '\n\n'))).state).toEqual(replayRun(events));
  });

  it.each([
    ['nothing', '', /it is empty/],
    ['only line ends', '\n\n', /it is empty/],
    ['no JSON', `${linesOf(events.slice(0, 2))}garbage\n`, /line 3: it is no JSON/],
    ['NaN, which Python writes', text.replace('"trainLoss":1.5', '"trainLoss":NaN'), /it is no JSON/],
    ['no UTF-8 in a picture', '\u0000\u0001', /line 1: it is no JSON/],
    ['no plan', linesOf(events.slice(1)), /line 1: the first event must be "planned"/],
    ['an unknown event', `${text}{"kind":"surprise"}\n`, new RegExp(`line ${events.length + 1}: `)],
    ['an unknown member', altered('epoch', 'metrics.extra', 1), /metrics\.extra/],
    ['an accuracy of 7', altered('epoch', 'metrics.trainAccuracy', 7), /metrics\.trainAccuracy/],
    ['another run', altered('epoch', 'runId', 'other'), /it belongs to run other/],
    ['a plan of another run', altered('planned', 'plan.runId', 'other'), /line 1: plan\.runId/],
    ['a run id that is a path', altered('planned', 'runId', '../up'), /line 1: runId/],
    ['a backend of nobody', altered('backend', 'report.backend', 'abacus'), /line 3: report\.backend/],
    ['an event out of order', altered('backend', 'seq', 1), /line 3: event 1 comes after event 2/],
    ['an epoch out of order', altered('epoch', 'metrics.epoch', 2), /epoch 2 came where epoch 1 was due/],
    ['a job that is not planned', altered('epoch', 'metrics.seed', 9), /the plan has no job a-9/],
    ['an end too early', linesOf([...events.slice(0, 4), events.at(-1)!]), /line 5: not every job/],
    ['a seed twice', altered('planned', 'plan.seeds', [1, 1]), /line 1: plan\.seeds/],
    ['epochs without end', altered('planned', 'plan.epochs', 1e15), /line 1: plan\.epochs/],
    ['a moment that is none', altered('planned', 'plan.createdAtMs', 1e300), /line 1: plan\.createdAtMs/],
    ['a gate of no block', altered('excitation', 'summary.blocks.0.block', 'x'), /the model has no x/],
    ['gates of too many channels', altered('excitation', 'summary.blocks.0.channels', 17), /16 channels/],
    ['too few gates', altered('excitation', 'summary.blocks.0.mean', [0.5]), /not a gate for each class/],
    ['other classes', altered('excitation', 'summary.classes', 11), /the model has 10/],
  ])('refuses %s, and says where and why', async (_what, log, reason) => {
    await expect(read(log)).rejects.toMatchObject({
      code: 'data/run-log',
      message: expect.stringMatching(reason) as string,
    });
  });

  it('refuses two arms of one id, and numbers that overflow', async () => {
    const [planned, ...rest] = structuredClone(events) as [RunEvent & { kind: 'planned' }, ...RunEvent[]];
    const arms = planned.plan.arms.map((arm) => ({ ...arm, id: 'a' as const }));
    const twice = linesOf([{ ...planned, plan: { ...planned.plan, arms } }, ...rest]);
    await expect(read(twice)).rejects.toThrow(/plan\.arms/);
    const endless = text.replace('"trainLoss":1.5', '"trainLoss":1e999');
    await expect(read(endless)).rejects.toThrow(new RegExp(`line ${lineOf('epoch')}: .*not finite`));
  });

  it('can be called off', async () => {
    const controller = new AbortController();
    controller.abort();
    const many = linesOf(stamped(completedBodies(4000)));
    await expect(readRunLog(bytesOf(many), controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('throws nothing but its own error, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => void (await isRefused(bytes))),
    );
    const whole = bytesOf(text);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
        const changed = whole.slice();
        changed[at] = value;
        await isRefused(changed);
      }),
    );
  });

  it('throws nothing but its own error, whatever the events say', async () => {
    const odd = fc.oneof(
      fc.constantFrom(0, 1, -1, 2 ** 53, 1e308, 0.5, null, true, '', 'a', '__proto__', [], {}),
      fc.constant(JSON.parse('{"__proto__":{"polluted":1}}') as unknown),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const paths: [number, string[]][] = [];
    const collect = (value: unknown, index: number, path: string[]): void => {
      if (path.length > 0) paths.push([index, path]);
      if (typeof value !== 'object' || value === null) return;
      // A few of the hundreds of gates do.
      for (const [key, inner] of Object.entries(value).slice(0, 20)) collect(inner, index, [...path, key]);
    };
    events.forEach((event, index) => collect(event, index, []));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), odd, async ([index, path], value) => {
        const copy = structuredClone(events) as unknown as Record<string, unknown>[];
        let target = copy[index]!;
        for (const step of path.slice(0, -1)) target = target[step] as Record<string, unknown>;
        target[path.at(-1)!] = value;
        if (!(await isRefused(bytesOf(linesOf(copy))))) accepted++;
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});
