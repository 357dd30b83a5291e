import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './support/chromium';
import { MODELS } from './support/fakeHost';
import { openPanel, type OpenPanel, type PanelOptions } from './support/openPanel';
import { sampleRun } from './support/sampleRun';
import { THEMES } from './support/themes';

const PICTURES = path.resolve(import.meta.dirname, '../../test-output/webview');
const RUNS = [
  {
    runId: 'sample',
    name: 'SE-ResNet-20',
    status: 'completed',
    createdAtMs: Date.UTC(2025, 10, 24, 8, 9),
    summary: 'with SE 58.9%, without SE 57.4%',
    imported: false,
  },
  {
    runId: 'earlier',
    name: 'ResNet-8',
    status: 'interrupted',
    createdAtMs: Date.UTC(2025, 10, 23, 17, 40),
    summary: 'epoch 3 of 5',
    imported: true,
  },
];

/** Hiding the caret, Playwright's default, injects a style element that the policy refuses. */
const WHOLE = { fullPage: true, caret: 'initial' } as const;

interface Scene {
  name: string;
  options: PanelOptions;
  prepare?(panel: OpenPanel): Promise<void>;
}

const SCENES: readonly Scene[] = [
  { name: 'empty', options: {} },
  { name: 'running', options: { panel: { run: sampleRun({ trained: 4, seeds: [1] }), runs: RUNS } } },
  { name: 'completed', options: { panel: { run: sampleRun(), runs: RUNS } } },
  {
    name: 'failed',
    options: {
      panel: {
        run: sampleRun({
          trained: 2,
          status: 'failed',
          failure: {
            code: 'engine/non-finite',
            message:
              'The loss of "with SE" became NaN at epoch 3. Lower the learning rate in the definition and resume from epoch 2.',
          },
        }),
        runs: RUNS,
      },
    },
  },
  {
    name: 'heatmap',
    options: { panel: { run: sampleRun(), runs: RUNS } },
    prepare: async ({ page }) => {
      await page.getByRole('tab', { name: 'Excitation heatmap' }).click();
      await page.locator('.heat-field').first().focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight'])
        await page.keyboard.press(key);
    },
  },
  {
    name: 'classMeans',
    options: { panel: { run: sampleRun(), runs: RUNS } },
    prepare: atPicture('Class means by stage'),
  },
  {
    name: 'withinClass',
    options: { panel: { run: sampleRun(), runs: RUNS } },
    prepare: atPicture('Within a class'),
  },
  {
    name: 'difference',
    options: { panel: { run: sampleRun(), runs: RUNS } },
    prepare: async ({ page, host }) => {
      host.channel.emit('showView', { view: 'heatmap' });
      await page.getByRole('combobox', { name: 'Compared with' }).click();
      await page.getByRole('option', { name: 'All classes' }).click();
    },
  },
];

/** Opens one of the pictures of the heatmap. */
function atPicture(name: string): NonNullable<Scene['prepare']> {
  return async ({ page, host }) => {
    host.channel.emit('showView', { view: 'heatmap' });
    await page.getByRole('tab', { name }).click();
    await page.locator('.figure-frame .fig-line').first().waitFor();
  };
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  await mkdir(PICTURES, { recursive: true });
});
afterAll(() => browser.close());

/** Waits until the form has measured or the run is drawn, so that pictures do not show a passing state. */
async function settle({ page }: OpenPanel): Promise<void> {
  await page.locator('main').waitFor();
  await page.locator('.pace[data-kind="measuring"]').waitFor({ state: 'hidden' });
}

async function sideways({ page }: OpenPanel): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

describe('pictures of every state', () => {
  for (const scene of SCENES) {
    it(scene.name, async () => {
      const panel = await openPanel(browser, scene.options);
      await settle(panel);
      await scene.prepare?.(panel);
      for (const theme of THEMES) {
        await panel.setTheme(theme.name);
        for (const width of [420, 900, 1400]) {
          await panel.setWidth(width);
          expect(await sideways(panel), `sideways scrolling at ${width}px`).toBe(0);
          await panel.page.screenshot({
            path: path.join(PICTURES, `${scene.name}-${theme.name}-${width}.png`),
            ...WHOLE,
          });
        }
      }
      expect(panel.complaints).toEqual([]);
      await panel.close();
    });
  }
});

describe('room', () => {
  for (const [width, zoom] of [
    [320, 1],
    [640, 2],
    [1280, 2],
    [1600, 1],
  ] as const) {
    it(`nothing is cut off at ${width}px and ${zoom * 100}%`, async () => {
      const panel = await openPanel(browser, {
        width,
        zoom,
        panel: { run: sampleRun(), runs: RUNS, models: MODELS },
      });
      await settle(panel);
      expect(await sideways(panel)).toBe(0);
      await panel.page.screenshot({ path: path.join(PICTURES, `room-${width}-${zoom}x.png`), ...WHOLE });
      await panel.page.getByRole('tab', { name: 'Excitation heatmap' }).click();
      await panel.page.locator('.heat-field canvas').first().waitFor();
      expect(await sideways(panel)).toBe(0);
      await panel.close();
    });
  }
});
