import * as vscode from 'vscode';
import type { GeneratedSource } from '../../core/codegen/model/generatedSource';

/** Untitled, because where it belongs is for the user to say. */
export async function openBeside({ languageId, text }: GeneratedSource): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language: languageId, content: text });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
  return document;
}
