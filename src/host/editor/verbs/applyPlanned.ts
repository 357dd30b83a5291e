import * as vscode from 'vscode';
import type { TextEdit } from '../../../core/editing/insertTypes';
import type { Ready, Reason } from './planSession';

export type Applied =
  { readonly ok: true; readonly version: number } | { readonly ok: false; readonly reason: Reason };

/** Applies a plan as one undo step, all of it or nothing: only to the version of the document that it was made for. */
export async function applyPlanned(
  document: vscode.TextDocument,
  { plan, version }: Ready<{ readonly edits: readonly TextEdit[] }>,
): Promise<Applied> {
  if (document.isClosed) return failed('closed', 'The file was closed meanwhile; nothing was changed.');
  if (document.version !== version)
    return failed('changed', 'The file was edited meanwhile; nothing was changed. Try again.');
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, length, newText } of plan.edits) {
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    edit.replace(document.uri, range, newText);
  }
  // VS Code checks the version once more where the text lives.
  const done = await vscode.workspace.applyEdit(edit);
  if (!done || document.version === version)
    return failed('refused', 'VS Code refused the edit, so nothing was changed. Is the file read-only?');
  return { ok: true, version: document.version };
}

function failed(code: string, message: string): Applied {
  return { ok: false, reason: { code, message } };
}
