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
let server: VsCodeServer;
let window: VsCodeWindow;

beforeAll(async () => {
  if (!existsSync(VSIX)) throw new Error(`${VSIX} is missing: run "npm run package" first.`);
  folder = await mkdtemp(path.join(os.tmpdir(), 'se-playground-e2e-'));
  const extensionsDir = path.join(folder, 'extensions');
  const workspace = path.join(folder, 'workspace');
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'model.senet.json'), DEFINITION);
  await writeFile(path.join(workspace, 'resnet.py'), BLOCK);
  await installVsix(VSIX, extensionsDir);
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

describe('the playground in a real VS Code', () => {
  it('opens from the palette and predicts the time before the start', async () => {
    await openFile('model.senet.json');
    // The lens shows that the extension host has heard of the editor; before that the command would ask which definition.
    await window.page
      .locator('.codelens-decoration', { hasText: 'Train' })
      .first()
      .waitFor({ timeout: 60_000 });
    await window.runCommand('SE Playground: Train With and Without SE');
    const page = await panel();
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
    await window.screenshot('definition-strip-dark');
  });

  it('inserts an SE block as one undo step', async () => {
    await openFile('resnet.py');
    await window.page.keyboard.press('Control+g');
    await window.page.keyboard.type(
      String(BLOCK.split('\n').findIndex((line) => line.includes('self.bn2 =')) + 1),
    );
    await window.page.keyboard.press('Enter');
    await window.runCommand('SE Playground: Insert SE Block');
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
