import { describe, expect, it } from 'vitest';
import { replayRun } from '../../../src/core/training/reduceRun';
import type { RunEvent, RunEventBody } from '../../../src/core/training/runEvents';
import { statusText } from '../../../src/host/status/statusText';
import { examplePlan, status, trained } from './runFixtures';

function stateAfter(...bodies: RunEventBody[]) {
  const plan = examplePlan('r', 4);
  const all: RunEventBody[] = [{ kind: 'planned', plan }, status('starting'), ...bodies];
  return replayRun(
    all.map((body, index): RunEvent => ({ ...body, runId: 'r', seq: index + 1, atMs: index })),
  )!;
}

describe('statusText', () => {
  it('counts all jobs, and names the epoch in flight', () => {
    expect(statusText(stateAfter())).toBe('$(sync~spin) SE 0 % · epoch 1 of 4');
    expect(statusText(stateAfter(status('running'), ...trained(1)))).toBe(
      '$(sync~spin) SE 25 % · epoch 2 of 4',
    );
    expect(statusText(stateAfter(status('running'), ...trained(4)))).toBe(
      '$(sync~spin) SE 100 % · epoch 4 of 4',
    );
  });

  it('shows a pause', () => {
    expect(statusText(stateAfter(status('running'), status('paused')))).toMatch(/^\$\(debug-pause\)/);
  });
});
