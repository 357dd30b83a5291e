import path from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FULL_PLAN, type BenchPlan } from '../bench/benchPlan';
import { benchResultSchema } from '../bench/benchResult';
import { resultTable } from '../bench/resultTable';
import { runBench } from '../bench/runBench';
import { torchVersion } from '../support/pytorch/torchPython';

/** All of the bench but WebGL, as small as it goes: it is to run, not to tell anything. */
const TINY_PLAN: BenchPlan = {
  ...FULL_PLAN,
  sections: ['rows', 'parts', 'memory', 'growth'],
  repetitions: 1,
  pieceMs: 1,
  warmUpSteps: 1,
  batch: 4,
  width: 4,
  depths: [8],
  stock: { batch: 4, steps: 0, deeper: false },
  memorySteps: [4, 12],
  growth: { widths: [4, 5], depths: [8, 14], batches: [2, 4] },
};

describe('the bench', () => {
  it('runs in a browser without SharedArrayBuffer and gives the promised line', async () => {
    const said: string[] = [];
    const result = await runBench(path.resolve(import.meta.dirname, '../..'), TINY_PLAN, (line) =>
      said.push(line),
    );
    const read: unknown = JSON.parse(JSON.stringify(result));
    expect(v.parse(benchResultSchema, read)).toEqual(result);

    expect(result.rows.map(({ model, batch, workers }) => [model, batch, workers])).toEqual([
      ['SE-ResNet-8, width 4', 4, 1],
      ['SE-ResNet-8, width 4', 4, 2],
    ]);
    for (const { ours_ips, torch_ips, ratio_torch, ratio_stock } of result.rows) {
      expect(torch_ips === null).toBe(torchVersion() === undefined);
      expect(ratio_torch).toBe(torch_ips === null ? null : ours_ips / torch_ips);
      expect(ratio_stock).toBeNull();
    }
    expect(result.feed_share).toBeLessThan(1);
    expect(result.efficiency).toBeGreaterThan(0);
    expect(result.growth.map((point) => Object.keys(point)[0])).toEqual([
      'width',
      'width',
      'depth',
      'depth',
      'batch',
      'batch',
    ]);
    const [early, late] = result.memory!;
    expect(late).toEqual({ ...early!, steps: 12 });
    expect(said.length).toBeGreaterThan(10);
    expect(resultTable(result, TINY_PLAN)).toContain('SE-ResNet-8, width 4');
  });
});
