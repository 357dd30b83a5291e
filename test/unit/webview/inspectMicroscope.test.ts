import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { modelSpecSchema } from '../../../src/core/model/modelSpec';
import type { JobKey } from '../../../src/core/training/runPlan';
import { planRun } from '../../../src/core/training/runPlanner';
import { Channel } from '../../../src/protocol/channel';
import { memoryPortPair } from '../../../src/protocol/port';
import {
  pageForWorkerContract,
  workerContract,
  type ModelToOpen,
} from '../../../src/protocol/uiWorkerContract';
import { IDLE_MS, Microscope, type MicroscopeState } from '../../../webview/ui/inspect/microscope';
import type { WorkerLine } from '../../../webview/ui/training/lane';
import { noInspection } from '../../webview/support/noInspection';

const SPEC = v.parse(modelSpecSchema, {
  version: 1,
  name: 'tiny',
  backbone: { depth: 8 },
  training: { seeds: [4] },
});
const PLAN = planRun({ runId: 'run-1', createdAtMs: 0, spec: SPEC });
const WITH_SE: JobKey = { arm: 'b', seed: 4 };
const WITHOUT: JobKey = { arm: 'a', seed: 4 };
const NEVER = new AbortController().signal;

/** Workers that open models, and do nothing else. */
class Workers {
  readonly opened: ModelToOpen[] = [];
  readonly ended: boolean[] = [];
  readonly crash: ((message: string) => void)[] = [];
  loads = 0;

  line(): WorkerLine {
    const [page, worker] = memoryPortPair();
    const number = this.ended.push(false) - 1;
    new Channel({
      port: worker,
      local: workerContract,
      remote: pageForWorkerContract,
      handlers: {
        ...noInspection,
        initialize: () => ({ backend: 'wasm' as const, device: 'A device', reason: 'Test.' }),
        estimate: () => ({ stepMs: 1, evaluationMsPerImage: 1 }),
        loadData: () => {
          this.loads++;
          return { train: 1, test: 1 };
        },
        startJob: () => ({}),
        control: () => ({}),
        openModel: (order) => {
          this.opened.push(order);
          return { epoch: 3, validationImages: 100, classes: 10 };
        },
        knockOut: () => new Promise<never>(() => undefined),
      },
      onProblem: (problem) => {
        throw problem;
      },
    });
    return {
      port: page,
      onCrash: (listener) => (this.crash[number] = listener),
      terminate: () => (this.ended[number] = true),
    };
  }
}

let workers: Workers;
let states: MicroscopeState[];
let checkpoints: Map<string, Uint8Array<ArrayBuffer>>;
let microscope: Microscope;

beforeEach(() => {
  vi.useFakeTimers();
  workers = new Workers();
  states = [];
  checkpoints = new Map([
    ['a', Uint8Array.of(1)],
    ['b', Uint8Array.of(2)],
  ]);
  microscope = new Microscope(
    {
      openLine: () => Promise.resolve(workers.line()),
      wasm: () => Promise.resolve(new Uint8Array(4)),
      loadData: () =>
        Promise.resolve({ source: { kind: 'quick' as const, file: new Uint8Array(1) }, transfer: [] }),
      loadCheckpoint: (_, { arm }) => {
        const data = checkpoints.get(arm);
        return Promise.resolve(data ? { epoch: 3, data: new Uint8Array(data) } : null);
      },
      onProblem: (problem) => {
        throw problem;
      },
    },
    (state) => states.push(state),
  );
});
afterEach(() => vi.useRealTimers());

const epochOf = (job: JobKey) =>
  microscope.use({ plan: PLAN, job }, ({ epoch }) => Promise.resolve(epoch), NEVER);

