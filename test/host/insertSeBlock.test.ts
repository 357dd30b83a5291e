import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { cleanUp, openFile, playground } from './hostUnderTest';

const BLOCK = `import torch
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, channels=64):
        super().__init__()
        self.conv1 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return self.relu(out)
`;

suite('Insert SE block', () => {
  suiteSetup(() => playground());
  teardown(() => cleanUp());

  test('is one undo step: undo restores the text exactly, redo brings the block back', async () => {
    const editor = await openFile('.py', BLOCK);
    const { document } = editor;
    const cursor = document.positionAt(BLOCK.indexOf('out += identity'));
    editor.selection = new vscode.Selection(cursor, cursor);
    await vscode.commands.executeCommand('sePlayground.insertSeBlock');
    const inserted = document.getText();
    const lines = inserted.split('\n');
    const addition = lines.findIndex((line) => line.includes('out += identity'));
    assert.match(lines[addition - 1] ?? '', /^ {8}out = self\.\w+\(out\)$/);
    assert.match(inserted, /^class \w+\(nn\.Module\):\n[^]*squeeze[^]*^class BasicBlock/m);
    assert.match(inserted, /^ {8}self\.\w+ = \w+\(64.*\)$/m);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), BLOCK);
    await vscode.commands.executeCommand('redo');
    assert.equal(document.getText(), inserted);
  });

  test('changes nothing where it cannot be sure', async () => {
    const text = 'print("no network here")\n';
    const editor = await openFile('.py', text);
    // Not awaited: it waits for an answer to its offer of a snippet.
    void vscode.commands.executeCommand('sePlayground.insertSeBlock');
    await vscode.commands.executeCommand('notifications.clearAll');
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
