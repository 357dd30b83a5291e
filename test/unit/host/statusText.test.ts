import { describe, expect, it } from 'vitest';
import { replayRun } from '../../../src/core/training/reduceRun';
import type { RunEvent, RunFact } from '../../../src/core/training/runEvents';
import type { JobKey } from '../../../src/core/training/runPlan';
import { statusText } from '../../../src/host/status/statusText';
import { armA, armB, examplePlan, metrics, status, trained } from './runFixtures';

function stateAfter(...facts: RunFact[]) {
  const plan = examplePlan('r', 4);
  const all: RunFact[] = [{ kind: 'planned', plan }, status('starting'), ...facts];
  return replayRun(
    all.map((body, index): RunEvent => {
      const stamp = { runId: 'r', seq: index + 1, atMs: index };
      if (body.kind !== 'epoch') return { ...body, ...stamp };
      return { ...body, ...stamp, metrics: { ...body.metrics, remainingMs: 0 } };
    }),
  )!;
}

describe('statusText', () => {
  it('counts all jobs, and names the epoch in flight', () => {
    expect(statusText(stateAfter())).toBe('$(pulse) SE 0% · epoch 1 of 4');
    expect(statusText(stateAfter(status('running'), ...trained(1)))).toBe('$(pulse) SE 25% · epoch 2 of 4');
    expect(statusText(stateAfter(status('running'), ...trained(4)))).toBe('$(pulse) SE 100% · epoch 4 of 4');
  });

  it('names the slower epoch of two that train side by side, and forgets a job that has finished', () => {
    const progress = (job: JobKey, epoch: number): RunFact => ({
      ...{ kind: 'progress', job, epoch },
      ...{ step: 1, stepsPerEpoch: 10, loss: 2, imagesPerSecond: 100 },
    });
    const epochs = (job: JobKey, count: number): RunFact[] =>
      Array.from({ length: count }, (_, index) => ({ kind: 'epoch', metrics: metrics(job, index + 1) }));
    const apart = [...epochs(armA, 2), progress(armA, 3), progress(armB, 1)];
    expect(statusText(stateAfter(status('running'), ...apart))).toMatch(/epoch 1 of 4$/);
    const alone = [...epochs(armA, 2), progress(armA, 3)];
    expect(statusText(stateAfter(status('running'), ...alone))).toMatch(/epoch 3 of 4$/);
    const other: RunFact[] = [
      ...epochs(armA, 4),
      { kind: 'jobFinished', job: armA },
      ...epochs(armB, 1),
      progress(armB, 2),
    ];
    expect(statusText(stateAfter(status('running'), ...other))).toMatch(/epoch 2 of 4$/);
  });

  it('shows a pause', () => {
    expect(statusText(stateAfter(status('running'), status('paused')))).toMatch(/^\$\(debug-pause\)/);
  });
});
