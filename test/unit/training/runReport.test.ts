import { describe, expect, it } from 'vitest';
import { planRun } from '../../../src/core/training/runPlanner';
import { runReport } from '../../../src/core/training/runReport';
import type { RunState } from '../../../src/core/training/runState';
import { CREATED_AT_MS, finishedRun, planOf, RUN_ID, specFrom, stateAfter } from './runFixture';

const backend = { backend: 'wasm', device: 'SIMD', reason: 'No GPU.', workers: 2 } as const;
const done: RunState = {
  ...finishedRun(planOf({ epochs: 2, seeds: [1, 2, 3] }), { a: [0.4, 0.42, 0.41], b: [0.45, 0.46, 0.47] }),
  backend,
};

describe('runReport: json', () => {
  const { json } = runReport(done);

  it('has both models with their counts and every epoch of every seed', () => {
    expect(json.models.map(({ id, label }) => [id, label])).toEqual([
      ['a', 'without SE'],
      ['b', 'with SE'],
    ]);
    for (const model of json.models) {
      expect(model.seeds.map(({ seed }) => seed)).toEqual([1, 2, 3]);
      for (const { seed, epochs } of model.seeds) {
        expect(epochs).toEqual(done.jobs[`${model.id}-${seed}`]!.series);
        expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
      }
    }
    // ResNet-8 with r = 4: 2*C*h + h + C for C = 16, 32, 64.
    const extra = 2 * 16 * 4 + 4 + 16 + (2 * 32 * 8 + 8 + 32) + (2 * 64 * 16 + 16 + 64);
    expect(json.models[1]!.params - json.models[0]!.params).toBe(extra);
    expect(json.overhead!.params).toBe(extra);
    expect(json.models[1]!.se.params).toBe(extra);
  });

  it('has plan, backend, status and verdict, and survives a round trip', () => {
    expect(json).toMatchObject({ plan: done.plan, backend, status: 'completed', verdict: { kind: 'helps' } });
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  it('takes the median of the step times', () => {
    const jobs = structuredClone(done.jobs) as RunState['jobs'];
    const state: RunState = {
      ...done,
      jobs: Object.fromEntries(
        Object.entries(jobs).map(([id, job], index) => [
          id,
          {
            ...job,
            series: job.series.map((metrics) => ({
              ...metrics,
              stepMs: id.startsWith('a') ? 10 + index : 99,
            })),
          },
        ]),
      ),
    };
    // The a-jobs are the entries 0, 2 and 4.
    expect(runReport(state).json.models.map(({ stepMs }) => stepMs)).toEqual([12, 99]);
  });

  it('says what limits the numbers', () => {
    const notes = json.notes.join('\n');
    expect(notes).toContain('Trained on 5000 images; validation accuracy is measured on 1000 test images');
    expect(notes).toContain('one image is 0.10 points');
    expect(notes).not.toMatch(/not final|generated|give a verdict|GPU/);
  });

  it('is honest about synthetic images, few seeds, GPUs, hold-outs and unfinished runs', () => {
    const spec = specFrom({ dataset: 'synthetic', subset: 1000, validationSplit: 0.2 });
    const started = stateAfter(planOf({ epochs: 2 }, spec), [{ kind: 'status', status: 'starting' }]);
    const notes = runReport({ ...started, backend: { ...backend, backend: 'webgl' } }).json.notes.join('\n');
    expect(notes).toContain('The run is starting: its numbers are not final.');
    expect(notes).toContain('generated, not real');
    expect(notes).toContain('3 seeds or more give a verdict');
    expect(notes).toContain('800 images; validation accuracy is measured on 200 images held out');
    expect(notes).toContain('On a GPU');
  });

  it('keeps the failure of a failed run', () => {
    const failure = { code: 'engine/x', message: 'It broke & stopped.' };
    const { json: report, html } = runReport({ ...done, status: 'failed', failure });
    expect(report.failure).toBe('It broke & stopped.');
    expect(html).toContain('It broke &amp; stopped.');
  });
});

describe('runReport: html', () => {
  const { html, json } = runReport(done);

  it('shows verdict, epochs, seeds, cost, backend and notes', () => {
    expect(html).toMatch(/^<!DOCTYPE html>/);
    expect(html).toContain(json.verdict.sentence);
    // Mean of the last epoch over the seeds, and one seed's own row.
    expect(html).toContain('<td>41.00%</td>');
    expect(html).toContain('<th scope="row">2</th><td>42.00%</td><td>46.00%</td><td>+4.00</td>');
    expect(html).toContain(json.models[1]!.params.toLocaleString('en-US'));
    expect(html).toContain('wasm (SIMD)');
    expect(html).toContain('2024-05-06 07:08 UTC');
    for (const note of json.notes) expect(html).toContain(`<li>${note}</li>`);
  });

  it('draws one curve a seed and one mean for each model, inside the picture', () => {
    const [accuracy = ''] = html.match(/<svg[\s\S]*?<\/svg>/) ?? [];
    expect(accuracy.match(/<polyline class="seed a"/g)).toHaveLength(3);
    expect(accuracy.match(/<polyline class="mean b"/g)).toHaveLength(1);
    const points = [...accuracy.matchAll(/points="([^"]*)"/g)].flatMap(([, text]) => text!.split(' '));
    expect(points).toHaveLength(2 * 4 * 2);
    for (const point of points) {
      const [x, y] = point.split(',').map(Number);
      expect(x! >= 0 && x! <= 640 && y! >= 0 && y! <= 280).toBe(true);
    }
  });

  it('draws higher accuracies higher up', () => {
    const [accuracy = ''] = html.match(/<svg[\s\S]*?<\/svg>/) ?? [];
    const heightOf = (kind: string) =>
      Number(accuracy.match(new RegExp(`"${kind}" points="[^ ]* [^,]*,([0-9.]+)`))![1]);
    expect(heightOf('mean b')).toBeLessThan(heightOf('mean a'));
  });

  it('loads nothing and runs nothing', () => {
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<link|<img|<iframe|src=|href=|url\(|@import| on\w+=/i);
  });

  it('escapes everything that comes from data', () => {
    const evil = `<img src=x onerror=alert(1)>"'&`;
    const plan = planRun({
      runId: RUN_ID,
      createdAtMs: CREATED_AT_MS,
      spec: specFrom({ epochs: 1, seeds: [1, 2, 3] }, { name: evil }),
      compareWith: specFrom({}, { name: '</title><script>alert(2)</script>' }),
    });
    const state: RunState = {
      ...finishedRun(plan, { a: [0.1, 0.2, 0.3], b: [0.2, 0.3, 0.4] }),
      backend: { ...backend, device: '</style><b>GPU</b>' },
      failure: { code: 'engine/x', message: '<svg onload=alert(3)>' },
    };
    const text = runReport(state).html;
    expect(text).not.toMatch(/<script|<img|<b>|<svg onload/);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
    // Exactly the tags a harmless run has.
    const tagsOf = (page: string) => [...page.matchAll(/<\/?([a-z]+)/gi)].map(([tag]) => tag);
    const harmless = {
      ...state,
      plan: planOf({ epochs: 1, seeds: [1, 2, 3] }),
      failure: { code: 'engine/x', message: 'x' },
    };
    expect(tagsOf(text)).toEqual(tagsOf(runReport(harmless).html));
  });

  it('stands runs with nothing to draw, and values that are no numbers', () => {
    const idle = runReport(stateAfter(planOf(), []));
    expect(idle.html).toContain('nothing to draw');
    expect(idle.html).not.toMatch(/NaN|Infinity|undefined/);
    const jobs = Object.fromEntries(
      Object.entries(done.jobs).map(([id, job]) => [
        id,
        { ...job, series: job.series.map((metrics) => ({ ...metrics, trainLoss: Infinity })) },
      ]),
    );
    const text = runReport({ ...done, jobs }).html;
    expect(text.match(/<svg[\s\S]*?<\/svg>/g)!.join('')).not.toMatch(/NaN|Infinity/);
  });

  it('is well formed: every tag that opens closes', () => {
    const open: string[] = [];
    for (const [, slash, name, selfClosing] of html.matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/gi)) {
      if (selfClosing || ['meta'].includes(name!)) continue;
      if (slash) expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
  });
});
