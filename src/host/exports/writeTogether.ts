import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import type { NamedFile } from './weightFiles';

/**
 * Writes the files into a folder of any file system: all of them or none. The contents go to temporary files first, because it is there that a full
 * disk shows; then they get their names.
 *
 * @throws PlaygroundError `storage/export`
 */
export async function writeTogether(folder: vscode.Uri, files: readonly NamedFile[]): Promise<void> {
  const suffix = `.${randomBytes(4).toString('hex')}.tmp`;
  const places = files.map(({ name, content }) => ({
    content,
    target: vscode.Uri.joinPath(folder, name),
    temporary: vscode.Uri.joinPath(folder, name + suffix),
  }));
  const named: vscode.Uri[] = [];
  try {
    for (const { target } of places) await refuseFolder(target);
    for (const { temporary, content } of places) await vscode.workspace.fs.writeFile(temporary, content);
    for (const { temporary, target } of places) {
      await vscode.workspace.fs.rename(temporary, target, { overwrite: true });
      named.push(target);
    }
  } catch (thrown) {
    for (const uri of [...named, ...places.map(({ temporary }) => temporary)]) {
      await vscode.workspace.fs.delete(uri).then(undefined, () => {});
    }
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const text = `Nothing was written (${reason}). Choose another folder, or free some space.`;
    throw new PlaygroundError('storage/export', text, { cause: thrown });
  }
}

/** To VS Code, overwriting a folder with a file means to delete all that is in it. */
async function refuseFolder(uri: vscode.Uri): Promise<void> {
  const type = await vscode.workspace.fs.stat(uri).then(
    (found) => found.type,
    () => vscode.FileType.Unknown,
  );
  if ((type & vscode.FileType.Directory) !== 0) throw new Error(`${uri.path} is a folder`);
}
