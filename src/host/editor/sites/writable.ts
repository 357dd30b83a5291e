import * as vscode from 'vscode';

/** Whether lenses and code actions are of use in a document: not in the read-only sides of diff editors, in output, in previews. */
export function isWritable({ scheme }: vscode.Uri): boolean {
  return scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(scheme) === true;
}
