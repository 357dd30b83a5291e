import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {import('playwright-core').Page} Page */

const attempts = 4;
const rowTimeoutMs = 10_000;

/**
 * Runs a command through the command palette, as a person would.
 *
 * @param {Page} page
 * @param {string} title as the palette shows it, category included: "SE Playground: Quick CIFAR Training"
 * @throws Error when the palette does not offer it (after several tries: extensions register late)
 */
export async function runCommand(page, title) {
  const box = page.locator('.quick-input-widget');
  for (let attempt = 1; ; attempt++) {
    try {
      await focusWorkbench(page);
      await page.keyboard.press('F1');
      await box.locator('input').fill(`>${title}`, { timeout: rowTimeoutMs });
      const row = box.locator('.quick-input-list .monaco-list-row').filter({
        has: page.locator('.quick-input-list-row').first().getByText(title, { exact: true }),
      });
      await row.first().click({ timeout: rowTimeoutMs });
      return;
    } catch (cause) {
      const offered = await box.locator('.quick-input-list .monaco-list-row').allInnerTexts();
      await page.keyboard.press('Escape').catch(() => {});
      if (attempt === attempts) {
        throw new Error(`The palette does not offer "${title}". It shows: ${offered.join(' | ')}`, { cause });
      }
      await sleep(500 * attempt);
    }
  }
}

/**
 * Keys pressed while a webview has the focus go into its frame; the palette's key belongs to the workbench.
 *
 * @param {Page} page
 */
export async function focusWorkbench(page) {
  await page.evaluate("document.activeElement?.tagName === 'IFRAME' && document.activeElement.blur()");
}
