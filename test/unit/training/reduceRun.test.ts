import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialRunState, reduceRun, replayRun, tryReduceRun } from '../../../src/core/training/reduceRun';
import { RUN_STATUSES, type RunEventBody, type RunStatus } from '../../../src/core/training/runEvents';
import type { RunState } from '../../../src/core/training/runState';
import { CREATED_AT_MS, eventsOf, finishedRun, metricsOf, planOf, RUN_ID, stateAfter } from './runFixture';

const plan = planOf({ epochs: 3, seeds: [1, 2] });
const A1 = { arm: 'a', seed: 1 } as const;
const summary = { classes: 2, imagesPerClass: [1, 1], blocks: [] };
const start: RunEventBody[] = [
  { kind: 'planned', plan },
  { kind: 'status', status: 'starting' },
  { kind: 'status', status: 'running' },
];
const epoch = (number: number): RunEventBody => ({ kind: 'epoch', metrics: metricsOf('a', 1, number) });
const step = (of: number, done = 3): RunEventBody => ({
  kind: 'progress',
  job: A1,
  epoch: of,
  step: done,
  stepsPerEpoch: 10,
  loss: 2,
  imagesPerSecond: 100,
});

/** Applies one more body, with the next seq. */
function then(state: RunState, body: RunEventBody) {
  return tryReduceRun(state, eventsOf([body], state.seq + 1)[0]!);
}

function expectRejected(state: RunState, body: RunEventBody, reason: RegExp) {
  const result = then(state, body);
  expect(result.rejected).toMatch(reason);
  expect(result.state).toBe(state);
}

describe('initialRunState', () => {
  it('is idle with one empty job for every arm and seed', () => {
    const state = initialRunState(plan, 77);
    expect(state).toMatchObject({ status: 'idle', seq: 0, startedAtMs: 77, plan });
    expect(Object.keys(state.jobs).sort()).toEqual(['a-1', 'a-2', 'b-1', 'b-2']);
    for (const job of Object.values(state.jobs)) {
      expect(job).toEqual({ series: [], excitation: [], checkpointEpoch: 0, finished: false });
    }
  });
});

describe('reduceRun: status', () => {
  // The legal moves, drawn as a table: rows are from, the text lists to.
  const legal: Record<RunStatus, string> = {
    idle: 'starting stopped failed interrupted',
    starting: 'running paused stopping stopped failed interrupted',
    running: 'paused stopping completed stopped failed interrupted',
    paused: 'running stopping stopped failed interrupted',
    stopping: 'stopped completed failed interrupted',
    completed: '',
    stopped: 'starting',
    failed: 'starting',
    interrupted: 'starting',
  };
  const done = finishedRun(planOf({ epochs: 1, seeds: [1] }), { a: [0.1], b: [0.2] });

  it.each(RUN_STATUSES.flatMap((from) => RUN_STATUSES.map((to) => [from, to] as const)))(
    '%s -> %s',
    (from, to) => {
      const state: RunState = { ...done, status: from };
      const result = then(state, { kind: 'status', status: to });
      if (legal[from].split(' ').includes(to)) {
        expect(result.rejected).toBeUndefined();
        expect(result.state.status).toBe(to);
      } else {
        expect(result.rejected).toBeDefined();
        expect(result.state).toBe(state);
      }
    },
  );

  it('sets the end of a run that ended, with its failure, and forgets both on a restart', () => {
    const failure = { code: 'engine/context-lost', message: 'The GPU went away.' };
    const failed = stateAfter(plan, [...start, step(1), { kind: 'status', status: 'failed', failure }]);
    expect(failed).toMatchObject({ status: 'failed', failure, endedAtMs: CREATED_AT_MS + 5000 });
    expect(failed.jobs['a-1']!.progress).toBeUndefined();
    const again = then(failed, { kind: 'status', status: 'starting' }).state;
    expect(again.status).toBe('starting');
    expect('failure' in again || 'endedAtMs' in again).toBe(false);
    expect(again.startedAtMs).toBe(failed.startedAtMs);
  });

  it('completes only when every job has finished', () => {
    expectRejected(
      stateAfter(plan, [...start, epoch(1)]),
      { kind: 'status', status: 'completed' },
      /not every job/,
    );
    expect(done.status).toBe('completed');
  });
});

