import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import { CancelSource, type AbortSignalLike } from '../../../src/protocol/abortSignal';
import { Channel, type Handlers } from '../../../src/protocol/channel';
import type { Contract } from '../../../src/protocol/contract';
import { memoryPortPair, type Port } from '../../../src/protocol/port';

const kitchen = {
  requests: {
    cook: { params: v.strictObject({ dish: v.string() }), result: v.strictObject({ plates: v.number() }) },
    wash: { params: v.strictObject({}), result: v.strictObject({}) },
  },
  events: { bell: v.strictObject({ table: v.number() }) },
} as const satisfies Contract;
const guest = {
  requests: {},
  events: { order: v.strictObject({ text: v.string() }) },
} as const satisfies Contract;
type Kitchen = typeof kitchen;

const open: { dispose(): void }[] = [];
afterEach(() => open.splice(0).forEach((channel) => channel.dispose()));

function connect(handlers: Partial<Handlers<Kitchen>> = {}) {
  const [left, right] = memoryPortPair();
  const problems: string[] = [];
  const onProblem = (problem: PlaygroundError) => void problems.push(problem.code);
  const server = new Channel({
    port: left,
    local: kitchen,
    remote: guest,
    handlers: { cook: ({ dish }) => ({ plates: dish.length }), wash: () => ({}), ...handlers },
    onProblem,
  });
  const client = new Channel({ port: right, local: guest, remote: kitchen, handlers: {}, onProblem });
  open.push(server, client);
  return { server, client, problems };
}

/** A channel that serves the kitchen, and the raw line to it. */
function serveRaw(handlers: Partial<Handlers<Kitchen>> = {}) {
  const [near, far] = memoryPortPair();
  const problems: string[] = [];
  const replies: Record<string, unknown>[] = [];
  far.onMessage((message) => replies.push(message as Record<string, unknown>));
  const channel = new Channel({
    port: near,
    local: kitchen,
    remote: kitchen,
    handlers: { cook: () => ({ plates: 1 }), wash: () => ({}), ...handlers },
    onProblem: (problem) => void problems.push(problem.code),
  });
  open.push(channel);
  return { channel, far, problems, replies };
}

