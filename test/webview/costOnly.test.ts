/** A model that cannot be trained here, in the panel: its cost, why it is not trained, and nothing measured. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { presetByKey } from '../../src/core/model/presets';
import { launchChromium } from './support/chromium';
import { MODELS } from './support/fakeHost';
import { openPanel } from './support/openPanel';

let browser: Browser;
beforeAll(async () => (browser = await launchChromium()));
afterAll(() => browser.close());

it('shows what it costs and why it is not trained', async () => {
  const { spec, label, description } = presetByKey('resnet-50-imagenet')!;
  const reference = 'preset:resnet-50-imagenet';
  const models = [...MODELS, { reference, label, description, spec }];
  const { page, complaints, close } = await openPanel(browser, { panel: { models, selected: reference } });
  await page.getByText(/cannot be trained here\. The quick subset of CIFAR-10 has 10 classes/).waitFor();
  const cost = page.locator('table.numbers', { hasText: 'Parameters' });
  const rows = await cost.locator('tbody tr').evaluateAll((all) => all.map((row) => row.textContent));
  expect(rows.slice(0, 2)).toEqual([
    'Parameters25,557,03228,071,976+9.8%',
    expect.stringMatching(/^MACs4\.09 G4\.10 G\+0\.3%$/),
  ]);
  const start = page.getByRole('button', { name: 'Start training' });
  expect(await start.isDisabled()).toBe(true);
  expect(await page.locator('.pace').isVisible()).toBe(false);
  expect(complaints).toEqual([]);
  await close();
});
