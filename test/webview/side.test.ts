import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../src/core/errors';
import type { SideGates } from '../../src/protocol/sideContract';
import { launchChromium } from './support/chromium';
import { openSide, type OpenSide, type SideOptions } from './support/openSide';
import { FOUR_STAGES, sideSample } from './support/sideSample';

let browser: Browser;
let side: OpenSide;
beforeAll(async () => (browser = await launchChromium()));
afterAll(() => browser.close());
afterEach(() => side.close());

async function open(options: SideOptions = {}): Promise<OpenSide> {
  side = await openSide(browser, options);
  await side.page.locator('main h1:visible').waitFor();
  return side;
}

const item = (name: string | RegExp) => side.page.getByRole('treeitem', { name });
const scrollTop = () => side.page.locator('.side-scroll').evaluate((scroller) => scroller.scrollTop);
/** Two frames: scroll events and size observers have run by then. */
const frames = () =>
  side.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const selected = () =>
  side.page
    .locator('[aria-selected="true"]')
    .evaluateAll((items) => items.map((one) => one.getAttribute('aria-label') ?? ''));
const focused = () => side.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

/** A file of one block a stage, whose lines are far apart. */
const LONG = sideSample({
  lineCount: 1000,
  lines: [100, 300, 500, 700, 900].map((line, stage) => ({
    line,
    text: `self.se${stage} = SqueezeExcite(${16 * 2 ** stage})`,
    blocks: [{ id: `se${stage}`, channels: 16 * 2 ** stage }],
  })),
});

