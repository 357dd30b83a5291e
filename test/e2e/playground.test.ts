/**
 * The product as a person meets it: the packaged .vsix installed in a real VS Code, driven by its palette, keyboard and mouse.
 * Screenshots of every state go to test-output/screenshots, to be looked at.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installVsix } from '../support/vscode/installVsix.mjs';
import { openWindow, type VsCodeWindow } from '../support/vscode/openWindow.mjs';
import { startServer, type VsCodeServer } from '../support/vscode/startServer.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const VSIX = path.join(ROOT, 'dist/se-playground.vsix');
const SCREENSHOTS = path.join(ROOT, 'test-output/screenshots');
/** Two epochs of both models on the real quick subset, with room for a slow machine. */
const TRAINING_MS = 480_000;

const DEFINITION = `${JSON.stringify(
  {
    version: 1,
    name: 'E2E SE-ResNet-8',
    backbone: { depth: 8, width: 16 },
    se: { reduction: 4, stages: [1, 2, 3] },
    training: { dataset: 'quick', epochs: 2, batch: 64, seeds: [1] },
  },
  null,
  2,
)}\n`;

/** Short epochs, and enough of them to be stopped in the midst of them. */
const SMALL = `${JSON.stringify(
  {
    version: 1,
    name: 'E2E small',
    backbone: { depth: 8, width: 8 },
    training: {
      ...{ dataset: 'quick', subset: 1280, validationSplit: 0.1 },
      ...{ epochs: 12, batch: 32, seeds: [1] },
    },
  },
  null,
  2,
)}\n`;

const BLOCK = `import torch.nn as nn


class BasicBlock(nn.Module):
    def __init__(self, in_planes, planes, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_planes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Sequential()

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return self.relu(out)
`;

let folder: string;
let extensionFolder: string;
let server: VsCodeServer;
let window: VsCodeWindow;

beforeAll(async () => {
  if (!existsSync(VSIX)) throw new Error(`${VSIX} is missing: run "npm run package" first.`);
  folder = await mkdtemp(path.join(os.tmpdir(), 'se-playground-e2e-'));
  const extensionsDir = path.join(folder, 'extensions');
  const workspace = path.join(folder, 'workspace');
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'model.senet.json'), DEFINITION);
  await writeFile(path.join(workspace, 'small.senet.json'), SMALL);
  await writeFile(path.join(workspace, 'resnet.py'), BLOCK);
  extensionFolder = await installVsix(VSIX, extensionsDir);
  server = await startServer({ userDataDir: path.join(folder, 'data'), extensionsDir });
  window = await openWindow({
    server,
    folder: workspace,
    colorTheme: 'dark',
    viewport: { width: 1440, height: 960 },
    settings: { 'files.autoSave': 'off' },
    screenshotFolder: SCREENSHOTS,
  });
});