/** Turns of the microtask queue: enough for any exchange of these tests, and no clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof PlaygroundError ? error.code : 'foreign'),
  );
const hello = (protocolVersion: number) => ({ kind: 'hello', protocolVersion, reply: false });

describe('Channel requests', () => {
  it('answers with the handler result', async () => {
    const { client, problems } = connect();
    expect(await client.request('cook', { dish: 'soup' })).toEqual({ plates: 4 });
    expect(problems).toEqual([]);
  });

  it('matches answers to questions when they come back in another order', async () => {
    const waiting = new Map<string, (value: { plates: number }) => void>();
    const { client } = connect({ cook: ({ dish }) => new Promise((resolve) => waiting.set(dish, resolve)) });
    const first = client.request('cook', { dish: 'a' });
    const second = client.request('cook', { dish: 'b' });
    await settle();
    waiting.get('b')?.({ plates: 2 });
    waiting.get('a')?.({ plates: 1 });
    expect(await Promise.all([first, second])).toEqual([{ plates: 1 }, { plates: 2 }]);
  });

  it.each([
    [
      'throws at once',
      () => {
        throw new PlaygroundError('data/missing', 'No potatoes.');
      },
    ],
    ['rejects', () => Promise.reject(new PlaygroundError('data/missing', 'No potatoes.'))],
  ])('turns a handler that %s into a failure with its code', async (_how, cook) => {
    const { client } = connect({ cook });
    await expect(client.request('cook', { dish: 'chips' })).rejects.toMatchObject({
      name: 'PlaygroundError',
      code: 'data/missing',
      message: 'No potatoes.',
    });
  });

  it('gives a foreign error a code of its own', async () => {
    const { client } = connect({ cook: () => Promise.reject(new TypeError('pan missing')) });
    await expect(client.request('cook', { dish: 'x' })).rejects.toMatchObject({
      code: 'protocol/handler-failed',
      message: 'pan missing',
    });
  });

  it('refuses an answer that cannot be sent', async () => {
    const notCloneable = { plates: 1, extra: () => 0 };
    const { client } = connect({ cook: () => notCloneable });
    expect(await codeOf(client.request('cook', { dish: 'x' }))).toBe('protocol/send-failed');
  });

  it('refuses an answer of the wrong shape, and reports it', async () => {
    const { client, problems } = connect({
      cook: () => ({ plates: 'two' }) as unknown as { plates: number },
    });
    expect(await codeOf(client.request('cook', { dish: 'x' }))).toBe('protocol/bad-result');
    expect(problems).toEqual(['protocol/bad-result']);
  });

  it('transfers buffers', async () => {
    const [left, right] = memoryPortPair();
    const received: unknown[] = [];
    right.onMessage((message) => received.push(message));
    const buffer = new Uint8Array([1, 2, 3]).buffer;
    left.post({ buffer }, [buffer]);
    await settle();
    expect(buffer.byteLength).toBe(0);
    expect(received).toEqual([{ buffer: new Uint8Array([1, 2, 3]).buffer }]);
  });

  it('gives up after timeoutMs and tells the handler', async () => {
    let told = false;
    const { client } = connect({
      cook: (_params, { signal }) => new Promise(() => signal.addEventListener('abort', () => (told = true))),
    });
    expect(await codeOf(client.request('cook', { dish: 'x' }, { timeoutMs: 1 }))).toBe('protocol/timeout');
    await settle();
    expect(told).toBe(true);
  });
});

describe('Channel cancellation', () => {
  it('rejects at once, tells the handler, and drops the late reply', async () => {
    let answer: (value: { plates: number }) => void = () => {};
    let signal: AbortSignalLike | undefined;
    const { client, problems } = connect({
      cook: (_params, context) => {
        signal = context.signal;
        return new Promise((resolve) => (answer = resolve));
      },
    });
    const source = new CancelSource();
    const code = codeOf(client.request('cook', { dish: 'x' }, { signal: source.signal }));
    await settle();
    expect(signal?.aborted).toBe(false);
    source.cancel();
    expect(await code).toBe('cancelled');
    await settle();
    expect(signal?.aborted).toBe(true);
    answer({ plates: 1 });
    await settle();
    expect(problems).toEqual([]);
    expect(await client.request('wash', {})).toEqual({});
  });

  it('drops a reply that was already on its way', async () => {
    const { channel, far, problems, replies } = serveRaw();
    far.post(hello(1));
    const source = new CancelSource();
    const code = codeOf(channel.request('cook', { dish: 'x' }, { signal: source.signal }));
    await settle();
    const id = replies.find((message) => message['kind'] === 'request')?.['id'];
    far.post({ kind: 'response', id, result: { plates: 1 } });
    source.cancel();
    expect(await code).toBe('cancelled');
    await settle();
    expect(problems).toEqual([]);
  });

  it('takes a real AbortSignal, and does not send what is cancelled already', async () => {
    let calls = 0;
    const { client } = connect({ wash: () => (calls++, {}) });
    expect(await codeOf(client.request('wash', {}, { signal: AbortSignal.abort() }))).toBe('cancelled');
    await settle();
    expect(calls).toBe(0);
  });
});

describe('Channel life', () => {
  it('rejects everything pending and every later request when disposed, and cancels what it serves', async () => {
    let told = false;
    const { client, server } = connect({
      cook: (_params, { signal }) => new Promise(() => signal.addEventListener('abort', () => (told = true))),
    });
    const pending = codeOf(client.request('cook', { dish: 'x' }));
    await settle();
    client.dispose();
    expect(await pending).toBe('protocol/disposed');
    expect(await codeOf(client.request('wash', {}))).toBe('protocol/disposed');
    expect(told).toBe(false);
    server.dispose();
    expect(told).toBe(true);
    client.emit('order', { text: 'ignored' });
  });

  it('fails every request with protocol/version when the other side speaks another version', async () => {
    const { channel, far, problems, replies } = serveRaw();
    const pending = codeOf(channel.request('wash', {}));
    far.post(hello(99));
    expect(await pending).toBe('protocol/version');
    expect(await codeOf(channel.request('wash', {}))).toBe('protocol/version');
    far.post({ kind: 'request', id: 1, name: 'wash', params: {} });
    await settle();
    expect(problems).toEqual(['protocol/version']);
    expect(replies.at(-1)).toMatchObject({ kind: 'failure', id: 1, code: 'protocol/version' });
  });

  it('rejects what the other side owed before it restarted, then works again', async () => {
    const { channel, far, replies } = serveRaw();
    far.post(hello(1));
    await settle();
    const owed = codeOf(channel.request('cook', { dish: 'x' }));
    far.post(hello(1));
    expect(await owed).toBe('protocol/restarted');
    const again = channel.request('cook', { dish: 'y' });
    await settle();
    far.post({ kind: 'response', id: replies.at(-1)?.['id'], result: { plates: 3 } });
    expect(await again).toEqual({ plates: 3 });
  });

  it('answers hello with hello, once, so that either side may start first', async () => {
    const { far, replies } = serveRaw();
    far.post(hello(1));
    await settle();
    expect(replies).toEqual([
      { kind: 'hello', protocolVersion: 1, reply: false },
      { kind: 'hello', protocolVersion: 1, reply: true },
    ]);
  });
});

describe('Channel events', () => {
  it('delivers to every listener until it is removed, even when one throws', async () => {
    const { client, server, problems } = connect();
    const heard: string[] = [];
    const offBad = server.on('order', () => {
      throw new Error('deaf');
    });
    const off = server.on('order', ({ text }) => heard.push(text));
    client.emit('order', { text: 'tea' });
    await settle();
    expect([heard, problems]).toEqual([['tea'], ['protocol/listener-failed']]);
    off();
    offBad();
    client.emit('order', { text: 'cake' });
    await settle();
    expect([heard, problems]).toEqual([['tea'], ['protocol/listener-failed']]);
  });

  it('reports an event that cannot be sent instead of throwing', () => {
    const port: Port = {
      post: () => {
        throw new Error('line cut');
      },
      onMessage: () => () => {},
    };
    const problems: string[] = [];
    const onProblem = (problem: PlaygroundError) => void problems.push(problem.message);
    const channel = new Channel({ port, local: guest, remote: kitchen, handlers: {}, onProblem });
    channel.emit('order', { text: 'x' });
    expect(problems).toEqual(['line cut']);
  });
});

describe('Channel and bad messages', () => {
  it.each([
    ['params', { kind: 'request', id: 1, name: 'cook', params: { dish: 1 } }, 'protocol/bad-params'],
    ['surplus params', { kind: 'request', id: 1, name: 'wash', params: { x: 1 } }, 'protocol/bad-params'],
    ['unknown name', { kind: 'request', id: 1, name: 'burn', params: {} }, 'protocol/unknown-request'],
    [
      'inherited name',
      { kind: 'request', id: 1, name: 'constructor', params: {} },
      'protocol/unknown-request',
    ],
    ['__proto__', { kind: 'request', id: 1, name: '__proto__', params: {} }, 'protocol/unknown-request'],
  ])('refuses a request with bad %s', async (_what, message, code) => {
    const { far, problems, replies } = serveRaw();
    far.post(message);
    await settle();
    expect(replies.at(-1)).toMatchObject({ kind: 'failure', id: 1, code });
    expect(problems).toEqual([code]);
  });

  it.each([
    ['event data', { kind: 'event', name: 'bell', data: {} }, 'protocol/bad-event'],
    ['event name', { kind: 'event', name: 'toString', data: {} }, 'protocol/unknown-event'],
    ['reply', { kind: 'response', id: 77, result: {} }, 'protocol/bad-envelope'],
    ['envelope', { kind: 'request', id: -1, name: 'wash', params: {} }, 'protocol/bad-envelope'],
  ])('reports a bad %s and tells no listener', async (_what, message, code) => {
    const { channel, far, problems } = serveRaw();
    let heard = 0;
    channel.on('bell', () => heard++);
    far.post(message);
    await settle();
    expect([heard, problems]).toEqual([0, [code]]);
  });

  it('does not serve the same request id twice at once', async () => {
    let calls = 0;
    const { far, problems } = serveRaw({ wash: () => (calls++, new Promise<never>(() => {})) });
    for (const id of [1, 1]) far.post({ kind: 'request', id, name: 'wash', params: {} });
    await settle();
    expect([calls, problems]).toEqual([1, ['protocol/bad-envelope']]);
  });

  it('believes only codes of our families', async () => {
    const { channel, far } = serveRaw();
    const code = codeOf(channel.request('wash', {}));
    far.post({ kind: 'failure', id: 1, code: 'root/shell', message: 'x' });
    expect(await code).toBe('protocol/failure');
  });
});
