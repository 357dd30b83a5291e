import { describe, expect, it } from 'vitest';
import { Channel } from '../../../src/protocol/channel';
import { memoryPortPair } from '../../../src/protocol/port';
import { pageForWorkerContract, workerContract } from '../../../src/protocol/uiWorkerContract';
import { runSweep, type SweptChannel } from '../../../webview/ui/inspect/knockOut/sweep';
import { noInspection } from '../../webview/support/noInspection';

const ASKED = { block: 'layer1.0.se', to: 'zero' as const };
const fail = (problem: Error) => {
  throw problem;
};

/** A worker that sweeps as the test says, and the page's way to it. */
function sweeper() {
  const [pagePort, workerPort] = memoryPortPair();
  let stopped: () => void = () => undefined;
  const stopRequest = new Promise<void>((resolve) => (stopped = resolve));
  const worker = new Channel({
    port: workerPort,
    local: workerContract,
    remote: pageForWorkerContract,
    handlers: {
      ...noInspection,
      initialize: () => ({ backend: 'wasm' as const, device: '', reason: '' }),
      estimate: () => ({ stepMs: 1, evaluationMsPerImage: 1 }),
      loadData: () => ({ train: 1, test: 1 }),
      startJob: () => ({}),
      control: () => ({}),
      startSweep: () => ({}),
      stopSweep: () => {
        stopped();
        return {};
      },
    },
    onProblem: fail,
  });
  const channel = new Channel({
    port: pagePort,
    local: pageForWorkerContract,
    remote: workerContract,
    handlers: {},
    onProblem: fail,
  });
  const progress = (number: number) =>
    worker.emit('sweepProgress', { ...ASKED, channel: number, accuracy: 0.5, loss: 1 });
  return { worker, progress, stopRequest, open: { channel, epoch: 1, validationImages: 10, classes: 10 } };
}

/** Lets every message that is on its way arrive. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('runSweep', () => {
  it('tells every channel, and ends when the worker has ended', async () => {
    const { worker, progress, open } = sweeper();
    const seen: number[] = [];
    const done = runSweep(open, ASKED, ({ channel }) => seen.push(channel), new AbortController().signal);
    await settle();
    progress(0);
    progress(1);
    worker.emit('sweepFinished', { ...ASKED, completed: true });
    expect(await done).toBe(true);
    progress(2);
    await settle();
    expect(seen).toEqual([0, 1]);
  });

  it('asks the worker to stop, and waits until it has', async () => {
    const { worker, progress, stopRequest, open } = sweeper();
    const seen: SweptChannel[] = [];
    const given = new AbortController();
    const done = runSweep(open, ASKED, (channel) => seen.push(channel), given.signal);
    await settle();
    progress(0);
    given.abort();
    await stopRequest;
    worker.emit('sweepFinished', { ...ASKED, completed: false });
    expect(await done).toBe(false);
    expect(seen).toEqual([{ channel: 0, accuracy: 0.5, loss: 1 }]);
  });

  it('asks it even if the wish came before it had begun', async () => {
    const { worker, stopRequest, open } = sweeper();
    const given = new AbortController();
    const done = runSweep(open, ASKED, () => undefined, given.signal);
    given.abort();
    await stopRequest;
    worker.emit('sweepFinished', { ...ASKED, completed: false });
    expect(await done).toBe(false);
  });

  it('does not wait for a worker that is gone', async () => {
    const { open } = sweeper();
    const given = new AbortController();
    const done = runSweep(open, ASKED, () => undefined, given.signal);
    await settle();
    open.channel.dispose();
    given.abort();
    await expect(done).rejects.toMatchObject({ code: 'protocol/disposed' });
  });

  it('fails with the reason of a channel that failed', async () => {
    const { worker, open } = sweeper();
    const done = runSweep(open, ASKED, () => undefined, new AbortController().signal);
    await settle();
    const failure = { code: 'engine/non-finite', message: 'The gates are no numbers.' };
    worker.emit('sweepFinished', { ...ASKED, completed: false, failure });
    await expect(done).rejects.toMatchObject(failure);
  });
});