afterAll(async () => {
  await window?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const panel = (): Promise<Frame> =>
  window.webviewFrame({ title: 'SE Playground', selector: 'main', timeoutMs: 60_000 });
const epochRows = (page: Frame) => page.getByRole('table', { name: /after every epoch/ }).locator('tbody tr');
const workspaceFile = (name: string) => path.join(folder, 'workspace', name);

/** Opens a file from the explorer, which is on screen all the time. */
async function openFile(name: string): Promise<void> {
  await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first().dblclick();
  await window.page.locator('.tab.active', { hasText: name }).waitFor();
  await window.page.locator(`.monaco-editor[data-uri$="${name}"]`).first().waitFor();
}

/** Opens a definition and asks for its training; resolves when the form of the panel shows it. */
async function chooseDefinition(name: string): Promise<Frame> {
  await openFile(name);
  // The lens shows that the extension host has heard of the editor; before that the command would ask which definition.
  await window.page
    .locator('.codelens-decoration', { hasText: 'Train' })
    .first()
    .waitFor({ timeout: 60_000 });
  await window.runCommand('SE Playground: Train With and Without SE');
  const page = await panel();
  await page.locator('.setup').getByText(name).first().waitFor();
  return page;
}

/** Shows a view of the activity bar. */
async function showSideBar(name: string): Promise<void> {
  await window.page.locator('.activitybar').getByRole('tab', { name }).click();
}

/** Points at the colour strip that is drawn after the text of a line. */
async function hoverStrip(lineNumber: number): Promise<void> {
  const lines = window.page.locator('.editor-instance .view-lines').first();
  const line = lines
    .locator('.view-line')
    .nth(lineNumber - 1)
    .locator('> span');
  const strip = await line.evaluate((text) => {
    const { right, top, bottom } = text.getBoundingClientRect();
    return { right, middle: (top + bottom) / 2 };
  });
  // The strip is the end of the line's last element.
  await window.page.mouse.move(strip.right - 20, strip.middle, { steps: 5 });
}

const statusOf = (page: Frame, status: string) =>
  page.locator('.run-header .chip', { hasText: status }).first();

describe('the playground in a real VS Code', () => {
  it('was packaged with the licences of what it contains', async () => {
    const notices = await readFile(path.join(extensionFolder, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    expect(notices).toMatch(/^@tensorflow\/tfjs-core [\d.]+ \(Apache-2.0\)$/m);
  });

  it('opens from the palette and predicts the time before the start', async () => {
    const page = await chooseDefinition('model.senet.json');
    await page.getByText('validation accuracy of both').first().waitFor();
    await page.locator('.pace[data-kind="measured"]').waitFor({ timeout: 180_000 });
    expect(await page.locator('.pace').innerText()).toMatch(/epoch/);
    await window.screenshot('panel-ready-dark');
  });

  it(
    'trains two epochs of both models on real CIFAR-10, also while another editor covers the panel',
    async () => {
      const page = await panel();
      await page.getByRole('button', { name: 'Start training' }).click();
      await epochRows(page).first().waitFor({ timeout: TRAINING_MS });
      await window.screenshot('training-dark');
      await openFile('resnet.py');
      // Hidden now; the status bar tells that the run goes on, and disappears with it.
      const status = window.page.locator('.statusbar-item', { hasText: 'SE' }).first();
      await status.waitFor({ timeout: 60_000 });
      await window.screenshot('training-hidden-dark');
      await window.runCommand('SE Playground: Open Panel');
      const again = await panel();
      await again.getByText('Completed').first().waitFor({ timeout: TRAINING_MS });
      const rows = await epochRows(again).allInnerTexts();
      expect(rows.length).toBeGreaterThanOrEqual(2);
      await window.screenshot('completed-dark');
    },
    2 * TRAINING_MS,
  );

  it('shows the gates in the heatmap and on the line of the definition', async () => {
    await window.runCommand('SE Playground: Show Excitation Heatmap');
    const page = await panel();
    await page.locator('.heat-field canvas').first().waitFor();
    await window.screenshot('heatmap-dark');
    await openFile('model.senet.json');
    await window.page.locator('.view-lines').getByText('"stages"').first().waitFor();
    const lens = window.page.locator('.codelens-decoration', { hasText: 'Gates of layer3.0.se' });
    await lens.waitFor();
    expect(await lens.innerText()).toMatch(/mean 0\.\d\d . class spread 0\.\d{3} . saturated/);
    await window.screenshot('definition-strip-dark');
    await hoverStrip(13);
    const hover = window.page.locator('.monaco-hover:visible', { hasText: 'mean gate' }).first();
    await hover.waitFor();
    expect(await hover.innerText()).toMatch(/mean gate 0\.\d{3}[^]*layer3\.0\.se/);
    expect(await hover.locator('img').count()).toBe(1);
    await window.screenshot('definition-strip-hover-dark');
    await window.page.keyboard.press('Escape');
  });

  it('looks inside the trained model: an image in both networks, and blocks clamped to their mean', async () => {
    await window.runCommand('SE Playground: Show Excitation Heatmap');
    const page = await panel();
    await page.getByRole('tab', { name: 'Look inside', exact: true }).click();
    await page.getByText(/of 1,000 validation images are recognised/).waitFor({ timeout: 120_000 });
    await page.locator('.thumbnail').nth(3).click();
    await page
      .locator('.grad-cam figcaption', { hasText: /without SE: .*(speaks for|middle|left|right)/ })
      .waitFor();
    await page.getByRole('table').getByText('airplane').first().waitFor();
    await window.screenshot('look-inside-dark');
    await page.getByRole('tab', { name: 'Knock-outs', exact: true }).click();
    await page.getByRole('button', { name: 'Each block in turn', exact: true }).click();
    const rows = page.getByRole('row', { name: /^layer\d\.0\.se, all channels/ });
    await expect.poll(() => rows.count(), { timeout: 120_000 }).toBe(3);
    expect(await rows.last().innerText()).toMatch(/their mean\s+\d\d?\.\d\d%/);
    await window.screenshot('knock-out-dark');
    await page.getByRole('tab', { name: 'Train', exact: true }).click();
  });

  it('inserts an SE block as one undo step', async () => {
    await openFile('resnet.py');
    await window.page.keyboard.press('Control+g');
    await window.page.keyboard.type(
      String(BLOCK.split('\n').findIndex((line) => line.includes('self.bn2 =')) + 1),
    );
    await window.page.keyboard.press('Enter');
    await window.runCommand('SE Playground: Insert SE Block…');
    const row = window.page.locator('.quick-input-list .monaco-list-row.focused', {
      hasText: 'Insert before',
    });
    await row.waitFor();
    await window.page.locator('.monaco-diff-editor .view-lines').getByText('SqueezeExcite').first().waitFor();
    await window.screenshot('insert-preview-dark');
    await window.page.keyboard.press('Enter');
    await window.page.locator('.monaco-diff-editor').first().waitFor({ state: 'detached' });
    await window.page.locator('.view-lines').getByText('SqueezeExcite').first().waitFor();
    await window.screenshot('inserted-dark');
    await window.runCommand('File: Save');
    await expect
      .poll(() => readFile(workspaceFile('resnet.py'), 'utf8'))
      .toContain('self.se = SqueezeExcite(planes');
    const inserted = await readFile(workspaceFile('resnet.py'), 'utf8');
    expect(inserted).toMatch(/out = self\.se\(out\)\n\s+out \+= self\.shortcut\(x\)/);
    await window.page.locator('.editor-instance .view-lines').first().click();
    await window.page.keyboard.press('Control+z');
    await window.runCommand('File: Save');
    await expect.poll(() => readFile(workspaceFile('resnet.py'), 'utf8')).toBe(BLOCK);
  });

  it(
    'pauses and resumes by its buttons; a run whose panel was closed goes on from its checkpoint',
    async () => {
      const page = await chooseDefinition('small.senet.json');
      await page.getByRole('button', { name: 'Start training' }).click();
      await statusOf(page, 'Training').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Pause' }).click();
      await statusOf(page, 'Paused').waitFor({ timeout: 60_000 });
      await page.getByText('Resume goes on with the next step').waitFor();
      await window.screenshot('paused-dark');
      await page.getByRole('button', { name: 'Resume' }).click();
      await statusOf(page, 'Training').waitFor();

      // An epoch of both models, so that both have a checkpoint.
      const first = epochRows(page).first();
      await first
        .getByText(/[+\u2212]?\d+\.\d$/)
        .first()
        .waitFor({ timeout: TRAINING_MS });
      const firstEpoch = await first.innerText();
      await window.page
        .locator('.tab.active', { hasText: 'SE Playground' })
        .locator('.tab-actions .action-label')
        .click();
      // VS Code under a driver shows no toasts; the bell keeps them.
      await window.page.locator('[id="status.notifications"]').click();
      const offer = window.page.locator('.notifications-center .monaco-list-row', { hasText: 'interrupted' });
      await offer.getByRole('button', { name: 'Resume' }).waitFor();
      await window.screenshot('interrupted-offer-dark');
      await window.page.locator('[id="status.notifications"]').click();
      await showSideBar('SE Playground');
      const run = window.page.locator('.monaco-list-row', { hasText: /E2E small.*interrupted/ });
      await run.waitFor();
      await window.screenshot('interrupted-tree-dark');

      await run.click();
      const reopened = await panel();
      await statusOf(reopened, 'Interrupted').waitFor();
      await window.screenshot('interrupted-dark');
      await reopened.getByRole('button', { name: 'Resume from checkpoint' }).click();
      await statusOf(reopened, 'Completed').waitFor({ timeout: TRAINING_MS });
      const rows = await epochRows(reopened).allInnerTexts();
      expect(rows).toHaveLength(12);
      // Down to its duration: it was not trained again.
      expect(rows[0]).toBe(firstEpoch);
      await window.screenshot('resumed-dark');
      await showSideBar('Explorer');
    },
    2 * TRAINING_MS,
  );

  it('wears every theme', async () => {
    for (const theme of ['light', 'highContrast', 'highContrastLight'] as const) {
      await window.setColorTheme(theme);
      await window.runCommand('SE Playground: Open Panel');
      const page = await panel();
      for (const view of ['Train', 'Excitation heatmap']) {
        await page.getByRole('tab', { name: view }).click();
        await window.screenshot(`${view === 'Train' ? 'completed' : 'heatmap'}-${theme}`);
      }
      await openFile('model.senet.json');
      await window.screenshot(`definition-strip-${theme}`);
    }
  });

  it('complained about nothing', () => {
    expect(window.cspViolations).toEqual([]);
    expect(window.webviewErrors).toEqual([]);
  });
});