describe('the rows', () => {
  it('are the lines of the code, with a block a row and its numbers', async () => {
    const { page, host, complaints } = await open();
    expect(await page.locator('h1:visible').innerText()).toBe('resnet.py');
    const state = host.sample.state as SideGates;
    const lines = await page
      .getByRole('treeitem', { name: /^Line/ })
      .evaluateAll((items) => items.map((one) => one.getAttribute('aria-label')));
    // As an editor counts.
    expect(lines).toEqual(
      state.lines.map(({ line, text, blocks }) => `Line ${line + 1}: ${text}, ${blocks.length} SE blocks`),
    );
    expect(await page.locator('.block-row').count()).toBe(16);
    const third = state.blocks[2]!;
    const row = await page.locator('.block-row').nth(2).innerText();
    expect(row).toContain(`mean ${third.mean.toFixed(2)}`);
    expect(row).toContain(`class spread ${third.classSpread.toFixed(3)}`);
    expect(row).toContain('2% above 0.95');
    expect(await item(/^layer4\.2\.se/).getAttribute('aria-label')).toContain('passes nearly everything');
    expect([complaints, host.problems]).toEqual([[], []]);
  });

  it('draw each channel in the colour of its mean', async () => {
    const { page, host } = await open();
    const { channelMeans } = host.sample.state as SideGates;
    const gates = [...channelMeans.subarray(0, 64)];
    const colours = await page
      .locator('.strip')
      .first()
      .evaluate((canvas: HTMLCanvasElement, cells) => {
        const context = canvas.getContext('2d')!;
        return Array.from({ length: cells }, (_, cell) =>
          [...context.getImageData(Math.floor(((cell + 0.3) * canvas.width) / cells), 4, 1, 1).data].slice(
            0,
            3,
          ),
        );
      }, 64);
    const order = (values: readonly number[]) =>
      values.map((_, at) => at).sort((one, two) => values[one]! - values[two]!);
    // The scale grows in lightness, so lightness orders cells as gates do, as far as 8 bits tell them apart.
    const lightness = colours.map(
      ([red = 0, green = 0, blue = 0]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue,
    );
    const [darkest, brightest] = [order(lightness)[0]!, order(lightness).at(-1)!];
    expect(gates[darkest]).toBeCloseTo(Math.min(...gates), 2);
    expect(gates[brightest]).toBeCloseTo(Math.max(...gates), 2);
    const ordered = order(gates).map((at) => lightness[at]!);
    for (let at = 1; at < ordered.length; at++) expect(ordered[at]!).toBeGreaterThan(ordered[at - 1]! - 1.5);
  });

  it('are in a table too', async () => {
    const { page, host } = await open();
    await page.getByText('All numbers').click();
    const rows = page.locator('.side-scroll > details tbody tr');
    await expect.poll(() => rows.count()).toBe(16);
    const block = (host.sample.state as SideGates).blocks[15]!;
    expect((await rows.last().innerText()).split(/\s+/)).toEqual([
      '91',
      'layer4.2.se',
      '512',
      block.mean.toFixed(3),
      block.channelSpread.toFixed(3),
      block.classSpread.toFixed(3),
      '0.0%',
      '96.0%',
    ]);
  });
});

describe('the keyboard', () => {
  it('moves, opens, closes and goes into the code', async () => {
    const { page, host } = await open();
    // Past the two ways out in the header.
    for (let stop = 0; stop < 3; stop++) await page.keyboard.press('Tab');
    expect(await focused()).toMatch(/^Line 41/);
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toMatch(/^layer1\.0\.se/);
    expect(await selected()).toEqual([await focused()]);
    await page.keyboard.press('ArrowRight');
    await page.locator('.block-classes').waitFor();
    expect(await item(/^layer1\.0\.se/).getAttribute('aria-expanded')).toBe('true');
    expect(await focused()).toMatch(/^layer1\.0\.se/);
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.block-classes').count()).toBe(0);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await item(/^Line 41/).getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^Line 43/);
    await page.keyboard.press('End');
    expect(await focused()).toMatch(/^layer4\.2\.se/);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Home');
    expect(await focused()).toMatch(/^Line 41/);
    await host.sent();
    expect(host.heardOf('lineSelected')).toEqual([40, 40, 42, 90, 40]);
    expect(host.heardOf('lineOpened')).toEqual([90]);
    // Moving scrolls the view, and that is not the user's scrolling.
    await frames();
    expect(host.heardOf('viewScrolled')).toEqual([]);
  });

  it('reads the classes of an open block', async () => {
    const { page, host } = await open();
    await page.locator('.block-row').nth(1).locator('.twisty').click();
    const field = page.getByRole('application', { name: /^layer1\.1\.se: classes by channels/ });
    await field.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    const { mean, deviation } = host.sample.classGates[1]!;
    const at = 64 + 2;
    const gate = `automobile, channel 2: gate ${mean[at]!.toFixed(3)} ± ${deviation[at]!.toFixed(3)}`;
    expect(await page.locator('.block-classes .readout').innerText()).toContain(gate);
    expect(await selected()).toEqual([]);
  });
});

describe('the cursor of the editor', () => {
  it('selects the row of its line, and nothing elsewhere', async () => {
    const { page, host } = await open({ place: { top: 0, bottom: 50, cursor: 42 } });
    expect(await selected()).toEqual([expect.stringMatching(/^Line 43/)]);
    host.channel.emit('cursorMoved', { line: 90 });
    await expect.poll(selected).toEqual([expect.stringMatching(/^Line 91/)]);
    expect(await page.locator('[aria-selected="true"] > .row').isVisible()).toBe(true);
    host.channel.emit('cursorMoved', { line: 91 });
    await expect.poll(selected).toEqual([]);
    await frames();
    expect(host.heard).toEqual([]);
  });

  it('leaves the block that was selected in its line', async () => {
    const { host } = await open();
    await side.page.locator('.block-row', { hasText: 'layer2.3.se' }).click();
    host.channel.emit('cursorMoved', { line: 42 });
    await host.sent();
    expect(await selected()).toEqual([expect.stringMatching(/^layer2\.3\.se/)]);
    expect(host.heardOf('lineSelected')).toEqual([42]);
  });

  it('goes to a line by a double click', async () => {
    const { page, host } = await open();
    await page.locator('.line-row').nth(1).dblclick();
    await host.sent();
    expect(host.heardOf('lineOpened')).toEqual([42]);
  });
});

describe('scrolling', () => {
  it('follows the editor without telling it so', async () => {
    const { page, host } = await open({ sample: LONG, height: 200 });
    const tops: number[] = [];
    for (const top of [0, 300, 400, 500]) {
      host.channel.emit('editorScrolled', { top, bottom: top + 40 });
      await host.sent();
      await frames();
      tops.push(await scrollTop());
    }
    expect(tops[0]).toBe(0);
    expect(tops[1]).toBeGreaterThan(0);
    expect(tops[2]).toBeGreaterThan(tops[1]!);
    expect(tops[3]).toBeGreaterThan(tops[2]!);
    const gap = await page
      .locator('.line-row')
      .nth(2)
      .evaluate((row) => {
        const scroller = row.closest('.side-scroll')!;
        return row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      });
    expect(Math.abs(gap)).toBeLessThan(2);
    expect(host.heardOf('viewScrolled')).toEqual([]);
  });

  it('keeps the line at the top in another width, and stays where the user is when the gates change', async () => {
    const { page, host } = await open({ height: 300, place: { top: 61, bottom: 90, cursor: 0 } });
    const gap = () =>
      page
        .locator('.line-row')
        .nth(2)
        .evaluate((row) => {
          const scroller = row.closest('.side-scroll')!;
          return Math.round(
            row.parentElement!.getBoundingClientRect().top - scroller.getBoundingClientRect().top,
          );
        });
    expect(Math.abs(await gap())).toBeLessThan(2);
    await page.setViewportSize({ width: 320, height: 300 });
    await frames();
    await expect.poll(async () => Math.abs(await gap())).toBeLessThan(2);
    await page.locator('.side-scroll').hover();
    // A wheel that turns while the page settles in its new width may be lost, as with a person.
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 60);
        await frames();
        return gap();
      })
      .toBeLessThan(-20);
    await expect.poll(() => host.heardOf('viewScrolled').length).toBeGreaterThan(0);
    await frames();
    const stood = await scrollTop();
    host.show(sideSample({ ...FOUR_STAGES, revision: 2 }).state, { top: 61, bottom: 90, cursor: 0 });
    await host.sent();
    await frames();
    expect(await scrollTop()).toBe(stood);
  });

  it('tells the editor when the user scrolls', async () => {
    const { page, host } = await open({ sample: LONG, height: 200 });
    await page.locator('.side-scroll').hover();
    // A wheel that turns while the page settles may be lost.
    const wheel = async () => {
      await page.mouse.wheel(0, 90);
      await frames();
      return host.heardOf('viewScrolled').at(-1) ?? 0;
    };
    await expect.poll(wheel).toBeGreaterThan(0);
    await expect.poll(wheel).toBeGreaterThan(300);
    await frames();
    const told = host.heardOf('viewScrolled');
    expect([...told].sort((one, other) => one - other)).toEqual(told);
    // What the editor answers to that ends here.
    host.channel.emit('editorScrolled', { top: told.at(-1)!, bottom: 1000 });
    await host.sent();
    await frames();
    expect(host.heardOf('viewScrolled')).toEqual(told);
  });
});