describe('reduceRun: facts', () => {
  it('ignores an event it has seen, without calling it an error', () => {
    const state = stateAfter(plan, [...start, epoch(1)]);
    for (const seq of [0, 1, state.seq]) {
      const result = tryReduceRun(state, eventsOf([epoch(2)], seq)[0]!);
      expect(result).toEqual({ state });
      expect(result.state).toBe(state);
    }
  });

  it('takes the seq of the event, also across a gap', () => {
    const state = stateAfter(plan, start);
    expect(reduceRun(state, eventsOf([epoch(1)], 40)[0]!).seq).toBe(40);
  });

  it('refuses the event of another run', () => {
    const state = stateAfter(plan, start);
    const event = { ...eventsOf([epoch(1)], 9)[0]!, runId: 'other' };
    expect(tryReduceRun(state, event)).toEqual({ state, rejected: expect.stringContaining('other') });
  });

  it('refuses a second plan once started', () => {
    expectRejected(stateAfter(plan, start), { kind: 'planned', plan }, /has a plan/);
  });

  it('collects epochs in order and refuses holes, repeats and epochs past the plan', () => {
    const state = stateAfter(plan, [...start, epoch(1), epoch(2)]);
    expect(state.jobs['a-1']!.series.map((metrics) => metrics.epoch)).toEqual([1, 2]);
    expect(state.jobs['b-1']!.series).toEqual([]);
    expectRejected(state, epoch(2), /epoch 3 was due/);
    expectRejected(stateAfter(plan, [...start, epoch(1)]), epoch(3), /epoch 2 was due/);
    expectRejected(then(state, epoch(3)).state, epoch(4), /3 epochs only/);
  });

  it('refuses jobs that are not in the plan', () => {
    const state = stateAfter(plan, start);
    expectRejected(state, { kind: 'epoch', metrics: metricsOf('a', 9, 1) }, /no job a-9/);
    expectRejected(
      state,
      { kind: 'checkpoint', job: { arm: 'b', seed: 3 }, epoch: 0, bytes: 1 },
      /no job b-3/,
    );
  });

  it.each(['idle', 'completed', 'stopped', 'failed', 'interrupted'] as const)(
    'takes no training facts while the run is %s',
    (status) => {
      const state: RunState = { ...stateAfter(plan, [...start, epoch(1)]), status };
      for (const body of [
        epoch(2),
        step(2),
        { kind: 'jobStarted', job: A1, fromEpoch: 0 } as const,
        { kind: 'excitation', job: A1, epoch: 1, summary } as const,
        { kind: 'jobFinished', job: A1 } as const,
      ]) {
        expectRejected(state, body, new RegExp(status));
      }
    },
  );

  it('keeps the position in the epoch in flight and clears it when the epoch ends', () => {
    const state = stateAfter(plan, [...start, step(1)]);
    expect(state.jobs['a-1']!.progress).toEqual({
      epoch: 1,
      step: 3,
      stepsPerEpoch: 10,
      loss: 2,
      imagesPerSecond: 100,
    });
    expect(then(state, epoch(1)).state.jobs['a-1']!.progress).toBeUndefined();
    expectRejected(state, step(2), /not in flight/);
    expectRejected(state, step(1, 11), /past the end/);
  });

  it('keeps the excitation of each evaluated epoch once', () => {
    const entry = (of: number): RunEventBody => ({ kind: 'excitation', job: A1, epoch: of, summary });
    const state = stateAfter(plan, [...start, epoch(1), entry(1)]);
    expect(state.jobs['a-1']!.excitation).toEqual([{ epoch: 1, summary }]);
    expectRejected(state, entry(1), /not just evaluated/);
    expectRejected(state, entry(3), /not just evaluated/);
  });

  it('notes a checkpoint even after the run was interrupted, but not of an epoch that never ended', () => {
    const state = stateAfter(plan, [...start, epoch(1), { kind: 'status', status: 'interrupted' }]);
    const checkpoint = (of: number): RunEventBody => ({ kind: 'checkpoint', job: A1, epoch: of, bytes: 8 });
    expect(then(state, checkpoint(1)).state.jobs['a-1']!.checkpointEpoch).toBe(1);
    expectRejected(state, checkpoint(2), /has not finished/);
  });

  it('finishes a job only after its last epoch', () => {
    const state = stateAfter(plan, [...start, epoch(1), epoch(2)]);
    expectRejected(state, { kind: 'jobFinished', job: A1 }, /1 epochs to train/);
    const last = then(state, epoch(3)).state;
    expect(then(last, { kind: 'jobFinished', job: A1 }).state.jobs['a-1']!.finished).toBe(true);
    expect(then(then(last, { kind: 'jobFinished', job: A1 }).state, step(4)).rejected).toBeDefined();
  });

  it('keeps what the backend is until the run has ended', () => {
    const report = { backend: 'wasm', device: 'SIMD', reason: 'No GPU.', workers: 2 } as const;
    expect(stateAfter(plan, [...start, { kind: 'backend', report }]).backend).toEqual(report);
    expectRejected({ ...stateAfter(plan, start), status: 'stopped' }, { kind: 'backend', report }, /stopped/);
  });

  it('forgets what came after the checkpoint a job restarts from', () => {
    const before = stateAfter(plan, [
      ...start,
      epoch(1),
      { kind: 'excitation', job: A1, epoch: 1, summary },
      { kind: 'checkpoint', job: A1, epoch: 1, bytes: 8 },
      { kind: 'epoch', metrics: metricsOf('b', 1, 1) },
      epoch(2),
      { kind: 'excitation', job: A1, epoch: 2, summary },
      step(3),
      { kind: 'status', status: 'interrupted' },
      { kind: 'status', status: 'starting' },
    ]);
    const after = then(before, { kind: 'jobStarted', job: A1, fromEpoch: 1 }).state;
    expect(after.jobs['a-1']).toEqual({
      series: [metricsOf('a', 1, 1)],
      excitation: [{ epoch: 1, summary }],
      checkpointEpoch: 1,
      finished: false,
    });
    expect(after.jobs['b-1']).toEqual(before.jobs['b-1']);
    const anew = then(before, { kind: 'jobStarted', job: A1, fromEpoch: 0 }).state.jobs['a-1']!;
    expect(anew).toEqual({ series: [], excitation: [], checkpointEpoch: 0, finished: false });
    expectRejected(before, { kind: 'jobStarted', job: A1, fromEpoch: 3 }, /never trained/);
  });
});

