import * as vscode from 'vscode';
import { confirmed } from '../confirmed';

/** Asks, then moves a definition to the trash. Returns whether it was deleted. */
export async function deleteDefinition(uri: vscode.Uri): Promise<boolean> {
  const name = vscode.workspace.asRelativePath(uri);
  if (!(await confirmed(`Delete ${name}?`, 'You can restore it from the trash.', 'Move to Trash')))
    return false;
  try {
    await vscode.workspace.fs.delete(uri, { useTrash: true });
  } catch (thrown) {
    if (thrown instanceof vscode.FileSystemError && thrown.code === 'FileNotFound') throw thrown;
    // Servers and virtual file systems have no trash.
    const detail = 'There is no trash for this file, so this cannot be undone.';
    if (!(await confirmed(`Delete ${name} permanently?`, detail, 'Delete Permanently'))) return false;
    await vscode.workspace.fs.delete(uri, { useTrash: false });
  }
  return true;
}
