import { extname } from 'node:path';
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';

const KINDS: Readonly<Record<string, string>> = {
  '.png': 'PNG image',
  '.svg': 'SVG image',
  '.csv': 'Table (CSV)',
  '.json': 'JSON',
};

/** The folder of the last export of this window: several views of a run go to one place. */
let lastFolder: vscode.Uri | undefined;

/**
 * Asks where to save what the page has made, and writes it.
 *
 * @returns false if the user has cancelled
 * @throws PlaygroundError `storage/unwritable` if it cannot be written there
 */
export async function saveExport(suggestedName: string, data: Uint8Array): Promise<boolean> {
  const folder = lastFolder ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const ending = extname(suggestedName);
  const file = await vscode.window.showSaveDialog({
    title: 'Export Gates',
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, suggestedName) }),
    filters: { [KINDS[ending] ?? 'File']: [ending.slice(1)] },
  });
  if (!file) return false;
  try {
    await vscode.workspace.fs.writeFile(file, data);
  } catch (cause) {
    const text = `${file.fsPath} could not be written. Choose another folder, or check that there is room and that it is not read-only.`;
    throw new PlaygroundError('storage/unwritable', text, { cause });
  }
  lastFolder = vscode.Uri.joinPath(file, '..');
  return true;
}
