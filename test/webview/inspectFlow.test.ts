/** The third view in the built page with the built worker: a tiny model is trained there, and then looked into. */
import * as v from 'valibot';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { modelSpecSchema } from '../../src/core/model/modelSpec';
import { launchChromium } from './support/chromium';
import { openPanel, type OpenPanel } from './support/openPanel';

const PATIENCE = { timeout: 60_000, interval: 50 };
const VALIDATION = 200;

/** SE-ResNet-8 with 4, 8 and 16 channels on generated images. */
const TINY = v.parse(modelSpecSchema, {
  version: 1,
  name: 'tiny',
  backbone: { depth: 8, width: 4 },
  training: {
    dataset: 'synthetic',
    subset: 600 + VALIDATION,
    validationSplit: VALIDATION / (600 + VALIDATION),
    batch: 20,
    epochs: 2,
    learningRate: 0.05,
    warmupEpochs: 0,
  },
});

let browser: Browser;
let panel: OpenPanel;
beforeAll(async () => {
  browser = await launchChromium();
  panel = await openPanel(browser, {
    realWorker: true,
    panel: {
      models: [{ reference: 'preset:tiny', label: 'tiny', description: 'For tests.', spec: TINY }],
      selected: 'preset:tiny',
    },
  });
  const { page, host } = panel;
  await page.getByRole('button', { name: 'Start training' }).click();
  await vi.waitFor(() => expect(host.run?.status).toBe('completed'), PATIENCE);
  await page.getByRole('tab', { name: 'Look inside' }).click();
});
afterAll(() => browser.close());
afterEach(() => {
  expect(panel.complaints).toEqual([]);
  expect(panel.host.problems).toEqual([]);
});

describe('one image', () => {
  it('shows a validation image with predictions', async () => {
    const { page } = panel;
    await page.getByText(/^Predicted: class \d, /).waitFor();
    await page.screenshot({ path: '/tmp/shots/wip-inspect.png', fullPage: true, caret: 'initial' });
  });
});