describe('what changes', () => {
  it('keeps open blocks, selection and focus when lines move', async () => {
    const { page, host } = await open();
    await page.locator('.block-row').nth(1).locator('.twisty').click();
    await page.locator('.block-classes').waitFor();
    await page.locator('.block-row').nth(2).click();
    const moved = sideSample({
      ...FOUR_STAGES,
      lines: FOUR_STAGES.lines.map((line) => ({ ...line, line: line.line + 3 })),
    });
    host.show(moved.state);
    await item(/^Line 44/).waitFor();
    expect(await page.locator('.block-classes').count()).toBe(1);
    expect(await focused()).toMatch(/^layer1\.2\.se/);
    expect(await selected()).toEqual([await focused()]);
    // The same gates were not asked for again.
    expect(host.heardOf('classGates')).toEqual([1]);
  });

  it('reads other gates anew', async () => {
    const { page, host } = await open();
    await page.locator('.block-row').nth(1).locator('.twisty').click();
    await page.locator('.block-classes').waitFor();
    const next = sideSample({ ...FOUR_STAGES, revision: 2 });
    host.show(next.state);
    await expect.poll(() => host.heardOf('classGates')).toEqual([1, 1]);
    await page.locator('.block-classes').waitFor();
  });

  it('says why gates are dimmed, and why there are none', async () => {
    const { page, host } = await open();
    const why = 'resnet50 now makes 12 blocks.';
    host.show(sideSample({ ...FOUR_STAGES, stale: why }).state);
    await page.getByRole('status').filter({ hasText: why }).waitFor();
    const opacity = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((one) => Number(getComputedStyle(one).opacity));
    expect(await opacity('.strip')).toBeLessThan(0.6);
    expect(await opacity('.row-numbers')).toBe(1);
    host.show({ kind: 'nothing', document: 'file:///a/b.md', file: 'b.md', message: 'No gates for it.' });
    await page.getByText('No gates for it.').waitFor();
    expect(await page.getByRole('tree').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Choose gates for this file…' }).click();
    await expect.poll(() => host.heard).toEqual(['sePlayground.chooseGates']);
  });

  it('survives a reload of its page', async () => {
    const { page, host } = await open();
    await page.locator('.block-row').nth(1).locator('.twisty').click();
    await page.locator('.line-row').nth(3).locator('.twisty').click();
    await page.reload();
    await page.locator('.block-classes').waitFor();
    expect(await item(/^Line 91/).getAttribute('aria-expanded')).toBe('false');
    expect(host.kept).toMatchObject({ document: 'file:///work/models/resnet.py' });
  });

  it('tells a failure in place of the classes, and tries again when asked to', async () => {
    const { page, host } = await open();
    host.failure = new PlaygroundError('storage/unreadable', 'The recording cannot be read.');
    const twisty = page.locator('.block-row').nth(1).locator('.twisty');
    await twisty.click();
    await page.getByText('The recording cannot be read.').waitFor();
    host.failure = undefined;
    await twisty.click();
    await twisty.click();
    await page.locator('.block-classes').waitFor();
  });

  it('has room for a thousand classes', async () => {
    const sample = sideSample({ ...FOUR_STAGES, classes: 1000 });
    const { page, complaints } = await open({ sample });
    await page.locator('.block-row').last().locator('.twisty').click();
    await page.getByText('Drawn are the 48 of 1000 classes that are farthest from the mean.').waitFor();
    await page.getByText('Numbers of layer4.2.se').click();
    await expect.poll(() => page.locator('.block-classes tbody tr').count()).toBe(128);
    expect(complaints).toEqual([]);
  });
});
