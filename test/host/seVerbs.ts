/** What the suites about SE blocks in source files share. */
import * as vscode from 'vscode';
import { eventually } from './hostUnderTest';

export const BLOCK = `import torch
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

export async function verb<Outcome>(name: string, argument?: unknown): Promise<Outcome> {
  const command = `sePlayground.${name}`;
  return vscode.commands.executeCommand<Outcome>(command, ...(argument === undefined ? [] : [argument]));
}

export function putCursor(editor: vscode.TextEditor, at: string): void {
  const cursor = editor.document.positionAt(editor.document.getText().indexOf(at));
  editor.selection = new vscode.Selection(cursor, cursor);
}

/** The documents of the previews that are on show. */
function previews(): { label: string; uri: vscode.Uri }[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ label, input }) =>
      input instanceof vscode.TabInputTextDiff && input.modified.scheme === 'sePlayground-preview'
        ? [{ label, uri: input.modified }]
        : [],
    );
}

/** Labels of the diff editors that show previews. */
export function previewTabs(): string[] {
  return previews().map(({ label }) => label);
}

/** The text of the preview on show, as soon as it matches. */
export function previewText(pattern: RegExp): Promise<string> {
  return eventually(
    () => {
      const shown = previews().map(({ uri }) => uri.toString());
      const texts = vscode.workspace.textDocuments
        .filter(({ uri }) => shown.includes(uri.toString()))
        .map((document) => document.getText());
      return texts.find((text) => pattern.test(text));
    },
    vscode.window.tabGroups.onDidChangeTabs,
    vscode.workspace.onDidChangeTextDocument,
    vscode.workspace.onDidOpenTextDocument,
  );
}

/** Asks again and again: VS Code tells extensions of no event when lenses were renewed. */
export async function retried<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Enter, in the pick that is open. */
export async function acceptPick(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
}

/** Escape, in the pick that is open. */
export async function escapePick(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
}
