/** Properties: whatever arrives, a channel neither throws nor calls anyone with a value its contract refuses, and still works. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Channel } from '../../../src/protocol/channel';
import type { Contract } from '../../../src/protocol/contract';
import { hostContract, pageContract } from '../../../src/protocol/hostUiContract';
import { memoryPortPair } from '../../../src/protocol/port';

const echo = {
  requests: {
    echo: { params: v.strictObject({ text: v.string() }), result: v.strictObject({ text: v.string() }) },
  },
  events: { tick: v.strictObject({ count: v.number() }) },
} as const satisfies Contract;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

const name = fc.constantFrom(
  'echo',
  'tick',
  'constructor',
  '__proto__',
  'hasOwnProperty',
  'ready',
  'runFact',
  '',
);
const payload = fc.anything({ withTypedArray: true, withMap: true, withDate: true, withBigInt: true });
/** Near misses: our envelopes with wrong, missing or surplus members. Versions other than ours are another test's business. */
const almost = fc.record(
  {
    kind: fc.constantFrom('request', 'response', 'failure', 'cancel', 'event', 'other', 1, null),
    id: fc.oneof(fc.integer(), fc.double(), fc.constant(1), fc.string()),
    name: fc.oneof(name, fc.anything()),
    params: payload,
    data: payload,
    result: payload,
    code: fc.anything(),
    message: fc.anything(),
    extra: fc.anything(),
  },
  { requiredKeys: [] },
);
const message = fc.oneof(almost, payload);

describe('Channel under garbage', () => {
  it('survives, believes nothing bad, and still answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 12 }), async (messages) => {
        const [near, far] = memoryPortPair();
        const ids: unknown[] = [];
        const handled: unknown[] = [];
        const heard: unknown[] = [];
        far.onMessage((reply) => ids.push((reply as { id?: unknown }).id));
        const channel = new Channel({
          port: near,
          local: echo,
          remote: echo,
          handlers: { echo: (params) => (handled.push(params.text), params) },
          onProblem: () => {},
        });
        channel.on('tick', ({ count }) => heard.push(count));
        for (const garbage of messages) far.post(garbage);
        await settle();
        expect(handled.every((text) => typeof text === 'string')).toBe(true);
        expect(heard.every((count) => typeof count === 'number')).toBe(true);
        far.post({ kind: 'request', id: 987_654_321, name: 'echo', params: { text: 'alive' } });
        await settle();
        expect(handled.at(-1)).toBe('alive');
        expect(ids).toContain(987_654_321);
        channel.dispose();
      }),
      { numRuns: 200 },
    );
  });

  it('never lets the page reach a host handler with parameters its guard refuses', async () => {
    const requests = Object.keys(hostContract.requests) as (keyof typeof hostContract.requests)[];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...requests),
        fc.oneof(payload, fc.object()),
        async (request, params) => {
          const [near, far] = memoryPortPair();
          let called: unknown;
          const handler = (given: unknown) => {
            called = given;
            throw new Error('not needed');
          };
          const handlers = Object.fromEntries(requests.map((key) => [key, handler])) as never;
          const channel = new Channel({
            port: near,
            local: hostContract,
            remote: pageContract,
            handlers,
            onProblem: () => {},
          });
          far.post({ kind: 'request', id: 1, name: request, params });
          await settle();
          if (called !== undefined) expect(v.is(hostContract.requests[request].params, called)).toBe(true);
          channel.dispose();
        },
      ),
      { numRuns: 200 },
    );
  });
});
