import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { definitionTemplate } from '../../src/core/model/presets';
import type { BackboneOf } from '../../src/core/model/backboneSpec';
import type { PlaygroundNode } from '../../src/host/explorer/playgroundNode';
import type { Playground } from '../../src/host/playground';
import { cleanUp, eventually, openFile, playground, writeFile } from './hostUnderTest';

const SUFFIX = '.senet.json';
const GOOD = `{
  "version": 1,
  "name": "Net under test",
  "backbone": { "depth": 8 },
  "se": { "reduction": 4 },
  "training": {
    "dataset": "synthetic",
    "epochs": 1,
    "warmupEpochs": 0
  }
}
`;

const fileNameOf = (uri: vscode.Uri) => uri.path.slice(uri.path.lastIndexOf('/') + 1);

const messagesAt = (uri: vscode.Uri) =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === 'SE Playground')
    .map(({ range, code }) => `${range.start.line + 1}: ${String(code)}`);

suite('Definitions', () => {
  let host: Playground;
  suiteSetup(async () => (host = await playground()));
  teardown(() => cleanUp());

  async function childrenOf(group: 'definitions' | 'runs') {
    return host.tree.getChildren({ kind: 'group', group });
  }
  async function itemNamed(label: string): Promise<vscode.TreeItem | undefined> {
    const nodes = await childrenOf('definitions');
    return nodes.map((node) => host.tree.getTreeItem(node)).find((item) => item.label === label);
  }

  test('marks a semantic problem at its line, and no more once it is gone', async () => {
    const bad = GOOD.replace('"epochs": 1,', '"epochs": 1,\n    "seeds": [7, 7],');
    const { document } = await openFile(SUFFIX, bad);
    const marked = await eventually(() => {
      const found = messagesAt(document.uri);
      return found.length > 0 ? found : undefined;
    }, vscode.languages.onDidChangeDiagnostics);
    assert.deepEqual(marked, ['9: training.seeds.1']);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(8, 17, 8, 18), '8');
    await vscode.workspace.applyEdit(edit);
    assert.ok(document.getText().includes('[7, 8]'));
    await eventually(
      () => (messagesAt(document.uri).length === 0 ? true : undefined),
      vscode.languages.onDidChangeDiagnostics,
    );
  });

  test('leaves to the JSON support what the schema refuses', async () => {
    const { document } = await openFile(SUFFIX, GOOD.replace('"depth": 8', '"depth": 9'));
    const all = await eventually(() => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.length > 0 ? found : undefined;
    }, vscode.languages.onDidChangeDiagnostics);
    assert.deepEqual(messagesAt(document.uri), []);
    assert.equal(all[0]?.range.start.line, 3);
  });

  test('has lenses to train and compare, with the cost of the model', async () => {
    const { document } = await openFile(SUFFIX, GOOD);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    const titles = lenses.map(({ command }) => command?.title ?? '');
    assert.equal(titles.length, 3);
    assert.match(titles[0] ?? '', /Train/);
    assert.match(titles[1] ?? '', /Compare/);
    assert.match(titles[2] ?? '', /^[\d,]+ parameters \(\+\d+\.\d% by SE\)/);
    assert.deepEqual(
      lenses.slice(0, 2).map(({ command }) => command?.command),
      ['sePlayground.trainDefinition', 'sePlayground.compareDefinitions'],
    );
  });

  test('says above a definition that cannot be trained what it is for', async () => {
    const { document } = await openFile(SUFFIX, definitionTemplate('resnet-50-imagenet', 'Large'));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    const [first, second, ...more] = lenses.map(({ command }) => command);
    assert.match(first?.title ?? '', /For cost and source/);
    assert.equal(first?.command, 'workbench.actions.view.problems');
    assert.match(second?.title ?? '', /^28,071,976 parameters/);
    assert.deepEqual(more, []);
    const marked = await eventually(() => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.length > 0 ? found : undefined;
    }, vscode.languages.onDidChangeDiagnostics);
    for (const { message, severity } of marked) {
      assert.match(message, /cannot be trained here/);
      assert.equal(severity, vscode.DiagnosticSeverity.Information);
    }
  });

  test('lists files and presets in the tree as they come and go', async () => {
    const groups = await host.tree.getChildren();
    assert.deepEqual(
      groups.map((node) => host.tree.getTreeItem(node).label),
      ['Definitions', 'Runs'],
    );
    const presets = (await childrenOf('definitions')).map((node) => host.tree.getTreeItem(node));
    assert.ok(presets.some(({ contextValue }) => contextValue === 'definition.preset'));
    const uri = await writeFile(SUFFIX, GOOD);
    const item = await eventually(() => itemNamed('Net under test'), host.files.onDidChange);
    assert.equal(item.contextValue, 'definition.file');
    assert.equal(item.resourceUri?.toString(), uri.toString());
    const brokenUri = await writeFile(SUFFIX, '{ "version": 1 }');
    const broken = await eventually(() => itemNamed(fileNameOf(brokenUri)), host.files.onDidChange);
    assert.equal(broken.contextValue, 'definition.broken');
    await vscode.workspace.fs.delete(uri);
    await eventually(
      async () => ((await itemNamed('Net under test')) ? undefined : true),
      host.files.onDidChange,
    );
  });

  test('makes a new definition from a template under a name that is free, and opens it', async () => {
    const make = () => vscode.commands.executeCommand<vscode.Uri>('sePlayground.newDefinition', 'quick');
    const [first, second] = [await make(), await make()];
    try {
      assert.notEqual(fileNameOf(first), fileNameOf(second));
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), second.toString());
      const { parsed } = await host.files.include(second);
      const { family, depth } = parsed.spec?.backbone as BackboneOf<'resnet'>;
      assert.deepEqual({ family, depth }, { family: 'resnet', depth: 8 });
      assert.deepEqual(parsed.problems, []);
    } finally {
      await cleanUp(first, second);
    }
  });

  test('duplicates a definition beside itself under another name', async () => {
    const uri = await writeFile(SUFFIX, GOOD);
    const copy = await vscode.commands.executeCommand<vscode.Uri>('sePlayground.duplicateDefinition', uri);
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(copy));
    assert.equal(text, GOOD.replace('Net under test', 'Net under test copy'));
    await cleanUp(copy);
  });

  test('deletes a definition only when the modal question is confirmed', async () => {
    const uri = await writeFile(SUFFIX, GOOD);
    const node: PlaygroundNode = {
      kind: 'definition',
      entry: { reference: `file:${uri.toString()}`, label: '', description: '' },
    };
    const answers: (string | undefined)[] = [undefined];
    const asked: boolean[] = [];
    const original = vscode.window.showWarningMessage;
    // The person at the keyboard.
    const answer = (_message: string, options: vscode.MessageOptions, action: string) => {
      asked.push(options.modal === true);
      return Promise.resolve(answers.length > 0 ? answers.shift() : action);
    };
    Object.defineProperty(vscode.window, 'showWarningMessage', { value: answer, configurable: true });
    try {
      const remove = () => vscode.commands.executeCommand<boolean>('sePlayground.deleteDefinition', node);
      assert.equal(await remove(), false);
      await vscode.workspace.fs.stat(uri);
      assert.equal(await remove(), true);
      await assert.rejects(Promise.resolve(vscode.workspace.fs.stat(uri)));
      assert.ok(asked.length >= 2 && asked.every(Boolean));
    } finally {
      Object.defineProperty(vscode.window, 'showWarningMessage', { value: original, configurable: true });
    }
  });
});
