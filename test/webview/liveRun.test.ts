import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { PlaygroundError } from '../../src/core/errors';
import { modelSpecSchema } from '../../src/core/model/modelSpec';
import { initialRunState, tryReduceRun } from '../../src/core/training/reduceRun';
import type { RunEvent, RunFact } from '../../src/core/training/runEvents';
import { planRun } from '../../src/core/training/runPlanner';
import type { BackendName } from '../../src/core/training/runPlan';
import type { RunState } from '../../src/core/training/runState';
import { LiveRun } from '../../webview/ui/training/liveRun';
import { FakeLane } from './support/fakeLane';

const A = { arm: 'a', seed: 1 } as const;
const B = { arm: 'b', seed: 1 } as const;

function planFor(seeds: number[], epochs: number) {
  const spec = v.parse(modelSpecSchema, { version: 1, name: 'Tiny', backbone: { depth: 8 } });
  return planRun({ runId: 'run', createdAtMs: 0, spec, overrides: { seeds, epochs } });
}

interface Rig {
  run: LiveRun;
  ended: Promise<void>;
  lanes: FakeLane[];
  facts: RunFact[];
  statuses(): string[];
  warnings: PlaygroundError[];
  /** What the run said when it asked for lanes. */
  jobsAtOnce: number[];
  advance(ms: number): void;
}

/** A live run over fake lanes. Every fact goes through core's reducer, which must accept it. */
function rig(options: {
  seeds?: number[];
  epochs?: number;
  lanes?: number;
  backend?: BackendName;
  before?: RunState;
  save?: () => Promise<void>;
  acquire?: Promise<void>;
  checkpoint?: { epoch: number; data: Uint8Array<ArrayBuffer> };
}): Rig {
  const plan = options.before?.plan ?? planFor(options.seeds ?? [1], options.epochs ?? 1);
  const lanes = Array.from({ length: options.lanes ?? 2 }, () => new FakeLane(options.backend));
  const facts: RunFact[] = [];
  const warnings: PlaygroundError[] = [];
  const jobsAtOnce: number[] = [];
  let state = options.before ?? initialRunState(plan, 0);
  let nowMs = 0;
  const run = new LiveRun(plan, options.before ?? null, {
    acquireLanes: async (_, jobs) => {
      jobsAtOnce.push(jobs);
      await options.acquire;
      return Promise.all(lanes.map((fake) => fake.lane));
    },
    loadData: async () => ({ source: { kind: 'synthetic', seed: 1 }, transfer: [] }),
    report: (body) => {
      facts.push(body);
      const stamp = { runId: 'run', seq: state.seq + 1, atMs: 0 };
      const event: RunEvent =
        body.kind === 'epoch'
          ? { ...body, ...stamp, metrics: { ...body.metrics, remainingMs: 0 } }
          : { ...body, ...stamp };
      const { state: next, rejected } = tryReduceRun(state, event);
      if (rejected !== undefined) throw new Error(`${body.kind} was refused: ${rejected}`);
      state = next;
    },
    saveCheckpoint: options.save ?? (async () => undefined),
    loadCheckpoint: async () => options.checkpoint ?? null,
    warn: (problem) => warnings.push(problem),
    now: () => nowMs,
  });
  return {
    run,
    ended: run.train(),
    lanes,
    facts,
    statuses: () => facts.flatMap((fact) => (fact.kind === 'status' ? [fact.status] : [])),
    warnings,
    jobsAtOnce,
    advance: (ms) => (nowMs += ms),
  };
}

const soon = (condition: () => boolean) => expect.poll(condition, { timeout: 5000, interval: 1 }).toBe(true);

