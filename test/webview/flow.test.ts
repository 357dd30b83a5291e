import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../src/core/errors';
import { launchChromium } from './support/chromium';
import { MODELS } from './support/fakeHost';
import { openPanel, type OpenPanel, type PanelOptions } from './support/openPanel';
import { sampleRun } from './support/sampleRun';

let browser: Browser;
let panel: OpenPanel;
beforeAll(async () => (browser = await launchChromium()));
afterAll(() => browser.close());
afterEach(() => panel.close());

const PATIENCE = { timeout: 60_000, interval: 50 };

async function open(options: PanelOptions = {}): Promise<OpenPanel> {
  panel = await openPanel(browser, options);
  await panel.page.getByRole('button', { name: 'Start training' }).waitFor();
  return panel;
}

const press = (name: string) => panel.page.getByRole('button', { name, exact: true }).click();
const status = () => panel.host.run?.status;

describe('a run', () => {
  it('is predicted, trained, reported in order, and drawn as its numbers say', async () => {
    const { page, host, complaints } = await open();
    // 5,000 images in batches of 64 are 79 steps; the slower arm decides, as both train side by side.
    const slowerMs = 79 * 110 + 1000 * 0.6;
    const headline = `About ${(slowerMs / 1000).toFixed(1)} s an epoch, ${Math.round((3 * slowerMs) / 1000)} s for 3 epochs`;
    await page.getByText(headline, { exact: true }).waitFor();

    await press('Start training');
    await expect.poll(status, PATIENCE).toBe('completed');
    expect(host.statuses()).toEqual(['starting', 'running', 'completed']);
    expect(host.refused).toEqual([]);
    expect(host.facts.find((fact) => fact.kind === 'backend')).toMatchObject({
      report: { backend: 'wasm', workers: 2 },
    });
    for (const arm of ['a', 'b']) {
      const kinds = host.facts.flatMap((fact) => {
        if (fact.kind === 'epoch') return fact.metrics.arm === arm ? [`epoch ${fact.metrics.epoch}`] : [];
        if (!('job' in fact) || fact.job.arm !== arm || fact.kind === 'progress') return [];
        return fact.kind === 'checkpoint' ? [`checkpoint ${fact.epoch}`] : [fact.kind];
      });
      expect(kinds[0]).toBe('jobStarted');
      expect(kinds.at(-1)).toBe('jobFinished');
      const after = (later: string, sooner: string) => kinds.indexOf(later) > kinds.indexOf(sooner);
      for (const epoch of [1, 2, 3]) expect(after(`checkpoint ${epoch}`, `epoch ${epoch}`)).toBe(true);
      expect(kinds.filter((kind) => kind === 'excitation')).toHaveLength(arm === 'a' ? 0 : 3);
    }

    // The script's accuracies plus a thousandth for seed 1.
    const table = page.locator('.chart-card table');
    await expect.poll(() => table.locator('tbody tr').count(), PATIENCE).toBe(3);
    const cells = await table
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.children].slice(0, 4).map((cell) => cell.textContent ?? '')),
      );
    expect(cells).toEqual([
      ['1', '31.1%', '30.1%', '\u22121.0'],
      ['2', '40.3%', '41.6%', '+1.3'],
      ['3', '46.8%', '49.0%', '+2.2'],
    ]);
    expect(await drawnValues()).toEqual({ a: ['31.1', '40.3', '46.8'], b: ['30.1', '41.6', '49.0'] });
    expect(complaints).toEqual([]);
    expect(host.problems).toEqual([]);
  });

  it('pauses, resumes, stops, and goes on from its checkpoints', async () => {
    const { page, host, allowEpochs, complaints } = await open({ script: { freeEpochs: 1 } });
    await press('Start training');
    await expect.poll(() => host.checkpoints.size, PATIENCE).toBe(2);
    await press('Pause');
    await expect.poll(status, PATIENCE).toBe('paused');
    await press('Resume');
    await expect.poll(status, PATIENCE).toBe('running');
    await allowEpochs(1);
    await page.locator('.chart-card tbody tr').nth(1).waitFor();
    await press('Stop');
    await expect.poll(status, PATIENCE).toBe('stopped');
    await page.getByText('Stopped. Resume goes on from the last checkpoint.').waitFor();

    await press('Resume from checkpoint');
    await expect.poll(status, PATIENCE).toBe('running');
    await expect
      .poll(() => host.calls.filter(({ name }) => name === 'loadCheckpoint').length, PATIENCE)
      .toBe(2);
    await expect.poll(status, PATIENCE).toBe('completed');
    const restarts = host.facts.flatMap((fact) => (fact.kind === 'jobStarted' ? [fact.fromEpoch] : []));
    expect(restarts).toEqual([0, 0, 2, 2]);
    for (const job of Object.values(host.run?.jobs ?? {})) {
      expect(job.series.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    }
    expect(host.refused).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('goes on while the panel is hidden and draws no frames', async () => {
    const { page, host } = await open();
    await page.evaluate(() => {
      window.requestAnimationFrame = () => 0;
      window.requestIdleCallback = () => 0;
    });
    await press('Start training');
    await expect.poll(status, PATIENCE).toBe('completed');
    expect(host.checkpoints.get('b-1')?.epoch).toBe(3);
  });

  it('takes one worker on one core, and trains the arms in turn', async () => {
    const { host } = await open({ cores: 1 });
    await press('Start training');
    await expect.poll(status, PATIENCE).toBe('completed');
    expect(host.facts.find((fact) => fact.kind === 'backend')).toMatchObject({ report: { workers: 1 } });
    const order = host.facts.flatMap((fact) =>
      fact.kind === 'jobStarted' || fact.kind === 'jobFinished' ? [`${fact.kind} ${fact.job.arm}`] : [],
    );
    expect(order).toEqual(['jobStarted a', 'jobFinished a', 'jobStarted b', 'jobFinished b']);
  });
});

describe('failures', () => {
  it('of training become the banner, with a way on', async () => {
    const message = 'The loss became NaN. Lower the learning rate.';
    const { page, host } = await open({
      script: { failure: { arm: 'b', epoch: 2, code: 'engine/non-finite', message } },
    });
    await press('Start training');
    await expect.poll(status, PATIENCE).toBe('failed');
    expect(host.run?.failure).toEqual({ code: 'engine/non-finite', message });
    await page.getByRole('alert').filter({ hasText: message }).waitFor();
    await page.getByRole('button', { name: 'Resume from checkpoint' }).waitFor();
  });

  it('of a worker that dies fail the run', async () => {
    const { host } = await open({
      script: { failure: { arm: 'a', epoch: 1, code: '', message: 'out of memory', crash: true } },
    });
    await press('Start training');
    await expect.poll(status, PATIENCE).toBe('failed');
    expect(host.run?.failure?.code).toBe('engine/worker-crashed');
    expect(host.run?.failure?.message).toContain('out of memory');
  });

  it('of the host are shown and can be dismissed', async () => {
    const { page, host } = await open();
    host.failures.set('startRun', new PlaygroundError('storage/full', 'The disk is full. Free some space.'));
    await press('Start training');
    const banner = page.getByRole('alert').filter({ hasText: 'The disk is full.' });
    await banner.waitFor();
    await press('Dismiss');
    await banner.waitFor({ state: 'hidden' });
  });

  it('of a chosen backend are told before the start', async () => {
    const { page } = await open({ panel: { backend: 'webgl' } });
    await page.getByText('This machine has no GPU.').waitFor();
  });

  it('to store a checkpoint warn and let training go on', async () => {
    const { page, host } = await open();
    host.failures.set('saveCheckpoint', new PlaygroundError('storage/full', 'The disk is full.'));
    await press('Start training');
    await expect.poll(status, PATIENCE).toBe('completed');
    expect(host.facts.some((fact) => fact.kind === 'checkpoint')).toBe(false);
    await page.getByRole('alert').filter({ hasText: 'A checkpoint could not be stored' }).waitFor();
  });
});

describe('what the host says', () => {
  it('is shown as text, whatever it holds', async () => {
    const hostile = '<img src=x onerror="window.hit=1"><b>bold</b>';
    const [first, second] = MODELS;
    const models = [
      { ...first!, label: hostile, description: hostile },
      { ...second!, label: `"${hostile}` },
    ];
    const run = sampleRun({ name: hostile.slice(0, 80), epochs: 2, seeds: [1] });
    const runs = [
      { runId: 'sample', name: hostile, status: hostile, createdAtMs: 0, summary: hostile, imported: false },
    ];
    const { page, complaints } = await open({ panel: { models, run, runs } });
    await page.locator('.setup .note', { hasText: hostile }).waitFor();
    await page.locator('.run-item-name', { hasText: hostile }).waitFor();
    expect(await page.locator('#app img, #app b').count()).toBe(0);
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('changes the lists, the selection and the view', async () => {
    const { page, host } = await open();
    host.channel.emit('selectModel', { model: 'preset:resnet20', compareWith: 'preset:resnet8' });
    await page.getByText('The smallest net of the CIFAR experiments').waitFor();
    await page.getByText('ResNet-20 vs ResNet-8. MACs').waitFor();
    host.channel.emit('showView', { view: 'heatmap' });
    await page.getByText('Nothing to look at yet').waitFor();
    host.show(sampleRun({ se: 'none', epochs: 2, seeds: [1] }));
    await page.locator('.heat-field canvas').first().waitFor();
    expect(host.painted).toEqual([expect.any(Number)]);
    expect(host.painted[0]).toBeGreaterThan(0);
  });

  it('keeps a run that trains out of sight in reach', async () => {
    const { page, host } = await open({ script: { freeEpochs: 0 } });
    await press('Start training');
    await expect.poll(status, PATIENCE).toBe('running');
    const live = host.run;
    host.channel.emit('showRun', { run: sampleRun({ epochs: 2, seeds: [1] }) as never });
    await page.getByText('Another run is training in this panel.').waitFor();
    await press('Show it');
    await page.getByRole('heading', { name: live?.plan.name ?? '', exact: true }).waitFor();
    expect(host.calls.at(-1)).toEqual({ name: 'openRun', params: { runId: live?.plan.runId } });
  });

  it('may come late: the page offers another try', async () => {
    panel = await openPanel(browser, { readyFails: true });
    await panel.page.getByText('The extension did not answer').waitFor();
    panel.host.failures.clear();
    await press('Try again');
    await panel.page.getByRole('button', { name: 'Start training' }).waitFor();
  });
});

describe('the form', () => {
  it('refuses what cannot be trained, and says why', async () => {
    const { page, host } = await open();
    const start = page.getByRole('button', { name: 'Start training' });
    await page.getByRole('textbox', { name: 'Epochs' }).fill('0');
    await page.getByText('A whole number from 1 to 1000.').waitFor();
    await expect.poll(() => start.isDisabled(), PATIENCE).toBe(true);
    await page.getByRole('textbox', { name: 'Epochs' }).fill('2');
    await page.getByRole('textbox', { name: 'Seeds' }).fill('3');
    await expect.poll(() => start.isDisabled(), PATIENCE).toBe(false);
    await start.click();
    await expect.poll(status, PATIENCE).toBe('completed');
    expect(host.calls.find(({ name }) => name === 'startRun')?.params).toEqual({
      model: 'preset:resnet8',
      backend: 'auto',
      epochs: 2,
      seeds: [1, 2, 3],
    });
    await page.getByRole('heading', { name: 'Did SE help?' }).waitFor();
  });

  it('offers the download where the full set is chosen and missing', async () => {
    const { page, host } = await open();
    await page.getByRole('combobox', { name: 'Data set' }).click();
    await page.getByRole('option', { name: /all images/ }).click();
    await page.getByText('All of CIFAR-10 is not on this machine.').waitFor();
    await press('Download CIFAR-10');
    await expect
      .poll(() => host.calls.at(-1), PATIENCE)
      .toEqual({ name: 'runCommand', params: { command: 'sePlayground.downloadCifar10' } });
  });
});

describe('the keyboard alone', () => {
  it('starts a run, reads the chart, and opens a block from the heatmap', async () => {
    const { page, host } = await open();
    const focused = (role: string, name: string) =>
      page.getByRole(role as 'button', { name }).evaluate((found) => {
        const root = found.getRootNode();
        return (
          document.activeElement === found || (root instanceof ShadowRoot && root.activeElement === found)
        );
      });
    const tabTo = async (role: string, name: string) => {
      for (let stops = 0; stops < 40 && !(await focused(role, name)); stops++)
        await page.keyboard.press('Tab');
      expect(await focused(role, name), `${name} is reachable by Tab`).toBe(true);
    };
    await tabTo('button', 'Start training');
    await page.keyboard.press('Enter');
    await expect.poll(status, PATIENCE).toBe('completed');
    await page.locator('.chart-card tbody tr').nth(2).waitFor();

    await tabTo('slider', 'Epoch');
    await page.keyboard.press('Home');
    const chart = page.getByRole('slider', { name: 'Epoch' });
    await expect
      .poll(() => chart.getAttribute('aria-valuetext'), PATIENCE)
      .toBe('Epoch 1: without SE 31.1%, with SE 30.1%, difference \u22121.0');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => chart.getAttribute('aria-valuenow'), PATIENCE).toBe('2');

    await page.keyboard.press('Shift+Tab');
    await page.getByRole('tab', { name: 'Train' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.heat-field canvas').first().waitFor();
    await tabTo('application', 'Blocks by channels');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    // The second block, channel 1 of 32: the fake worker's 0.5 + 0.04 row + 0.001 epoch (channel + 32 class mod 50), mean of ten classes.
    const gates = Array.from({ length: 10 }, (_, label) => 0.54 + 0.003 * ((label * 32 + 1) % 50));
    const mean = gates.reduce((sum, gate) => sum + gate, 0) / 10;
    await expect
      .poll(() => page.locator('.heatmap-view .visually-hidden[aria-live]').textContent(), PATIENCE)
      .toContain(`layer2.0.se, channel 1, all classes: mean gate ${mean.toFixed(3)}`);
    await page.keyboard.press('Enter');
    await expect.poll(() => host.calls.at(-1)?.name, PATIENCE).toBe('revealBlock');
    expect(host.calls.at(-1)?.params).toEqual({ runId: 'run-1', block: 'layer2.0.se' });
  });
});

/** Reads values back from the drawn lines: the axis' labels give the scale. */
async function drawnValues(): Promise<Record<string, string[]>> {
  return panel.page.evaluate(() => {
    const ticks = [...document.querySelectorAll<SVGTextElement>('.chart .tick[text-anchor=end]')].map(
      (tick) => ({
        value: parseFloat(tick.textContent ?? ''),
        // Labels stand four pixels below the half-pixel line they belong to.
        y: Number(tick.getAttribute('y')) - 4.5,
      }),
    );
    const first = ticks[0]!;
    const last = ticks.at(-1)!;
    const valueAt = (y: number) =>
      first.value + ((y - first.y) / (last.y - first.y)) * (last.value - first.value);
    const read = (arm: string) => {
      const d = document.querySelector(`.chart [data-series=${arm}-validation]`)?.getAttribute('d') ?? '';
      return d
        .slice(1)
        .split('L')
        .map((point) => valueAt(Number(point.split(' ')[1])));
    };
    // Tick lines are rounded to whole pixels, which costs a little accuracy here, not in the chart.
    const table = [...document.querySelectorAll('.chart-card tbody tr')];
    const close = (values: number[], column: number) =>
      values.map((value, row) => {
        const shown = parseFloat(table[row]?.children[column]?.textContent ?? '');
        return Math.abs(value - shown) < 0.15 ? shown.toFixed(1) : value.toFixed(2);
      });
    return { a: close(read('a'), 1), b: close(read('b'), 2) };
  });
}
