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
  const replacements = plan.edits.map(({ offset, length, newText }) => ({
    range: new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)),
    newText,
  }));
  const done = await replaced(document, replacements);
  if (!done || document.version === version)
    return failed('refused', 'VS Code refused the edit, so nothing was changed. Is the file read-only?');
  return { ok: true, version: document.version };
}

interface Replacement {
  readonly range: vscode.Range;
  readonly newText: string;
}

/** Through an editor where there is one: a workspace edit would write into an editor that the user made read-only. VS Code checks the version again. */
async function replaced(
  document: vscode.TextDocument,
  replacements: readonly Replacement[],
): Promise<boolean> {
  const editor = vscode.window.visibleTextEditors.find((visible) => visible.document === document);
  if (editor)
    return editor.edit((builder) => {
      for (const { range, newText } of replacements) builder.replace(range, newText);
    });
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of replacements) edit.replace(document.uri, range, newText);
  return vscode.workspace.applyEdit(edit);
}

function failed(code: string, message: string): Applied {
  return { ok: false, reason: { code, message } };
}
