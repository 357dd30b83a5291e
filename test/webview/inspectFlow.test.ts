/** The third view in the built page with the built worker: a tiny model is trained there, and then looked into. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { answerChanges } from '../../src/core/training/statistics';
import { launchChromium } from './support/chromium';
import { openPanel, type OpenPanel } from './support/openPanel';
import { TINY_MODEL, TINY_VALIDATION as VALIDATION } from './support/tinyModel';

const PATIENCE = { timeout: 60_000, interval: 50 };

let browser: Browser;
let panel: OpenPanel;
beforeAll(async () => {
  browser = await launchChromium();
  panel = await openPanel(browser, { realWorker: true, panel: TINY_MODEL });
});
afterAll(() => browser.close());
afterEach(() => {
  expect(panel.complaints).toEqual([]);
  expect(panel.host.problems).toEqual([]);
});

const button = (name: string) => panel.page.getByRole('button', { name, exact: true });
const tab = (name: string) => panel.page.getByRole('tab', { name, exact: true });
const isOn = (name: string) => button(name).evaluate((made) => !(made as HTMLButtonElement).disabled);

async function choose(label: string, option: string): Promise<void> {
  const list = panel.page.locator(`.inspect-view vscode-dropdown[aria-label="${label}"]`);
  await list.click();
  await list.locator('vscode-option', { hasText: option }).first().click();
}

async function trainIt(): Promise<void> {
  const { host } = panel;
  await tab('Train').click();
  await button('Start training').click();
  await vi.waitFor(() => expect(host.run?.status).toBe('completed'), PATIENCE);
}

it('says what is missing before anything has been trained', async () => {
  await tab('Look inside').click();
  await panel.page.getByText('No trained model to look into yet').waitFor();
  await button('Go to training').click();
  await trainIt();
  await tab('Look inside').click();
});

describe('one image', () => {
  it('marks the images that are not recognised, as many as the accuracy says', async () => {
    const { page, host } = panel;
    await page.getByText(/of 200 validation images are recognised/).waitFor();
    const trained = host.run?.jobs['b-1']?.series.at(-1)?.validationAccuracy ?? NaN;
    await page.getByText(`${Math.round(trained * VALIDATION)} of 200 validation images`).waitFor();
    let wrong = 0;
    for (;;) {
      wrong += await page.locator('.thumbnail.wrong').count();
      // The button takes what it is told with the next frame.
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      if (!(await isOn('More'))) break;
      const first = await page.locator('.thumbnail').first().getAttribute('aria-label');
      await button('More').click();
      await expect
        .poll(() => page.locator('.thumbnail').first().getAttribute('aria-label'), PATIENCE)
        .not.toBe(first);
    }
    expect(wrong).toBe(VALIDATION - Math.round(trained * VALIDATION));
  });

  it('finds the images of a class, and those of it that are not recognised', async () => {
    const { page } = panel;
    const names = () =>
      page.locator('.thumbnail').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    await choose('Class', 'class 3');
    await expect.poll(async () => (await names()).length, PATIENCE).toBe(VALIDATION / 10);
    const all = await names();
    expect(all.filter((name) => !name.startsWith('class 3, '))).toEqual([]);
    await page.locator('.inspect-view vscode-checkbox').click();
    const wrong = all.filter((name) => name.endsWith('not recognised'));
    if (wrong.length > 0) await expect.poll(names, PATIENCE).toEqual(wrong);
    else await page.getByText('No validation image is of that choice.').waitFor();
    await page.locator('.inspect-view vscode-checkbox').click();
    await choose('Class', 'All classes');
    await expect.poll(async () => (await names()).length, PATIENCE).toBe(40);
  });

  it('moves from image to image by keys, and says whether the answer is right', async () => {
    const { page } = panel;
    await page.locator('.thumbnail').first().click();
    await page.keyboard.press('ArrowRight');
    const chosen = page.locator('.thumbnail[aria-selected="true"]');
    const [name = ''] = await chosen.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    const index = /image (\d+)/.exec(name ?? '')?.[1];
    await page.getByText(new RegExp(`^Validation image ${index}: `)).waitFor();
    const verdict = page.locator('.predictions .readout');
    await expect
      .poll(() => verdict.textContent(), PATIENCE)
      .toMatch(name?.endsWith('not recognised') ? /That is wrong\.$/ : /That is right\.$/);
    // Both models, in percent: each column adds up.
    await expect.poll(() => page.locator('.predictions thead th').count(), PATIENCE).toBe(3);
    const shares = await page
      .locator('.predictions tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [1, 2].map((column) => parseFloat(row.children[column]?.textContent ?? ''))),
      );
    for (const column of [0, 1]) {
      expect(shares.reduce((sum, row) => sum + row[column]!, 0)).toBeCloseTo(100, 0);
    }
  });

  it('explains the same class with and without SE', async () => {
    const { page } = panel;
    await choose('Class to explain', 'class 7');
    const captions = page.locator('.grad-cam figcaption');
    const both = /: (what speaks for class 7, most in |nothing in the image speaks for class 7)/;
    await expect.poll(() => captions.first().textContent(), PATIENCE).toMatch(/^with SE/);
    for (const index of [0, 1]) {
      await expect.poll(() => captions.nth(index).textContent(), PATIENCE).toMatch(both);
    }
    expect(await captions.nth(1).textContent()).toMatch(/^without SE/);
  });

  it('reads gates and their distance from the mean by keys', async () => {
    const { page } = panel;
    await page.getByText(/^The gates are furthest from the mean in layer/).waitFor();
    const field = page.locator('.image-gates .heat-field').first();
    await field.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const text = (await page.locator('.image-gates .readout').textContent()) ?? '';
    const found =
      /^layer1\.0\.se, channel 1: gate ([\d.]+), mean ([\d.]+), difference ([+\u2212]?[\d.]+)$/.exec(text);
    const [gate, mean, difference] = (found ?? [])
      .slice(1)
      .map((part) => Number(part.replace('\u2212', '-')));
    expect(difference).toBeCloseTo(gate! - mean!, 2);
    // The run's own record of the same evaluation.
    const summary = panel.host.run?.jobs['b-1']?.excitation.at(-1)?.summary;
    const { mean: means, channels } = summary!.blocks[0]!;
    const images = summary!.imagesPerClass;
    const all = images.reduce((sum, count, label) => sum + count * means[label * channels + 1]!, 0);
    expect(mean).toBeCloseTo(all / VALIDATION, 2);
  });
});

describe('knock-outs', () => {
  const rows = () =>
    panel.page
      .locator('.knock-out-results tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  const idle = () => expect.poll(() => isOn('Each block in turn'), PATIENCE).toBe(true);

  it('clamp every block in turn, and count what changes', async () => {
    const { page, host } = panel;
    await tab('Knock-outs').click();
    await page.getByText(/^As trained the model recognises/).waitFor();
    await idle();
    await button('Each block in turn').click();
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(4);
    await idle();
    const [baseline, ...found] = await rows();
    const trained = host.run?.jobs['b-1']?.series.at(-1)?.validationAccuracy ?? NaN;
    expect(baseline?.[2]).toBe(`${(100 * trained).toFixed(2)}%`);
    expect(found.map(([what]) => what)).toEqual(
      ['layer1.0.se', 'layer2.0.se', 'layer3.0.se'].map((block) => `${block}, all channels`),
    );
    for (const [, to, accuracy, change, becameWrong, becameRight, p] of found) {
      expect(to).toBe('their mean');
      const lost = Number(becameWrong) - Number(becameRight);
      expect(parseFloat(accuracy ?? '')).toBeCloseTo(100 * trained - (100 * lost) / VALIDATION, 1);
      expect(Number(change?.replace('\u2212', '-'))).toBeCloseTo((-100 * lost) / VALIDATION, 1);
      const before = [
        ...Array<number>(Number(becameWrong)).fill(1),
        ...Array<number>(Number(becameRight)).fill(0),
      ];
      const { pValue } = answerChanges(
        before,
        before.map((right) => 1 - right),
      );
      expect(p).toBe(pValue < 0.001 ? '< 0.001' : pValue.toFixed(3));
    }
  });

  it('clamp stages, single channels, and everything at once; a wrong channel is refused in words', async () => {
    const { page } = panel;
    await choose('Clamp gates to', '0');
    await page.getByText(/^At 0 a gate shuts its channel off/).waitFor();
    await button('Each stage in turn').click();
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(7);
    await idle();
    await button('All blocks at once').click();
    await expect.poll(async () => (await rows()).length, PATIENCE).toBe(8);
    await idle();
    const channel = page.locator('.knock-out-form vscode-text-field input');
    await channel.fill('16');
    await page.getByText('A whole number from 0 to 15.').waitFor();
    expect(await isOn('Knock out')).toBe(false);
    await channel.fill('15');
    await button('Knock out').click();
    await expect.poll(async () => (await rows()).at(-1)?.[0], PATIENCE).toBe('layer3.0.se, channel 15');
    await idle();
    // One block a stage here, so a stage is its block.
    const found = await rows();
    expect(found.slice(4, 7).map(([what, to]) => [what, to])).toEqual(
      [1, 2, 3].map((stage) => [`stage ${stage}, all 1 blocks`, '0']),
    );
  });

  it('sweep the channels of a block, the most costly first, and are saved as CSV', async () => {
    const { page, host } = panel;
    await button('Each channel of the block in turn').click();
    await expect.poll(() => page.locator('.sweep-results tbody tr').count(), PATIENCE).toBe(16);
    await idle();
    const swept = await page
      .locator('.sweep-results tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
    const accuracies = swept.map(([, accuracy]) => parseFloat(accuracy ?? ''));
    expect(accuracies).toEqual([...accuracies].sort((one, other) => one - other));
    expect(swept.map(([channel]) => Number(channel)).sort((x, y) => x - y)).toEqual(
      Array.from({ length: 16 }, (_, channel) => channel),
    );
    // The same channel, knocked out alone.
    const alone = (await rows()).at(-1);
    expect(swept.find(([channel]) => channel === '15')?.[1]).toBe(alone?.[2]);

    await button('Save as CSV…').click();
    const saved = () => host.calls.filter(({ name }) => name === 'saveExport');
    await expect.poll(() => saved().length, PATIENCE).toBe(1);
    const { suggestedName, data } = saved()[0]?.params as { suggestedName: string; data: Uint8Array };
    expect(suggestedName).toBe('tiny knock-outs.csv');
    const lines = new TextDecoder().decode(data).trimEnd().split('\r\n');
    expect(lines).toHaveLength(2 + 8 + 16);
    expect(lines[1]).toMatch(/^tiny,with SE,baseline,as trained,/);
    expect(new Set(lines.map((line) => line.replace(/"[^"]*"/g, '').split(',').length))).toEqual(
      new Set([13]),
    );
  });

  it('are kept when one looks at something else meanwhile', async () => {
    const before = await rows();
    await tab('One image').click();
    await tab('Knock-outs').click();
    expect(await rows()).toEqual(before);
  });
});

it('says that a model has no weights any more, and goes on to say it', async () => {
  const { page, host } = panel;
  const trained = host.run!;
  const weights = host.checkpoints.get('b-1')!;
  host.checkpoints.delete('b-1');
  host.show({ ...trained, plan: { ...trained.plan, runId: 'without' } });
  await tab('One image').click();
  const told = page.locator('.shelf .note');
  const sentence = /^The trained weights of this model are not here/;
  await expect.poll(() => told.textContent(), PATIENCE).toMatch(sentence);
  await tab('Knock-outs').click();
  await page.locator('.knock-out-pane .field-problem', { hasText: sentence }).waitFor();
  await tab('One image').click();
  expect(await told.textContent()).toMatch(sentence);
  host.checkpoints.set('b-1', weights);
  host.show(trained);
});

it('computes mean gates where the run did not record them', async () => {
  const { page, host } = panel;
  const trained = host.run!;
  const summary = trained.jobs['b-1']!.excitation.at(-1)!.summary;
  const jobs = Object.fromEntries(
    Object.entries(trained.jobs).map(([id, job]) => [id, { ...job, excitation: [] }]),
  );
  host.show({ ...trained, plan: { ...trained.plan, runId: 'imported' }, jobs });
  await tab('One image').click();
  await page.getByText(/^The gates are furthest from the mean in layer/).waitFor();
  const means = await meansRead();
  summary.blocks.forEach(({ mean, channels }, row) => {
    const shown = means[row]!;
    const counted = summary.imagesPerClass.reduce(
      (sum, count, label) => sum + count * mean[label * channels]!,
      0,
    );
    expect(shown).toBeCloseTo(counted / VALIDATION, 2);
  });
  host.show(trained);
});

/** The mean gate of every block's first channel, read with the keyboard. */
async function meansRead(): Promise<number[]> {
  const { page } = panel;
  const read: number[] = [];
  await page.locator('.image-gates .heat-field').first().focus();
  await page.keyboard.press('PageUp');
  await page.keyboard.press('Home');
  for (let row = 0; row < 3; row++) {
    const text = (await page.locator('.image-gates .readout').textContent()) ?? '';
    read.push(Number(/, mean ([\d.]+),/.exec(text)?.[1]));
    await page.keyboard.press('ArrowDown');
  }
  return read;
}

it('gives its cores to training, says so, and goes on afterwards', async () => {
  const { page, host } = panel;
  await tab('Train').click();
  // Long enough to be seen, and stopped then.
  await page.locator('.setup vscode-text-field[aria-label^="Epochs"] input').fill('100');
  await button('Start training').click();
  await vi.waitFor(() => expect(host.run?.status).toBe('running'), PATIENCE);
  await tab('Look inside').click();
  await vi.waitFor(() => expect(host.run?.jobs['b-1']?.checkpointEpoch).toBeGreaterThan(0), PATIENCE);
  await page.getByText(/^A run is training and needs the processor/).waitFor();
  expect(await page.locator('.inspect-panes').getAttribute('inert')).not.toBeNull();
  await tab('Train').click();
  await button('Stop').click();
  await vi.waitFor(() => expect(host.run?.status).toBe('stopped'), PATIENCE);
  await tab('Look inside').click();
  await tab('One image').click();
  await page.getByText(/of 200 validation images are recognised/).waitFor();
  await page.getByText(/^Predicted: class \d, /).waitFor();
  expect(await page.locator('.inspect-panes').getAttribute('inert')).toBeNull();
});
