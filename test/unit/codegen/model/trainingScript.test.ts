/** The generated training script is run: alone, under torchrun, cut short and resumed; its log is read with the extension's own guards. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel } from '../../../../src/core/model/compileModel';
import { withoutSe } from '../../../../src/core/model/modelSpec';
import { learningRateAt } from '../../../../src/core/training/learningRate';
import { initialRunState, reduceRun, replayRun, tryReduceRun } from '../../../../src/core/training/reduceRun';
import type { RunEvent } from '../../../../src/core/training/runEvents';
import { planRun } from '../../../../src/core/training/runPlanner';
import { runProgress } from '../../../../src/core/training/runProgress';
import { fromStateDict } from '../../../../src/core/weights/pytorchLayout';
import { decodeSafetensors } from '../../../../src/core/weights/safetensors';
import { TORCH, TORCH_NOTE } from './runPython';
import { beside, eventsOf, runScript, TINY, writeScript } from './trainingCase';

const folder = mkdtempSync(path.join(tmpdir(), 'generated-training-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, name);

const WEIGHTS = ['without-se-seed-7.safetensors', 'with-se-seed-7.safetensors'];

/** Replays a log and holds every event to the reducer: none is refused. */
function replayStrictly(events: readonly RunEvent[]) {
  const [first] = events;
  if (first?.kind !== 'planned') throw new Error('The log does not begin with a plan');
  let state = initialRunState(first.plan, first.atMs);
  for (const event of events) {
    if (event.kind === 'epoch') {
      const after = reduceRun(state, event);
      expect(event.metrics.remainingMs).toBeCloseTo(runProgress(after).remainingMs ?? NaN, 3);
    }
    const { state: next, rejected } = tryReduceRun(state, event);
    expect(rejected, JSON.stringify(event)).toBeUndefined();
    state = next;
  }
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(state).toEqual(replayRun(events));
  return state;
}

/** A completed pair: every epoch's metrics, gates of every block in the arm that has them. */
function expectWholePair(events: readonly RunEvent[]): void {
  const state = replayStrictly(events);
  expect(state.status).toBe('completed');
  expect(state.backend).toMatchObject({ backend: 'pytorch', workers: 1 });
  const { runId, createdAtMs } = state.plan;
  expect(runId).toMatch(/^[A-Za-z0-9-]{1,64}$/);
  expect(state.plan).toEqual(planRun({ runId, createdAtMs, spec: TINY }));

  const { epochs } = TINY.training;
  const without = state.jobs['a-7']!;
  const withGates = state.jobs['b-7']!;
  expect(without.excitation).toEqual([]);
  expect(withGates.excitation.map(({ epoch }) => epoch)).toEqual([1, 2]);
  const { blocks } = compileModel(TINY);
  for (const { summary } of withGates.excitation) {
    expect(summary.classes).toBe(10);
    expect(summary.imagesPerClass).toEqual(Array(10).fill(50));
    expect(summary.blocks.map(({ block, channels }) => ({ id: block, channels }))).toEqual(
      blocks.map(({ id, channels }) => ({ id, channels })),
    );
    for (const { mean, deviation, channels } of summary.blocks) {
      expect([mean.length, deviation.length]).toEqual([10 * channels, 10 * channels]);
      expect(mean.every((gate) => gate > 0 && gate < 1)).toBe(true);
    }
  }
  for (const { series } of [without, withGates]) {
    expect(series.map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const { epoch, learningRate, validationAccuracy } of series) {
      // 230 images in batches of 20 are 11 steps.
      expect(learningRate).toBeCloseTo(learningRateAt(TINY.training, 11 * epoch - 1, 11, epochs), 12);
      expect((validationAccuracy * 500) % 1).toBeCloseTo(0, 9);
    }
  }
}

describe.skipIf(!TORCH)(`the training script${TORCH_NOTE}`, () => {
  let script = '';
  beforeAll(() => {
    script = writeScript(folder);
  });

  it('trains the pair alone, and saves what it has learnt', { timeout: 120_000 }, () => {
    const { status, stdout, stderr } = runScript(script, ['--output', at('alone')]);
    expect(status, stderr).toBe(0);
    expectWholePair(eventsOf(at('alone')));
    expect(stdout).toMatch(/SE changed the accuracy by [+-]\d+\.\d\d points/);

    const specs = [withoutSe(TINY), TINY];
    WEIGHTS.forEach((name, index) => {
      const { tensors, metadata } = decodeSafetensors(readFileSync(path.join(at('alone'), name)));
      const graph = compileModel(specs[index]!);
      expect(fromStateDict(graph, tensors).map(({ name: parameter }) => parameter)).toEqual(
        graph.nodes.flatMap(({ params }) => params.map((info) => info.name)),
      );
      expect(Object.fromEntries(metadata)).toMatchObject({ definition: 'tiny', seed: '7', epoch: '2' });
    });
  });

  it('goes on where it was cut short, to the very same weights', { timeout: 120_000 }, () => {
    const args = ['--output', at('cut')];
    // The third checkpoint is the second arm's first.
    expect(runScript(beside('interruptAfter.py'), [script, '3', ...args]).status).toBe(9);
    const before = replayStrictly(eventsOf(at('cut')));
    expect(before.status).toBe('running');
    appendFileSync(path.join(at('cut'), 'events.jsonl'), '{"kind":"epoch","metr');

    const again = runScript(script, args);
    expect(again.status).not.toBe(0);
    expect(again.stderr).toContain('Add --resume');
    const other = runScript(script, [...args, '--resume', '--epochs', '3']);
    expect(other.stderr).toContain('has other arms');

    const { status, stderr } = runScript(script, [...args, '--resume']);
    expect(status, stderr).toBe(0);
    const events = eventsOf(at('cut'));
    expectWholePair(events);
    const started = events.flatMap((event) => (event.kind === 'jobStarted' ? [event] : []));
    expect(started.map(({ job, fromEpoch }) => [job.arm, fromEpoch])).toEqual([
      ['a', 0],
      ['b', 0],
      ['b', 1],
    ]);
    for (const name of WEIGHTS) {
      expect(
        readFileSync(path.join(at('cut'), name)).equals(readFileSync(path.join(at('alone'), name))),
      ).toBe(true);
    }
  });

  it('trains the pair as two processes', { timeout: 120_000 }, () => {
    const { status, stderr } = runScript(script, ['--output', at('two')], { processes: 2, folder });
    expect(status, stderr).toBe(0);
    const events = eventsOf(at('two'));
    expectWholePair(events);
    expect(events.find(({ kind }) => kind === 'backend')).toMatchObject({
      report: { reason: expect.stringContaining('2 processes') as string },
    });
  });

  it('evaluates the same, however many processes share the images', { timeout: 120_000 }, () => {
    const [one, two] = [1, 2].map((processes) => {
      const { stdout, stderr } = runScript(beside('evaluateAlone.py'), [script], { processes, folder });
      expect(stdout, stderr).toContain('{');
      return JSON.parse(stdout) as Evaluation;
    }) as [Evaluation, Evaluation];
    expect([one.processes, two.processes]).toEqual([1, 2]);
    expect(two.accuracy).toBe(one.accuracy);
    expect(two.loss).toBeCloseTo(one.loss, 12);
    expect(two.excitation.imagesPerClass).toEqual(Array(10).fill(47));
    expect(two.excitation).toEqual(one.excitation);
  });
});

interface Evaluation {
  loss: number;
  accuracy: number;
  excitation: { imagesPerClass: number[] };
  processes: number;
}