describe('LiveRun', () => {
  it('trains both arms side by side, seed after seed', async () => {
    const { lanes, ended, statuses } = rig({ seeds: [1, 2] });
    const [left, right] = lanes;
    await soon(() => left!.orders.length === 1 && right!.orders.length === 1);
    expect([left!.orders[0]!.job, right!.orders[0]!.job]).toEqual([A, B]);
    left!.epoch(A, 1);
    left!.finished(A, true);
    // The second seed waits for both arms of the first.
    await new Promise((resolve) => setTimeout(resolve));
    expect(left!.orders).toHaveLength(1);
    right!.epoch(B, 1);
    right!.finished(B, true);
    await soon(() => left!.orders.length === 2 && right!.orders.length === 2);
    for (const [fake, arm] of [
      [left!, 'a'],
      [right!, 'b'],
    ] as const) {
      fake.epoch({ arm, seed: 2 }, 1);
      fake.finished({ arm, seed: 2 }, true);
    }
    await ended;
    expect(statuses()).toEqual(['starting', 'running', 'completed']);
  });

  it('gives both arms the recipe of the first', async () => {
    const { lanes } = rig({});
    await soon(() => lanes.every(({ orders }) => orders.length === 1));
    const [first, second] = lanes.map(({ orders }) => orders[0]!);
    expect(first!.recipe).toEqual(second!.recipe);
    expect(first!.spec.se).toBe('none');
    expect(second!.spec.se).not.toBe('none');
  });

  it('is paused only when every worker has paused, and stopped only when every worker has stopped', async () => {
    const { run, lanes, ended, statuses } = rig({ epochs: 2 });
    const [left, right] = lanes;
    await soon(() => left!.orders.length === 1 && right!.orders.length === 1);
    await run.control('pause');
    expect([left!.controls, right!.controls]).toEqual([['pause'], ['pause']]);
    left!.paused(A);
    await new Promise((resolve) => setTimeout(resolve));
    expect(statuses()).toEqual(['starting', 'running']);
    right!.paused(B);
    await soon(() => statuses().at(-1) === 'paused');
    await run.control('stop');
    expect(statuses().at(-1)).toBe('stopping');
    left!.finished(A, false);
    right!.finished(B, false);
    await ended;
    expect(statuses()).toEqual(['starting', 'running', 'paused', 'stopping', 'stopped']);
  });

  it('holds the second arm back when paused between two jobs of one worker', async () => {
    const { run, lanes, ended, statuses } = rig({ lanes: 1 });
    const [only] = lanes;
    await soon(() => only!.orders.length === 1);
    await run.control('pause');
    only!.epoch(A, 1);
    only!.finished(A, true);
    await soon(() => statuses().at(-1) === 'paused');
    expect(only!.orders).toHaveLength(1);
    await run.control('resume');
    await soon(() => only!.orders.length === 2);
    only!.epoch(B, 1);
    only!.finished(B, true);
    await ended;
    expect(statuses()).toEqual(['starting', 'running', 'paused', 'running', 'completed']);
  });

  it('passes a pause on that came before the first step', async () => {
    const { run, lanes, statuses } = rig({ lanes: 1 });
    let open = () => undefined as void;
    lanes[0]!.startGate = new Promise((resolve) => (open = resolve));
    await soon(() => statuses().at(-1) === 'running');
    await run.control('pause');
    open();
    await soon(() => lanes[0]!.controls.length === 1);
    expect(lanes[0]!.controls).toEqual(['pause']);
  });

  it('can be stopped while the workers are starting', async () => {
    const { run, ended, statuses, facts } = rig({ acquire: new Promise(() => undefined) });
    await run.control('stop');
    await ended;
    expect(statuses()).toEqual(['starting', 'stopping', 'stopped']);
    expect(facts.some(({ kind }) => kind === 'jobStarted')).toBe(false);
  });

  it('can be stopped while a job is starting', async () => {
    const { run, lanes, ended, statuses, facts } = rig({});
    for (const fake of lanes) fake.startGate = new Promise(() => undefined);
    await soon(() => facts.filter(({ kind }) => kind === 'jobStarted').length === 2);
    await run.control('stop');
    await ended;
    expect(statuses().at(-1)).toBe('stopped');
  });

  it('fails when one worker fails, with its code and message', async () => {
    const { lanes, ended, facts } = rig({});
    await soon(() => lanes.every(({ orders }) => orders.length === 1));
    lanes[1]!.fail(B, 'engine/context-lost', 'The GPU went away.');
    await ended;
    expect(facts.at(-1)).toEqual({
      kind: 'status',
      status: 'failed',
      failure: { code: 'engine/context-lost', message: 'The GPU went away.' },
    });
  });

  it('fails when a worker dies, also one that has nothing to say', async () => {
    const { lanes, ended, facts } = rig({});
    await soon(() => lanes.every(({ orders }) => orders.length === 1));
    lanes[0]!.crash('out of memory');
    await ended;
    expect(facts.at(-1)).toMatchObject({ status: 'failed', failure: { code: 'engine/worker-crashed' } });
  });

  it('reports a checkpoint only once it is stored, and the end of the job after that', async () => {
    let stored = () => undefined as void;
    const save = () => new Promise<void>((resolve) => (stored = resolve));
    const { lanes, facts, ended } = rig({ lanes: 1, save });
    const kinds = () => facts.map(({ kind }) => kind);
    await soon(() => lanes[0]!.orders.length === 1);
    lanes[0]!.epoch(A, 1);
    lanes[0]!.finished(A, true);
    await soon(() => kinds().includes('epoch'));
    await new Promise((resolve) => setTimeout(resolve));
    expect(kinds()).not.toContain('checkpoint');
    expect(kinds()).not.toContain('jobFinished');
    stored();
    await soon(() => kinds().includes('jobFinished'));
    expect(kinds().slice(-4)).toEqual(['epoch', 'checkpoint', 'jobFinished', 'jobStarted']);
    lanes[0]!.crash('enough');
    await ended;
  });

  it('goes on from a checkpoint and skips jobs that are finished', async () => {
    const first = rig({ epochs: 2 });
    await soon(() => first.lanes.every(({ orders }) => orders.length === 1));
    first.lanes[0]!.epoch(A, 1);
    first.lanes[0]!.epoch(A, 2);
    first.lanes[0]!.finished(A, true);
    first.lanes[1]!.epoch(B, 1);
    await soon(() => first.facts.filter(({ kind }) => kind === 'checkpoint').length === 3);
    await first.run.control('stop');
    first.lanes[1]!.finished(B, false);
    await first.ended;

    let before = initialRunState(planFor([1], 2), 0);
    for (const fact of first.facts) {
      before = tryReduceRun(before, {
        ...fact,
        runId: 'run',
        seq: before.seq + 1,
        atMs: 0,
      } as RunEvent).state;
    }
    expect(before.status).toBe('stopped');
    const again = rig({ before, checkpoint: { epoch: 1, data: new Uint8Array([7]) } });
    await soon(() => again.lanes[0]!.orders.length === 1);
    const order = again.lanes[0]!.orders[0]!;
    expect([order.job, order.fromEpoch, [...order.checkpoint!]]).toEqual([B, 1, [7]]);
    // One job for two workers: they share it, each with a copy of the checkpoint.
    const shared = again.lanes[1]!.orders[0]!;
    expect([shared.job, shared.fromEpoch, [...shared.checkpoint!]]).toEqual([B, 1, [7]]);
    expect([order.group!.rank, shared.group!.rank, again.jobsAtOnce]).toEqual([0, 1, [1]]);
    again.lanes[0]!.epoch(B, 2);
    again.lanes[0]!.finished(B, true);
    again.lanes[1]!.finished(B, true);
    await again.ended;
    expect(again.statuses()).toEqual(['starting', 'running', 'completed']);
  });

  it('gives each arm as many workers as there are for it, with lines to each other', async () => {
    const { lanes, facts, run, ended, statuses } = rig({ lanes: 4 });
    await soon(() => lanes.every(({ orders }) => orders.length === 1));
    expect(lanes.map(({ orders }) => [orders[0]!.job.arm, orders[0]!.group!.rank])).toEqual([
      ['a', 0],
      ['a', 1],
      ['b', 0],
      ['b', 1],
    ]);
    expect(facts.find(({ kind }) => kind === 'backend')).toMatchObject({ report: { workers: 4 } });
    const [left, right] = lanes.slice(2).map(({ orders }) => orders[0]!.group!.ports[0] as MessagePort);
    const heard = new Promise((resolve) => (right!.onmessage = ({ data }) => resolve(data)));
    left!.postMessage('over here');
    expect(await heard).toBe('over here');
    left!.close();

    // Only leaders are told what to do.
    await run.control('pause');
    expect(lanes.map(({ controls }) => controls)).toEqual([['pause'], [], ['pause'], []]);
    lanes[0]!.paused(A);
    lanes[2]!.paused(B);
    await soon(() => statuses().at(-1) === 'paused');
    await run.control('stop');
    lanes[0]!.finished(A, false);
    lanes[2]!.finished(B, false);
    lanes[1]!.finished(A, false);
    await new Promise((resolve) => setTimeout(resolve));
    // A job ends when all of its workers have.
    expect(statuses().at(-1)).toBe('stopping');
    lanes[3]!.finished(B, false);
    await ended;
    expect(statuses().at(-1)).toBe('stopped');
  });

  it('leaves workers out rather than give one arm more than the other, or a GPU two', async () => {
    const onCpu = rig({ lanes: 3 });
    await soon(() => onCpu.lanes.filter(({ orders }) => orders.length === 1).length === 2);
    expect(onCpu.lanes.map(({ orders }) => orders[0]?.job.arm)).toEqual(['a', 'b', undefined]);
    expect(onCpu.lanes[0]!.orders[0]).not.toHaveProperty('group');
    const onGpu = rig({ lanes: 4, backend: 'webgl' });
    await soon(() => onGpu.lanes.filter(({ orders }) => orders.length === 1).length === 2);
    expect(onGpu.lanes.map(({ orders }) => orders[0]?.job.arm)).toEqual(['a', 'b', undefined, undefined]);
  });

  it.each([
    ['fails', (lane: FakeLane) => lane.fail(A, 'engine/peer-lost', 'Gone.'), 'engine/peer-lost'],
    ['dies', (lane: FakeLane) => lane.crash('out of memory'), 'engine/worker-crashed'],
  ])('fails at once when one worker of a group %s', async (_, end, code) => {
    const { lanes, ended, facts } = rig({ lanes: 4 });
    await soon(() => lanes.every(({ orders }) => orders.length === 1));
    end(lanes[1]!);
    await ended;
    expect(facts.at(-1)).toMatchObject({ status: 'failed', failure: { code } });
  });

  it('lets about two progress reports a second through', async () => {
    const { lanes, facts, advance } = rig({ lanes: 1 });
    await soon(() => lanes[0]!.orders.length === 1);
    for (let step = 1; step <= 100; step++) {
      lanes[0]!.progress(A, step);
      // The line is in memory: a macrotask later the report has arrived.
      await new Promise((resolve) => setTimeout(resolve));
      advance(10);
    }
    expect(facts.filter(({ kind }) => kind === 'progress')).toHaveLength(2);
  });
});
