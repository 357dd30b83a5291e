/** What the suites share: the running extension, the workspace, and waiting for events instead of time. */
import * as vscode from 'vscode';
import type { Playground } from '../../src/host/playground';

export const EXTENSION_ID = 'se-playground.se-playground';

/** The parts of the extension under test, activated. */
export async function playground(): Promise<Playground> {
  const extension = vscode.extensions.getExtension<Playground>(EXTENSION_ID);
  if (!extension) throw new Error(`${EXTENSION_ID} is not installed in this VS Code`);
  return extension.activate();
}

export function workspaceFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('The host suite needs a workspace folder');
  return vscode.Uri.joinPath(folder.uri, name);
}

const written = new Set<string>();
let fileNumber = 0;

/** Writes a new file of the workspace, with a name that no test has used: VS Code keeps documents for a while after they are closed. */
export async function writeFile(suffix: string, text: string): Promise<vscode.Uri> {
  const uri = workspaceFile(`under-test-${++fileNumber}${suffix}`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  written.add(uri.toString());
  return uri;
}

/** Writes a new file and opens it. */
export async function openFile(suffix: string, text: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await writeFile(suffix, text), { preview: false });
}

/** Resolves as soon as `probe` gives a value, looking now and at every event. Only the test's own time limit ends it otherwise. */
export async function eventually<T>(
  probe: () => T | undefined | Promise<T | undefined>,
  ...events: vscode.Event<unknown>[]
): Promise<T> {
  let announce: () => void = () => {};
  let changed = new Promise<void>((resolve) => (announce = resolve));
  const subscriptions = events.map((event) => event(() => announce()));
  try {
    for (;;) {
      const next = changed;
      const value = await probe();
      if (value !== undefined) return value;
      await next;
      changed = new Promise<void>((resolve) => (announce = resolve));
    }
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

/** Saves and closes every editor, and deletes what the test wrote, and `others` that the extension wrote for it. */
export async function cleanUp(...others: vscode.Uri[]): Promise<void> {
  await vscode.workspace.saveAll();
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  for (const uri of [...[...written].map((text) => vscode.Uri.parse(text)), ...others]) {
    await vscode.workspace.fs.delete(uri).then(undefined, () => {});
  }
  written.clear();
}
