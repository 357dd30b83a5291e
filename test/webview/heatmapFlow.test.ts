import { unzlibSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './support/chromium';
import { openPanel, type OpenPanel, type PanelOptions } from './support/openPanel';
import { sampleRun } from './support/sampleRun';
import { sampleTrace } from './support/sampleTrace';

let browser: Browser;
let panel: OpenPanel;
beforeAll(async () => (browser = await launchChromium()));
afterAll(() => browser.close());
afterEach(() => panel.close());

const PATIENCE = { timeout: 30_000, interval: 50 };

async function open(options: PanelOptions = {}): Promise<OpenPanel> {
  panel = await openPanel(browser, { panel: { run: sampleRun() }, ...options });
  await panel.page.getByRole('tab', { name: 'Excitation heatmap' }).click();
  await panel.page.locator('.heat-field canvas').first().waitFor();
  return panel;
}

async function choose(list: string, option: string): Promise<void> {
  await panel.page.getByRole('combobox', { name: list, exact: true }).click();
  await panel.page.getByRole('option', { name: option }).filter({ visible: true }).click();
}

const spoken = () => panel.page.locator('.heatmap-view .visually-hidden[aria-live]').textContent();
const lookFor = () => panel.page.locator('.heatmap-view .lead').textContent();
const slider = () => panel.page.getByRole('slider', { name: 'Epoch', exact: true });
const heads = () => panel.page.locator('.block-detail thead th').allTextContents();

/** Colour of the middle of a cell of the first map, [red, green, blue]. */
function pixel(row: number, rows: number, column: number, columns: number): Promise<number[]> {
  return panel.page.evaluate(
    ([down, high, along, wide]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.heat-field canvas')!;
      const labels = [...document.querySelectorAll<HTMLElement>('.heat-labels')][0]!;
      const label = labels.children[down] as HTMLElement;
      const y = Math.round(
        (parseFloat(label.style.top) + parseFloat(label.style.height) / 2) * devicePixelRatio,
      );
      const x = Math.floor(((along + 0.5) / wide) * canvas.width);
      if (labels.childElementCount !== high) throw new Error(`${labels.childElementCount} rows`);
      return [...canvas.getContext('2d')!.getImageData(x, y, 1, 1).data].slice(0, 3);
    },
    [row, rows, column, columns] as const,
  );
}

describe('the map of all blocks', () => {
  it('has the colours that its numbers say, and follows the slider', async () => {
    const { page, complaints } = await open({
      panel: { run: sampleRun({ depth: 8, seeds: [1], epochs: 4 }) },
    });
    const latest = await pixel(0, 3, 2, 16);
    await slider().focus();
    await page.keyboard.press('Home');
    await expect.poll(() => slider().getAttribute('aria-valuetext'), PATIENCE).toBe('Epoch 1');
    await expect.poll(() => pixel(0, 3, 2, 16), PATIENCE).not.toEqual(latest);
    await page.keyboard.press('End');
    await expect.poll(() => pixel(0, 3, 2, 16), PATIENCE).toEqual(latest);
    expect(complaints).toEqual([]);
  });

  it('steps through the epochs by button and space, where less motion is preferred', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Step' }).click();
    await expect.poll(() => slider().getAttribute('aria-valuetext'), PATIENCE).toBe('Epoch 1');
    await slider().focus();
    await page.keyboard.press(' ');
    await expect.poll(() => slider().getAttribute('aria-valuetext'), PATIENCE).toBe('Epoch 2');
    await page.locator('.heat-field').first().focus();
    await page.keyboard.press(' ');
    await expect.poll(() => slider().getAttribute('aria-valuetext'), PATIENCE).toBe('Epoch 3');
    await page.waitForTimeout(400);
    expect(await slider().getAttribute('aria-valuetext')).toBe('Epoch 3');
  });

  it('plays to the last epoch, at the speed that was chosen', async () => {
    const { page } = await open();
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    // The button reads what the system prefers when it is drawn.
    await choose('Class', 'cat');
    await choose('Epochs a second', '20');
    const started = Date.now();
    await page.getByRole('button', { name: /Step|Play/ }).click();
    await page.getByText('8 (latest)').waitFor();
    await expect.poll(() => slider().getAttribute('aria-valuetext'), PATIENCE).toBe('Epoch 8');
    expect(Date.now() - started).toBeGreaterThan(250);
    await page.getByRole('button', { name: 'Play' }).waitFor();
  });

  it('orders channels, and still tells them by number', async () => {
    const { page } = await open({ panel: { run: sampleRun({ depth: 8, seeds: [1], epochs: 2 }) } });
    await page.getByText('Numbers of this block').click();
    const first = () => page.locator('.block-detail tbody th').first().textContent();
    const means = () =>
      page
        .locator('.block-detail tbody tr td:nth-child(2)')
        .evaluateAll((cells) => cells.map((cell) => Number(cell.textContent)));
    await expect.poll(first, PATIENCE).toBe('0');
    await choose('Channels in order of', 'Mean gate');
    await expect.poll(first, PATIENCE).not.toBe('0');
    const ordered = await means();
    expect(ordered).toEqual([...ordered].sort((one, other) => other - one));
    await page.getByText('Each row has its most open channel first').waitFor();
    const channel = await first();
    await page.locator('.block-detail .heat-field').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(spoken, PATIENCE).toMatch(new RegExp(`^airplane, channel ${channel}: gate`));
    await choose('Channels in order of', 'Likeness');
    await page.getByText('Each row has channels side by side').waitFor();
  });

  it('takes off another class, another epoch, or another seed', async () => {
    const { page } = await open();
    await choose('Class', 'dog');
    await choose('Compared with', 'Another class');
    await page.getByText('Gate minus airplane').first().waitFor();
    await choose('Other class', 'dog');
    await page.locator('.heat-field').first().focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(spoken, PATIENCE).toMatch(/^layer1\.0\.se, channel 0, dog: .*, 0\.000 from dog$/);

    await choose('Compared with', 'Another epoch');
    await page.getByText('Gate minus epoch 1').first().waitFor();
    await choose('Other epoch', 'Epoch 8');
    await page.keyboard.press('Escape');
    await page.locator('.heat-field').first().focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(spoken, PATIENCE).toMatch(/0\.000 from epoch 8$/);

    await choose('Compared with', 'with SE, seed 2');
    await page.getByText('Gate minus with SE, seed 2').first().waitFor();
    expect(await lookFor()).toContain('A model trained from another seed numbers its channels differently');
  });

  it('reads another run to compare with, and says what they do not share', async () => {
    const other = sampleRun({ depth: 8, seeds: [1], epochs: 2, name: 'Small' });
    const plan = { ...other.plan, runId: 'other' };
    const runs = ['sample', 'other'].map((runId) => ({
      runId,
      name: runId === 'other' ? 'Small' : 'Large',
      status: 'completed',
      createdAtMs: 0,
      summary: '',
      imported: false,
    }));
    const { page, host } = await open({ panel: { run: sampleRun(), runs } });
    host.otherRuns.set('other', { ...other, plan });
    await choose('Compared with', 'Run Small');
    await page
      .getByText('3 of 9 blocks are in both with as many channels; the others are left out.')
      .waitFor();
    expect(host.calls.filter(({ name }) => name === 'readRun')).toEqual([
      { name: 'readRun', params: { runId: 'other' } },
    ]);
    expect(host.calls.some(({ name }) => name === 'openRun')).toBe(false);
    expect(await page.locator('.heat-labels').first().locator('.heat-label').allTextContents()).toEqual([
      'layer1.0.se',
      'layer2.0.se',
      'layer3.0.se',
    ]);
  });
});