describe('opening', () => {
  it('starts a worker for the first wish, and uses it for all that follow', async () => {
    expect(microscope.state).toEqual({ kind: 'closed', why: 'unused' });
    expect(await Promise.all([epochOf(WITH_SE), epochOf(WITH_SE)])).toEqual([3, 3]);
    expect(await epochOf(WITHOUT)).toBe(3);
    expect(workers.ended).toEqual([false]);
    expect(workers.loads).toBe(1);
    expect(workers.opened.map(({ checkpoint, seed }) => [checkpoint[0], seed])).toEqual([
      [2, 4],
      [1, 4],
    ]);
    // The recipe is the run's, which is the first arm's.
    expect(workers.opened[1]?.recipe).toEqual(PLAN.arms[0]?.spec.training);
    expect(workers.opened[0]?.spec).toEqual(PLAN.arms[1]?.spec);
    expect(states.slice(0, 4)).toEqual([
      { kind: 'opening', step: 'worker' },
      { kind: 'opening', step: 'images' },
      { kind: 'opening', step: 'model' },
      { kind: 'open' },
    ]);
  });

  it('says that there are no weights, and then opens another model', async () => {
    checkpoints.delete('b');
    await expect(epochOf(WITH_SE)).rejects.toMatchObject({ code: 'storage/checkpoint' });
    expect(await epochOf(WITHOUT)).toBe(3);
  });

  it('tries again after a worker that could not be started', async () => {
    const line = vi.spyOn(workers, 'line').mockImplementationOnce(() => {
      throw new Error('no worker today');
    });
    await expect(epochOf(WITH_SE)).rejects.toThrow('no worker today');
    expect(microscope.state).toEqual({ kind: 'closed', why: 'unused' });
    expect(await epochOf(WITH_SE)).toBe(3);
    expect(line).toHaveBeenCalledTimes(2);
  });
});

describe('closing', () => {
  it('comes two minutes after the last use, and not while something is still going on', async () => {
    await epochOf(WITH_SE);
    await vi.advanceTimersByTimeAsync(IDLE_MS - 1);
    let end: () => void = () => undefined;
    const long = microscope.use(
      { plan: PLAN, job: WITH_SE },
      () => new Promise<void>((resolve) => (end = resolve)),
      NEVER,
    );
    await vi.advanceTimersByTimeAsync(3 * IDLE_MS);
    expect(workers.ended).toEqual([false]);
    end();
    await long;
    await vi.advanceTimersByTimeAsync(IDLE_MS - 1);
    expect(workers.ended).toEqual([false]);
    await vi.advanceTimersByTimeAsync(1);
    expect(workers.ended).toEqual([true]);
    expect(microscope.state).toEqual({ kind: 'closed', why: 'idle' });
    expect(await epochOf(WITH_SE)).toBe(3);
    expect(workers.ended).toEqual([true, false]);
    expect(workers.loads).toBe(2);
  });

  it('for training cancels what is going on, and what was still opening', async () => {
    const busy = microscope.use(
      { plan: PLAN, job: WITH_SE },
      ({ channel }, signal) => channel.request('knockOut', { edits: [] }, { signal }),
      NEVER,
    );
    const told = expect(busy).rejects.toMatchObject({ code: 'cancelled' });
    await vi.advanceTimersByTimeAsync(10);
    microscope.close('training');
    await told;
    expect(workers.ended).toEqual([true]);
    expect(microscope.state).toEqual({ kind: 'closed', why: 'training' });

    const opening = expect(epochOf(WITH_SE)).rejects.toMatchObject({ code: 'cancelled' });
    await Promise.resolve();
    microscope.close('training');
    await opening;
    await vi.advanceTimersByTimeAsync(10);
    expect(workers.ended.every((ended) => ended)).toBe(true);
    expect(microscope.state).toEqual({ kind: 'closed', why: 'training' });
  });

  it('by a crash tells those who wait what happened', async () => {
    const busy = microscope.use(
      { plan: PLAN, job: WITH_SE },
      ({ channel }, signal) => channel.request('knockOut', { edits: [] }, { signal }),
      NEVER,
    );
    const told = expect(busy).rejects.toMatchObject({ code: 'engine/worker-crashed' });
    await vi.advanceTimersByTimeAsync(10);
    workers.crash[0]?.('out of memory');
    await told;
    expect(await epochOf(WITH_SE)).toBe(3);
    expect(workers.ended).toEqual([true, false]);
  });
});

it('does not begin what nobody wants any more', async () => {
  const given = new AbortController();
  const work = vi.fn(() => Promise.resolve(1));
  const asked = microscope.use({ plan: PLAN, job: WITH_SE }, work, given.signal);
  given.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  await vi.advanceTimersByTimeAsync(10);
  expect(work).not.toHaveBeenCalled();
});
