import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { InsertOutcome } from '../../src/host/editor/verbs/insertSeBlock';
import { cleanUp, eventually, openFile, playground, workspaceFile, writeFile } from './hostUnderTest';
import { acceptPick, BLOCK, escapePick, previewText, previewTabs, putCursor, verb } from './seVerbs';

const insert = (argument?: unknown) => verb<InsertOutcome>('insertSeBlock', argument);
/** Starts the command without waiting for its end, and resolves when its pick has its preview. */
async function startInsert(argument?: unknown): Promise<{ outcome: Promise<InsertOutcome> }> {
  const outcome = insert(argument);
  await eventually(
    () => (previewTabs().length > 0 ? true : undefined),
    vscode.window.tabGroups.onDidChangeTabs,
  );
  return { outcome };
}

function inserted(outcome: InsertOutcome) {
  assert.ok(outcome.inserted, outcome.inserted ? '' : outcome.reason.message);
  assert.ok('place' in outcome.summary);
  return outcome.summary;
}

function refused(outcome: InsertOutcome) {
  assert.ok(!outcome.inserted, 'something was inserted');
  return outcome.reason;
}

suite('Insert SE block', () => {
  suiteSetup(() => playground());
  teardown(() => cleanUp());

  test('with arguments asks nothing, and is one undo step: undo restores the text exactly, redo brings the block back', async () => {
    const editor = await openFile('.py', BLOCK);
    const { document } = editor;
    putCursor(editor, 'out += identity');
    const summary = inserted(await insert({ reduction: 8 }));
    assert.equal(summary.variant, 'standard');
    assert.equal(summary.reduction, 8);
    assert.deepEqual(summary.channels, { kind: 'number', value: 64 });
    const text = document.getText();
    const lines = text.split('\n');
    const addition = lines.findIndex((line) => line.includes('out += identity'));
    assert.match(lines[addition - 1] ?? '', /^ {8}out = self\.\w+\(out\)$/);
    assert.match(text, /^class \w+\(nn\.Module\):\n[^]*squeeze[^]*^class BasicBlock/m);
    assert.match(text, /^ {8}self\.\w+ = \w+\(64, reduction=8\)$/m);
    assert.deepEqual(previewTabs(), []);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), BLOCK);
    await vscode.commands.executeCommand('redo');
    assert.equal(document.getText(), text);
  });

  test('takes the place from arguments, by line or offset, also in a file that no editor shows', async () => {
    const byLine = await writeFile('.py', BLOCK);
    const line = BLOCK.slice(0, BLOCK.indexOf('out += identity')).split('\n').length;
    inserted(await insert({ uri: byLine.toString(), line, variant: 'pre' }));
    const document = await vscode.workspace.openTextDocument(byLine);
    assert.match(document.getText(), /self\.conv1\(self\.\w+\(x\)\)/);
    const byOffset = await writeFile('.py', BLOCK);
    inserted(await insert({ uri: byOffset.toString(), offset: BLOCK.indexOf('out += identity') }));
  });

  test('names the argument that is wrong, and changes nothing', async () => {
    const editor = await openFile('.py', BLOCK);
    putCursor(editor, 'out += identity');
    for (const [argument, message] of [
      [{ reductions: 8 }, /"reductions"/],
      [{ reduction: 0 }, /"reduction" must be a whole number from 1/],
      [{ gate: 'softmax' }, /"gate" must be one of "sigmoid"/],
      [{ offset: 3, line: 1 }, /not both/],
      [{ line: 4711 }, /line 4711/],
      ['standard', /must be an object/],
    ] as const) {
      const reason = refused(await insert(argument));
      assert.equal(reason.code, 'invalid-arguments');
      assert.match(reason.message, message);
    }
    assert.equal(editor.document.getText(), BLOCK);
  });

  test('keeps CRLF and tabs', async () => {
    const text = BLOCK.replace(/ {4}/g, '\t').replace(/\n/g, '\r\n');
    const editor = await openFile('.py', text);
    putCursor(editor, 'out += identity');
    inserted(await insert({}));
    const after = editor.document.getText();
    assert.doesNotMatch(after, /[^\r]\n/);
    assert.match(after, /^\t\tout = self\.se\(out\)\r$/m);
    assert.doesNotMatch(after, /^ +/m);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), text);
  });

  test('works in a file that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: BLOCK });
    const editor = await vscode.window.showTextDocument(document);
    putCursor(editor, 'out += identity');
    const { outcome } = await startInsert();
    assert.match(await previewText(/self\.se\(out\)/), /self\.se = SqueezeExcite/);
    await acceptPick();
    inserted(await outcome);
    assert.match(document.getText(), /self\.se\(out\)/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('previews, and inserts at Enter what was previewed', async () => {
    const editor = await openFile('.py', BLOCK);
    const { document } = editor;
    putCursor(editor, 'out += identity');
    const { outcome } = await startInsert();
    const preview = await previewText(/self\.se\(out\)/);
    assert.equal(document.getText(), BLOCK);
    await acceptPick();
    inserted(await outcome);
    assert.equal(document.getText(), preview);
    assert.deepEqual(previewTabs(), []);
    assert.equal(vscode.window.activeTextEditor?.document, document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), BLOCK);
  });

  test('leaves everything as it was at Escape', async () => {
    const editor = await openFile('.py', BLOCK);
    const { document } = editor;
    putCursor(editor, 'out += identity');
    const { selection } = editor;
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    const { outcome } = await startInsert();
    await escapePick();
    assert.equal(refused(await outcome).code, 'cancelled');
    assert.equal(document.getText(), BLOCK);
    assert.equal(document.isDirty, false);
    assert.deepEqual(
      vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label)),
      tabs,
    );
    assert.equal(vscode.window.activeTextEditor?.document, document);
    assert.ok(vscode.window.activeTextEditor?.selection.isEqual(selection));
  });

  test('plans anew when the file is edited while the pick is open', async () => {
    const editor = await openFile('.py', BLOCK);
    const { document } = editor;
    putCursor(editor, 'out += identity');
    const { outcome } = await startInsert();
    await previewText(/self\.se\(out\)/);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# typed meanwhile\n');
    await vscode.workspace.applyEdit(edit);
    const preview = await previewText(/^# typed meanwhile\n[^]*self\.se\(out\)/);
    await acceptPick();
    inserted(await outcome);
    assert.equal(document.getText(), preview);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), `# typed meanwhile\n${BLOCK}`);
  });

  test('says so when the site is gone before Enter, and inserts nothing', async () => {
    const editor = await openFile('.py', BLOCK);
    const { document } = editor;
    putCursor(editor, 'out += identity');
    const { outcome } = await startInsert();
    await previewText(/self\.se\(out\)/);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), 'print("all gone")\n');
    await vscode.workspace.applyEdit(edit);
    await previewText(/all gone/);
    await acceptPick();
    await escapePick();
    assert.equal(refused(await outcome).code, 'cancelled');
    assert.equal(document.getText(), 'print("all gone")\n');
  });

  test('survives that every editor is closed while the pick is open', async () => {
    const editor = await openFile('.py', BLOCK);
    const { document } = editor;
    putCursor(editor, 'out += identity');
    const { outcome } = await startInsert();
    await previewText(/self\.se\(out\)/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await escapePick();
    assert.match(refused(await outcome).code, /^(cancelled|closed)$/);
    assert.equal(document.getText(), BLOCK);
    assert.deepEqual(previewTabs(), []);
  });

  test('is one undo step in both of two editors of one file', async () => {
    const { document } = await openFile('.py', BLOCK);
    const second = await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
    putCursor(second, 'out += identity');
    inserted(await insert({}));
    assert.match(document.getText(), /self\.se\(out\)/);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), BLOCK);
  });

  test('asks once for the framework of a file that uses two', async () => {
    const text = BLOCK.replace('import torch\n', 'import torch\nimport keras\n');
    const editor = await openFile('.py', text);
    putCursor(editor, 'out += identity');
    assert.equal(refused(await insert({})).code, 'several-frameworks');
    assert.equal(inserted(await insert({ framework: 'pytorch' })).framework, 'pytorch');
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), text);
    const { showQuickPick } = vscode.window;
    let asked = 0;
    // The person at the keyboard, who takes the first.
    const answer = (items: readonly vscode.QuickPickItem[]) => {
      asked++;
      return Promise.resolve(items[0]);
    };
    Object.defineProperty(vscode.window, 'showQuickPick', { value: answer, configurable: true });
    try {
      for (let time = 0; time < 2; time++) {
        const { outcome } = await startInsert();
        await escapePick();
        assert.equal(refused(await outcome).code, 'cancelled');
      }
    } finally {
      Object.defineProperty(vscode.window, 'showQuickPick', { value: showQuickPick, configurable: true });
    }
    assert.equal(asked, 1);
    assert.equal(inserted(await insert({})).framework, 'pytorch');
  });

  test('refuses a file that is read-only before it asks', async () => {
    const editor = await openFile('.py', BLOCK);
    putCursor(editor, 'out += identity');
    const files = vscode.workspace.getConfiguration('files');
    await files.update(
      'readonlyInclude',
      { '**/under-test-*.py': true },
      vscode.ConfigurationTarget.Workspace,
    );
    try {
      assert.equal(refused(await insert()).code, 'read-only');
      assert.equal(refused(await insert({})).code, 'read-only');
      assert.equal(editor.document.getText(), BLOCK);
    } finally {
      await files.update('readonlyInclude', undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.workspace.fs.delete(workspaceFile('.vscode'), { recursive: true });
    }
  });

  test('makes no partial edit where VS Code refuses the edit', async () => {
    const editor = await openFile('.py', BLOCK);
    putCursor(editor, 'out += identity');
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
    try {
      assert.equal(refused(await insert({})).code, 'refused');
      assert.equal(editor.document.getText(), BLOCK);
    } finally {
      await vscode.commands.executeCommand('workbench.action.files.resetActiveEditorReadonlyInSession');
    }
  });

  test('does not touch a line that could not be decoded', async () => {
    const text = BLOCK.replace('out += identity', 'out += identity  # na\uFFFDve');
    const editor = await openFile('.py', text);
    putCursor(editor, 'out += identity');
    const elsewhere = await openFile('.py', `# na\uFFFDve\n${BLOCK}`);
    putCursor(elsewhere, 'out += identity');
    inserted(await insert({}));
    const { uri } = editor.document;
    assert.equal(
      refused(await insert({ uri: uri.toString(), offset: text.indexOf('out +=') })).code,
      'undecodable',
    );
    assert.equal(editor.document.getText(), text);
  });

  test('imports the class that the setting names', async () => {
    const editor = await openFile('.py', BLOCK);
    putCursor(editor, 'out += identity');
    const settings = vscode.workspace.getConfiguration('sePlayground');
    await settings.update('insert.importFrom', 'mylib.layers:SELayer', vscode.ConfigurationTarget.Global);
    try {
      assert.equal(inserted(await insert({})).definition, 'imported');
      assert.match(editor.document.getText(), /^from mylib\.layers import SELayer$/m);
    } finally {
      await settings.update('insert.importFrom', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  test('changes nothing where it cannot be sure, and says why', async () => {
    const text = 'print("no network here")\n';
    const editor = await openFile('.py', text);
    assert.equal(refused(await insert({})).code, 'no-framework');
    assert.equal(refused(await insert()).code, 'no-framework');
    assert.equal(editor.document.getText(), text);
  });

  test('completes seblock where it is typed, and only there', async () => {
    const editor = await openFile('.py', 'import torch\nfrom torch import nn\nseb\nx = foo.seb\n');
    const complete = async (line: number) => {
      const { text } = editor.document.lineAt(line);
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        editor.document.uri,
        new vscode.Position(line, text.length),
      );
      return list.items.filter(
        ({ label }) => (typeof label === 'string' ? label : label.label) === 'seblock',
      );
    };
    const items = await complete(2);
    const sorted = [...items].sort((one, other) => ((one.sortText ?? '') < (other.sortText ?? '') ? -1 : 1));
    const [first] = sorted;
    assert.ok(first?.insertText instanceof vscode.SnippetString);
    // The file imports torch, so the PyTorch block comes first.
    assert.match(first.insertText.value, /\.Module\)/);
    assert.deepEqual(await complete(3), []);
  });

  test('inserts the snippet of the only framework of a language at the cursor', async () => {
    const editor = await openFile('.js', '');
    await vscode.commands.executeCommand('sePlayground.insertSeSnippet');
    assert.match(editor.document.getText(), /class \w+ extends tf\.layers\.Layer/);
  });
});
