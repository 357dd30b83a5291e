/** Pictures of the third view in every theme; nothing may be cut off or scroll sideways. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { launchChromium } from './support/chromium';
import { openPanel, type OpenPanel } from './support/openPanel';
import { THEMES } from './support/themes';
import { TINY_MODEL } from './support/tinyModel';

const PICTURES = path.resolve(import.meta.dirname, '../../test-output/webview');
const PATIENCE = { timeout: 60_000, interval: 50 };

let browser: Browser;
let panel: OpenPanel;
beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  browser = await launchChromium();
  panel = await openPanel(browser, { realWorker: true, panel: TINY_MODEL });
  const { page, host } = panel;
  await page.getByRole('button', { name: 'Start training' }).click();
  await vi.waitFor(() => expect(host.run?.status).toBe('completed'), PATIENCE);
  await page.getByRole('tab', { name: 'Look inside' }).click();
  await page.getByText(/^The gates are furthest from the mean/).waitFor();
  await page.locator('.grad-cam figcaption').nth(1).filter({ hasText: 'class' }).waitFor();
});
afterAll(() => browser.close());

async function picture(name: string): Promise<void> {
  const { page } = panel;
  for (const theme of THEMES) {
    await panel.setTheme(theme.name);
    for (const width of [320, 420, 900, 1400]) {
      await panel.setWidth(width);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(sideways, `sideways scrolling at ${width}px`).toBe(0);
      const file = path.join(PICTURES, `${name}-${theme.name}-${width}.png`);
      // Hiding the caret, Playwright's default, injects a style element that the policy refuses.
      await page.screenshot({ path: file, fullPage: true, caret: 'initial' });
    }
  }
  expect(panel.complaints).toEqual([]);
}

it('one image', () => picture('inspect-image'));

it('knock-outs', async () => {
  const { page } = panel;
  await panel.setWidth(1400);
  await page.getByRole('tab', { name: 'Knock-outs' }).click();
  const eachBlock = page.getByRole('button', { name: 'Each block in turn' });
  const idle = () =>
    vi.waitFor(
      async () =>
        expect(await eachBlock.evaluate((made) => (made as HTMLButtonElement).disabled)).toBe(false),
      PATIENCE,
    );
  await idle();
  await eachBlock.click();
  await page.locator('.knock-out-results tbody tr').nth(3).waitFor();
  await idle();
  await page.getByRole('button', { name: 'Each channel of the block in turn' }).click();
  await page.locator('.sweep-results tbody tr').nth(15).waitFor();
  await idle();
  await picture('inspect-knock-outs');
});
