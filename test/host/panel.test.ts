import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent } from '../../src/core/training/runEvents';
import { RunStore } from '../../src/host/runs/runStore';
import type { Playground } from '../../src/host/playground';
import { cleanUp, eventually, playground } from './hostUnderTest';

const SYNTHETIC = 'preset:resnet-8-synthetic';

suite('Panel and runs', () => {
  let host: Playground;
  suiteSetup(async () => (host = await playground()));
  teardown(() => cleanUp());

  const panelTabs = () =>
    vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(
        (tab) =>
          tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith('sePlayground.panel'),
      );
  const stored: vscode.Event<RunEvent> = (listener) =>
    new vscode.Disposable(host.store.onEvent((event) => listener(event)));

  async function openPanel() {
    let painted: { firstPaintMs: number } | undefined;
    const subscription = host.onDidPaint((paint) => (painted = paint));
    await vscode.commands.executeCommand('sePlayground.quickCifar');
    const paint = await eventually(() => painted, host.onDidPaint);
    subscription.dispose();
    const session = await host.panel.reveal().ready();
    return { paint, session };
  }

  async function closePanel() {
    host.panel.reveal();
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await eventually(
      () => (panelTabs().length === 0 ? true : undefined),
      vscode.window.tabGroups.onDidChangeTabs,
    );
  }

  test('opens, paints, asks for its state, and is one panel however often it is asked for', async () => {
    const { paint } = await openPanel();
    assert.ok(paint.firstPaintMs > 0);
    await vscode.commands.executeCommand('sePlayground.openPanel');
    await vscode.commands.executeCommand('sePlayground.quickCifar');
    assert.equal(panelTabs().length, 1);
    await closePanel();
    assert.equal(host.panel.session, undefined);
  });

  test('keeps a run on disk, interrupts it when the panel is closed, and shows it in the tree', async () => {
    await openPanel();
    const runId = await host.runs.start({ model: SYNTHETIC, epochs: 3 });
    assert.equal(host.store.active()?.plan.runId, runId);
    await closePanel();
    await eventually(() => (host.store.get(runId)?.status === 'interrupted' ? true : undefined), stored);
    await host.store.settled(runId);
    assert.equal(host.store.active(), undefined);

    const runs = await host.tree.getChildren({ kind: 'group', group: 'runs' });
    const node = runs.find((candidate) => candidate.kind === 'run' && candidate.run.runId === runId);
    assert.ok(node);
    assert.equal(host.tree.getTreeItem(node).contextValue, 'run.resumable');

    // Another session reads the same from disk.
    const problems: unknown[] = [];
    const next = new RunStore({
      folder: host.store.folder,
      now: Date.now,
      onProblem: (problem) => problems.push(problem),
    });
    assert.deepEqual(await next.open(runId), host.store.get(runId));
    assert.deepEqual(problems, []);
    const log = await readFile(path.join(host.store.folder, runId, 'events.jsonl'), 'utf8');
    const kinds = log
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as RunEvent).kind);
    assert.deepEqual([kinds[0], kinds.includes('progress')], ['planned', false]);
    await host.store.delete(runId);
  });

  test('resumes an interrupted run in a new panel', async () => {
    await openPanel();
    const runId = await host.runs.start({ model: SYNTHETIC, epochs: 50 });
    await closePanel();
    await eventually(() => (host.store.get(runId)?.status === 'interrupted' ? true : undefined), stored);
    await vscode.commands.executeCommand('sePlayground.resumeRun', runId);
    const state = await eventually(() => {
      const now = host.store.get(runId);
      return now && Object.values(now.jobs).some((job) => job.progress !== undefined) ? now : undefined;
    }, stored);
    assert.equal(state.status, 'running');
    assert.equal(host.panel.session?.displayedRun, runId);
    await vscode.commands.executeCommand('sePlayground.stopRun');
    await eventually(() => (host.store.get(runId)?.status === 'stopped' ? true : undefined), stored);
    await host.store.settled(runId);
    await closePanel();
    assert.equal(host.store.get(runId)?.status, 'stopped');
    await host.store.delete(runId);
  });

  test('exports the report of a run as one HTML page', async () => {
    await openPanel();
    const runId = await host.runs.start({ model: SYNTHETIC, epochs: 1 });
    await closePanel();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const target = vscode.Uri.joinPath(folder, 'report-under-test.html');
    await vscode.commands.executeCommand('sePlayground.exportReport', runId, target);
    const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
    assert.match(html, /^<!doctype html>/i);
    assert.ok(!/<script/i.test(html));
    await host.store.delete(runId);
    await cleanUp(target);
  });
});
