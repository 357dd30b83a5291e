/** The view of gates beside the code in a real VS Code: a recorded PyTorch model, its source, and both sides moving together. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWindow, type VsCodeWindow } from '../support/vscode/openWindow.mjs';
import { startServer, type VsCodeServer } from '../support/vscode/startServer.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SCREENSHOTS = path.join(ROOT, 'test-output/screenshots');
const PATIENCE = { timeout: 30_000, interval: 100 };
/** A line of the source far from those with SE. */
const PLAIN_LINE = 60;

let folder: string;
let server: VsCodeServer;
let window: VsCodeWindow;
let view: Frame;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'se-playground-side-'));
  for (const name of ['seResnet.py', 'seResnet.excitation.json']) {
    await cp(path.join(ROOT, 'test/support/recordings', name), path.join(folder, name));
  }
  server = await startServer({ userDataDir: path.join(folder, '.vscode-data') });
  window = await openWindow({
    server,
    folder,
    extensionDevelopmentPath: ROOT,
    screenshotFolder: SCREENSHOTS,
    // Low enough that the source has to be scrolled.
    viewport: { width: 1400, height: 620 },
    settings: { 'editor.codeLens': false, 'editor.minimap.enabled': false },
  });
  await openFile('seResnet.py');
  await window.page
    .locator('.editor-actions')
    .getByRole('button', { name: /Open Gates Beside Code/ })
    .click();
  view = await window.webviewFrame({ selector: '.gate-tree [role="treeitem"]', timeoutMs: 60_000 });
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** In the first group: in the view's own it would cover the view. */
async function openFile(name: string): Promise<void> {
  await focusEditor();
  await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first().dblclick();
  await window.page.locator(`.monaco-editor[data-uri$="${name}"]`).first().waitFor();
}

async function goToLine(line: number): Promise<void> {
  await focusEditor();
  await window.page.keyboard.press('Control+g');
  await window.page.keyboard.type(String(line));
  await window.page.keyboard.press('Enter');
}

const focusEditor = () => window.runCommand('View: Focus First Editor Group');
const editorOf = () => window.page.locator('.monaco-editor[data-uri$="seResnet.py"]').first();
/** VS Code marks the number of the cursor's line. */
const cursorLine = async () =>
  Number(await editorOf().locator('.line-numbers.active-line-number').innerText());
const selected = () =>
  view
    .locator('[aria-selected="true"]')
    .evaluateAll((items) => items.map((item) => item.getAttribute('aria-label') ?? ''));
const lineOf = async (index: number) =>
  Number(await view.locator('.line-row .line-number').nth(index).innerText());
const scrollTop = () => view.locator('.side-scroll').evaluate((scroller) => scroller.scrollTop);
const firstLine = async () =>
  Math.min(...(await window.page.locator('.margin-view-overlays .line-numbers').allInnerTexts()).map(Number));
const inEditor = () => window.page.evaluate(() => document.activeElement?.closest('.monaco-editor') !== null);

describe('the view beside the code', () => {
  it('shows the lines of the model that was recorded, and their blocks', async () => {
    expect(await view.locator('h1:visible').innerText()).toBe('seResnet.py');
    const lines = await view.locator('.line-row code').allInnerTexts();
    expect(lines).toEqual([
      'self.attention = SELayer(planes, reduction=2)',
      'self.se = SELayer(planes, reduction=4)',
    ]);
    expect(await view.locator('.block-name').allInnerTexts()).toContainEqual(
      expect.stringMatching(/^layer1\.0\.se/),
    );
    await window.screenshot('side-view');
  });

  it('goes with the cursor', async () => {
    const [, second] = [await lineOf(0), await lineOf(1)];
    await goToLine(second);
    await expect.poll(selected, PATIENCE).toEqual([expect.stringMatching(new RegExp(`^Line ${second}:`))]);
    await goToLine(PLAIN_LINE);
    await expect.poll(selected, PATIENCE).toEqual([]);
  });

  it('shows the line of a row that is selected, keeps the focus, and gives it up at Enter', async () => {
    const [first, second] = [await lineOf(0), await lineOf(1)];
    await view.locator('.line-row').first().click();
    await expect.poll(cursorLine, PATIENCE).toBe(first);
    await view.locator('[role="treeitem"]:focus').press('End');
    await expect.poll(cursorLine, PATIENCE).toBe(second);
    expect(await inEditor()).toBe(false);
    // The cursor that followed selected nothing else.
    expect(await selected()).toEqual([expect.stringMatching(/^layer3\.\d\.se/)]);
    await view.locator('[role="treeitem"]:focus').press('Enter');
    await expect.poll(inEditor, PATIENCE).toBe(true);
    expect(await cursorLine()).toBe(second);
  });

  it('scrolls with the editor, and the editor with it', async () => {
    await goToLine(1);
    await expect.poll(scrollTop, PATIENCE).toBe(0);
    await editorOf().hover();
    // A turn of the wheel is three lines.
    for (let turn = 0; turn < 14; turn++) await window.page.mouse.wheel(0, 120);
    await expect.poll(scrollTop, PATIENCE).toBeGreaterThan(20);

    const before = await firstLine();
    await view.locator('.side-scroll').hover();
    await window.page.mouse.wheel(0, -2000);
    await expect.poll(firstLine, PATIENCE).toBeLessThan(before);
    expect(await scrollTop()).toBe(0);
    // Nobody answers anybody: after a second both stand where they stood.
    const stood = [await firstLine(), await scrollTop()];
    await new Promise((done) => setTimeout(done, 1000));
    expect([await firstLine(), await scrollTop()]).toEqual(stood);
  });

  it('opens a block in every theme, follows to a file without gates, and back', async () => {
    await view.locator('.block-row', { hasText: 'layer1.1.se' }).locator('.twisty').click();
    await view.locator('.block-classes .heat-field canvas').waitFor();
    for (const theme of ['light', 'dark', 'highContrast'] as const) {
      await window.setColorTheme(theme);
      await window.screenshot(`side-view-${theme}`);
    }
    await openFile('seResnet.excitation.json');
    await expect
      .poll(() => view.locator('.side-empty').innerText(), PATIENCE)
      .toContain('No gates belong to this file');
    await openFile('seResnet.py');
    await view.locator('.gate-tree').waitFor();
    // What was open is open again.
    await view.locator('.block-classes .heat-field canvas').waitFor();
    expect(window.webviewErrors).toEqual([]);
    expect(window.cspViolations).toEqual([]);
  });

  it('is there again after a reload of the window', async () => {
    await window.page.reload({ waitUntil: 'commit' });
    await window.page.waitForFunction('window.driver !== undefined', undefined, { timeout: 120_000 });
    await window.page.evaluate('window.driver.whenWorkbenchRestored()');
    view = await window.webviewFrame({ selector: '.gate-tree [role="treeitem"]', timeoutMs: 120_000 });
    expect(await view.locator('h1:visible').innerText()).toBe('seResnet.py');
    await view.locator('.block-classes .heat-field canvas').waitFor();
  });
});