describe('recordings', () => {
  it('are shown when they are opened, beside the run, image by image too', async () => {
    const { page, host, complaints } = await open();
    host.channel.emit('showTrace', {
      label: 'net.excitation.json',
      trace: sampleTrace({ withImages: true }),
    });
    await page.locator('.heat-label', { hasText: 'features.2.se' }).waitFor();
    await page.getByText('Stage 2, 16 channels.').waitFor();
    expect(await page.getByRole('button', { name: 'Show in the definition' }).isVisible()).toBe(false);
    await page.locator('.heat-field').first().focus();
    await page.keyboard.press('ArrowRight');
    // 0.2, and the mean of 0, 0.03 and 0.06 on top.
    await expect.poll(spoken, PATIENCE).toContain('features.0.se, channel 0, all classes: mean gate 0.230');
    await page.getByText('Numbers of this block').click();
    await expect.poll(heads, PATIENCE).toEqual(['Channel', 'Mean of all', 'cat', 'dog', 'fox']);
    await choose('Rows', 'Single images');
    await expect.poll(heads, PATIENCE).toContain('picture 1 (dog)');
    await choose('Model', 'with SE, seed 1');
    await page.locator('.heat-label', { hasText: 'layer3.2.se' }).waitFor();
    expect(complaints).toEqual([]);
    expect(host.problems).toEqual([]);
  });

  it('of one model at several epochs can be scrubbed', async () => {
    const { page, host } = (panel = await openPanel(browser));
    await page.getByRole('button', { name: 'Start training' }).waitFor();
    for (const epoch of [3, 1, 2]) {
      host.channel.emit('showTrace', {
        label: `epoch${epoch}.excitation.json`,
        trace: sampleTrace({ epoch }),
      });
    }
    await expect.poll(() => slider().getAttribute('max'), PATIENCE).toBe('2');
    await expect.poll(() => slider().getAttribute('aria-valuetext'), PATIENCE).toBe('Epoch 2');
    await slider().focus();
    await page.keyboard.press('End');
    await expect.poll(() => slider().getAttribute('aria-valuetext'), PATIENCE).toBe('Epoch 3');
  });

  it('with a thousand classes have lists that open at once', async () => {
    const { page, host } = await open();
    const classNames = Array.from({ length: 1000 }, (_, label) => `class ${label}`);
    host.channel.emit('showTrace', {
      label: 'imagenet',
      trace: sampleTrace({ classNames, channels: [64, 128] }),
    });
    await page.locator('select[aria-label="Class"]').selectOption('999');
    await page.locator('.heat-field').first().focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(spoken, PATIENCE).toContain('channel 0, class 999: mean gate');
  });
});

