import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { GatesService } from '../../src/host/editor/gates/shownGates';
import type { Playground } from '../../src/host/playground';
import { cleanUp, EXTENSION_ID, eventually, playground, workspaceFile } from './hostUnderTest';

/** Its page has asked for its state when the title has a name: it loaded, and both sides spoke. */
function sideTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('sePlayground.gates'),
    );
}

const titled = (title: string) =>
  eventually(() => sideTabs().find(({ label }) => label === title), vscode.window.tabGroups.onDidChangeTabs);

suite('The view of gates beside code', () => {
  const folder = () => workspaceFile('beside');
  let host: Playground & { gates: GatesService };
  suiteSetup(async () => (host = (await playground()) as typeof host));
  teardown(() => cleanUp(folder()));

  /** Copies a file of the recorded model into the workspace. */
  async function recorded(name: string): Promise<vscode.Uri> {
    const extension = vscode.extensions.getExtension(EXTENSION_ID);
    assert.ok(extension);
    const from = vscode.Uri.joinPath(extension.extensionUri, 'test/support/recordings', name);
    const to = vscode.Uri.joinPath(folder(), name);
    await vscode.workspace.fs.copy(from, to, { overwrite: true });
    return to;
  }

  test('opens beside the code, leaves it the focus, and follows to the next file', async () => {
    await recorded('seResnet.excitation.json');
    const editor = await vscode.window.showTextDocument(await recorded('seResnet.py'), { preview: false });
    await eventually(() => host.gates.gatesOf(editor.document), host.gates.onDidChange);
    await vscode.commands.executeCommand('sePlayground.openGatesBeside');
    const tab = await titled('Gates: seResnet.py');
    assert.notEqual(tab.group.viewColumn, editor.viewColumn);
    assert.equal(vscode.window.activeTextEditor?.document, editor.document);

    const other = await recorded('recordSeResnet.py');
    await vscode.window.showTextDocument(other, { viewColumn: vscode.ViewColumn.One, preview: false });
    await titled('Gates: recordSeResnet.py');
    await vscode.window.showTextDocument(editor.document, { viewColumn: vscode.ViewColumn.One });
    await titled('Gates: seResnet.py');

    // It is one view, which gets the focus when it is asked for again.
    await vscode.commands.executeCommand('sePlayground.openGatesBeside');
    await eventually(
      () => sideTabs().find(({ isActive, group }) => isActive && group.isActive),
      vscode.window.tabGroups.onDidChangeTabs,
      vscode.window.tabGroups.onDidChangeTabGroups,
    );
    assert.equal(sideTabs().length, 1);
    assert.equal(sideTabs()[0]?.label, 'Gates: seResnet.py');
    await vscode.window.tabGroups.close(sideTabs());
    assert.equal(sideTabs().length, 0);
  });
});
