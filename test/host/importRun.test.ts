import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Playground } from '../../src/host/playground';
import { cleanUp, EXTENSION_ID, playground, workspaceFile, writeFile } from './hostUnderTest';

/** What the generated training script left: a log, and the weights of one model. */
const FIXTURE = 'test/support/runs/pytorch';
const WEIGHTS = 'with-se-seed-1.safetensors';

suite('Importing a run', () => {
  let host: Playground;
  let log = '';
  let runId = '';
  const fixture = (name: string) => {
    const extension = vscode.extensions.getExtension(EXTENSION_ID);
    assert.ok(extension);
    return vscode.Uri.joinPath(extension.extensionUri, FIXTURE, name);
  };
  suiteSetup(async () => {
    host = await playground();
    log = new TextDecoder().decode(await vscode.workspace.fs.readFile(fixture('events.jsonl')));
    [, runId = ''] = /"runId":"([^"]+)"/.exec(log) ?? [];
  });
  teardown(async () => {
    if (await host.store.storedLog(runId)) await host.store.delete(runId);
    await vscode.commands.executeCommand('notifications.clearAll');
    await cleanUp();
  });

  const run = (source: unknown, answers?: unknown) =>
    vscode.commands.executeCommand<string | undefined>('sePlayground.importRun', source, answers);
  const runItem = async () => {
    const nodes = await host.tree.getChildren({ kind: 'group', group: 'runs' });
    const node = nodes.find((candidate) => candidate.kind === 'run' && candidate.run.runId === runId);
    return node && host.tree.getTreeItem(node);
  };

  test('takes a folder of the PyTorch script: run, panel, tree, and weights to export', async () => {
    assert.equal(await run(fixture('.')), runId);
    const state = host.store.get(runId);
    assert.deepEqual([state?.status, state?.backend?.backend], ['completed', 'pytorch']);
    assert.equal(host.panel.session?.displayedRun, runId);
    const item = await runItem();
    assert.equal(item?.contextValue, 'run.ended');
    assert.match(String(item?.description), /^imported/);

    const target = workspaceFile('model.json');
    await vscode.commands.executeCommand('sePlayground.exportWeights', { runId, format: 'tfjs', target });
    const model = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
    assert.match(model, /"arm":"with SE","seed":"1","epoch":"2"/);
    const report = workspaceFile('imported-report.html');
    await vscode.commands.executeCommand('sePlayground.exportReport', runId, report);
    await cleanUp(target, report, workspaceFile('weights.bin'));
  });

  test('imports an interrupted log as interrupted, does not resume it, and replaces it by what follows', async () => {
    const early = await writeFile('-early.jsonl', log.split('\n').slice(0, 12).join('\n') + '\n{"torn');
    assert.equal(await run(early), runId);
    assert.equal(host.store.get(runId)?.status, 'interrupted');
    assert.equal((await runItem())?.contextValue, 'run.ended');
    // The command reports and does not throw; the run stays as it is.
    await vscode.commands.executeCommand('sePlayground.resumeRun', runId);
    assert.equal(host.store.get(runId)?.status, 'interrupted');
    assert.equal(host.store.active(), undefined);

    const whole = await writeFile('-whole.jsonl', log);
    assert.equal(await run(whole, { replace: true }), runId);
    assert.equal(host.store.get(runId)?.status, 'completed');
    // Once more: nothing to do, nothing to ask.
    assert.equal(await run(whole), runId);
    assert.deepEqual(await host.store.checkpointedJobs(runId), []);
  });

  test('stores nothing of a log that is damaged, or whose weights are', async () => {
    const lines = log.split('\n');
    const damaged = await writeFile(
      '.jsonl',
      [...lines.slice(0, 5), '{"kind":"?"}', ...lines.slice(5)].join('\n'),
    );
    assert.equal(await run(damaged), undefined);
    const folder = workspaceFile('run-under-test');
    const write = (name: string, bytes: Uint8Array) =>
      vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), bytes);
    await write('events.jsonl', new TextEncoder().encode(log));
    const weights = await vscode.workspace.fs.readFile(fixture(WEIGHTS));
    await write(WEIGHTS, weights.subarray(0, -4));
    assert.equal(await run(folder.fsPath), undefined);
    assert.equal(await host.store.storedLog(runId), undefined);
    assert.equal(await runItem(), undefined);
    await vscode.workspace.fs.delete(folder, { recursive: true });
    assert.equal(await run(folder), undefined);
  });
});