describe('reduceRun: any events at all', () => {
  const job = fc.record({ arm: fc.constantFrom('a' as const, 'b' as const), seed: fc.constantFrom(1, 2, 3) });
  const at = fc.integer({ min: 0, max: 4 });
  const body: fc.Arbitrary<RunEventBody> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(job, at)
        .map(([{ arm, seed }, of]) => ({ kind: 'epoch' as const, metrics: metricsOf(arm, seed, of) })),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('status' as const),
        status: fc.constantFrom(...RUN_STATUSES),
      }),
    },
    fc.record({ kind: fc.constant('jobStarted' as const), job, fromEpoch: at }),
    fc.record({ kind: fc.constant('checkpoint' as const), job, epoch: at, bytes: at }),
    fc.record({ kind: fc.constant('excitation' as const), job, epoch: at, summary: fc.constant(summary) }),
    fc.record({ kind: fc.constant('jobFinished' as const), job }),
    fc.tuple(job, at, at).map(([key, of, done]) => ({ ...step(of, done), job: key }) as RunEventBody),
  );
  const bodies = fc.array(body, { maxLength: 60 }).map((tail) => [...start, ...tail]);

  it('keeps every series without holes and never changes a state it was given', () => {
    fc.assert(
      fc.property(bodies, (facts) => {
        let state = deepFreeze(initialRunState(plan, CREATED_AT_MS));
        for (const event of eventsOf(facts)) {
          state = deepFreeze(reduceRun(state, deepFreeze(event)));
          for (const one of Object.values(state.jobs)) {
            expect(one.series.map((metrics) => metrics.epoch)).toEqual(
              one.series.map((_, index) => index + 1),
            );
            expect(one.checkpointEpoch).toBeLessThanOrEqual(one.series.length);
            expect(one.series.length).toBeLessThanOrEqual(plan.epochs);
            if (one.finished) expect(one.series).toHaveLength(plan.epochs);
            if (one.progress) expect(one.progress.epoch).toBe(one.series.length + 1);
          }
          const ended = ['completed', 'stopped', 'failed', 'interrupted'].includes(state.status);
          expect('endedAtMs' in state).toBe(ended);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('replays a stored log, repeats and refused events included, to the same state', () => {
    fc.assert(
      fc.property(bodies, fc.array(fc.nat({ max: 60 }), { maxLength: 5 }), (facts, repeats) => {
        const events = eventsOf(facts);
        const live = events.reduce(reduceRun, initialRunState(plan, events[0]!.atMs));
        const stored = events.flatMap((event, index) => (repeats.includes(index) ? [event, event] : [event]));
        expect(replayRun(stored)).toEqual(live);
      }),
      { numRuns: 100 },
    );
  });

  it('has no state for a log that does not begin with a plan', () => {
    expect(replayRun([])).toBeUndefined();
    expect(replayRun(eventsOf([{ kind: 'status', status: 'starting' }]))).toBeUndefined();
    expect(replayRun(eventsOf([{ kind: 'planned', plan }]))?.plan.runId).toBe(RUN_ID);
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
