/** A log and weights that the generated training script wrote, on PyTorch 1.13: support/runs/pytorch. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runReport } from '../../../src/core/training/runReport';
import { weightFiles } from '../../../src/host/exports/weightFiles';
import { decodeSafetensors } from '../../../src/core/weights/safetensors';
import { expectedWeights, importedCheckpoint } from '../../../src/host/imports/importedWeights';
import { readRunLog } from '../../../src/host/imports/readRunLog';

const folder = path.resolve(import.meta.dirname, '../../support/runs/pytorch');
const log = new Uint8Array(readFileSync(path.join(folder, 'events.jsonl')));

describe('a run of the PyTorch script', () => {
  it('is a whole run here: series, gates, verdict and report', async () => {
    const { state, content } = await readRunLog(log);
    expect(content).toEqual(log);
    expect([state.status, state.backend?.backend]).toEqual(['completed', 'pytorch']);
    const jobs = Object.entries(state.jobs);
    expect(jobs.map(([id]) => id)).toEqual(['a-1', 'b-1', 'a-2', 'b-2', 'a-3', 'b-3']);
    for (const [id, { series, excitation }] of jobs) {
      expect(series.map(({ epoch }) => epoch)).toEqual([1, 2]);
      expect(excitation.map(({ epoch }) => epoch)).toEqual(id.startsWith('b') ? [1, 2] : []);
    }
    const { json, html } = runReport(state);
    expect(json.verdict.pairs).toHaveLength(3);
    expect(json.verdict.interval).toBeDefined();
    expect(html).toMatch(/by the PyTorch script/);
  });

  it('is interrupted where its log ends early', async () => {
    const lines = new TextDecoder().decode(log).split('\n').slice(0, 12).join('\n');
    expect((await readRunLog(new TextEncoder().encode(`${lines}\n{"kind":"ep`))).state.status).toBe(
      'running',
    );
  });

  it('has weights that leave again as a TensorFlow.js model', async () => {
    const { state } = await readRunLog(log);
    const source = expectedWeights(state).find(({ job }) => job.arm === 'b' && job.seed === 1)!;
    const bytes = new Uint8Array(readFileSync(path.join(folder, source.fileName)));
    const checkpoint = importedCheckpoint(source, bytes, state.plan.epochs);
    const files = weightFiles('tfjs', 'model.json', { arm: source.arm, seed: 1, checkpoint });
    expect(files.map(({ name }) => name)).toEqual(['weights.bin', 'model.json']);
    const again = weightFiles('safetensors', 'w', { arm: source.arm, seed: 1, checkpoint })[0]!.content;
    const byName = (file: Uint8Array) =>
      new Map(decodeSafetensors(file).tensors.map(({ name, ...tensor }) => [name, tensor]));
    expect(byName(again)).toEqual(byName(bytes));
  });
});