describe('the charts', () => {
  it('of class means can be read by key, and choose classes and blocks', async () => {
    const { page } = await open({ panel: { run: sampleRun({ seeds: [1], epochs: 2 }) } });
    await page.getByRole('tab', { name: 'Class means by stage' }).click();
    await expect.poll(() => page.locator('.figure-card').count(), PATIENCE).toBe(3);
    await choose('Class 1', 'horse');
    await choose('Class 2', 'None');
    const last = page.locator('.figure-card').nth(2);
    await last.getByRole('combobox', { name: 'Block' }).click();
    await page.getByRole('option', { name: 'layer3.0.se' }).filter({ visible: true }).click();
    const chart = page.getByRole('slider', { name: 'Stage 3, layer3.0.se: channel' });
    await chart.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => chart.getAttribute('aria-valuetext'), PATIENCE)
      .toMatch(/^Channel 1: horse 0\.\d{3}, frog 0\.\d{3}, truck 0\.\d{3}, all classes 0\.\d{3}$/);
    await expect.poll(() => last.locator('.fig-line').count(), PATIENCE).toBe(4);
    await page.getByText('Numbers of the charts').click();
    await page.getByRole('columnheader', { name: 'horse' }).waitFor();
  });

  it('and the maps agree on the class that was chosen', async () => {
    const { page } = await open({ panel: { run: sampleRun({ seeds: [1], epochs: 2 }) } });
    const list = () => page.getByRole('combobox', { name: 'Class', exact: true }).locator('.selected-value');
    await choose('Class', 'cat');
    for (const view of ['Within a class', 'Blocks and channels', 'Within a class']) {
      await page.getByRole('tab', { name: view }).click();
      await page.waitForTimeout(100);
      expect((await list().textContent())?.trim(), view).toBe('cat');
    }
  });

  it('within a class have a band', async () => {
    const { page } = await open({ panel: { run: sampleRun({ seeds: [1], epochs: 2 }) } });
    await page.getByRole('tab', { name: 'Within a class' }).click();
    await choose('Class', 'ship');
    await page.getByText('one standard deviation over the images of ship').waitFor();
    await expect.poll(() => page.locator('.fig-band').count(), PATIENCE).toBe(3);
    const chart = page.getByRole('slider', { name: 'Stage 1, layer1.2.se: channel' });
    expect(await chart.getAttribute('aria-valuetext')).toMatch(
      /^Channel 0: ship 0\.\d+ ± 0\.\d+, all classes/,
    );
  });
});

describe('every view', () => {
  it.each(['Blocks and channels', 'Class means by stage', 'Within a class'])(
    'is saved as PNG, SVG and CSV: %s',
    async (view) => {
      const { page, host, complaints } = await open({ panel: { run: sampleRun({ seeds: [1], epochs: 2 }) } });
      await page.getByRole('tab', { name: view }).click();
      if (view !== 'Blocks and channels') await page.locator('.figure-frame .fig-line').first().waitFor();
      const bars = page.locator('.export-bar').filter({ visible: true });
      const count = await bars.count();
      expect(count).toBe(view === 'Blocks and channels' ? 2 : 1);
      for (let bar = 0; bar < count; bar++) {
        host.exports.length = 0;
        for (const kind of ['PNG', 'SVG', 'CSV'])
          await bars
            .nth(bar)
            .getByRole('button', { name: `Save ${kind}` })
            .click();
        await expect.poll(() => host.exports.length, PATIENCE).toBe(3);
        const found = new Map(
          host.exports.map(({ suggestedName, data }) => [suggestedName.split('.').at(-1), data]),
        );
        for (const { suggestedName } of host.exports)
          expect(suggestedName).toMatch(/^gates-with-SE-epoch-2-[\w-]+\.\w+$/);
        expect(colourCount(found.get('png')!)).toBeGreaterThan(view === 'Blocks and channels' ? 60 : 5);
        const svg = new TextDecoder().decode(found.get('svg'));
        const isWell = await page.evaluate((text) => {
          const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
          return parsed.querySelector('parsererror') === null && parsed.querySelectorAll('path').length > 10;
        }, svg);
        expect(isWell).toBe(true);
        expect(svg).not.toMatch(/var\(--|class=|style/);
        const lines = new TextDecoder().decode(found.get('csv')).trimEnd().split('\r\n');
        expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
        expect(lines.length).toBeGreaterThan(60);
      }
      expect(complaints).toEqual([]);
    },
  );
});

/** Colours in a PNG of 8 bits a sample, read without its filters: enough to tell a picture from an empty page. */
function colourCount(png: Uint8Array): number {
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(png.buffer, png.byteOffset);
  const parts: Uint8Array[] = [];
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    if (new TextDecoder().decode(png.subarray(at + 4, at + 8)) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const data = unzlibSync(Uint8Array.from(parts.flatMap((part) => [...part])));
  const colours = new Set<number>();
  for (let at = 1; at + 2 < data.length; at += 4)
    colours.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
  return colours.size;
}
