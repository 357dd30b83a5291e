import * as vscode from 'vscode';
import { completionSnippet } from '../../../core/codegen/seSnippets';
import { frameworksOf, sourceLanguageOf } from '../../../core/codegen/sourceLanguage';
import { pickFramework } from './pickFramework';

/** "Insert SE Block from a Snippet…": the snippet of a framework at the cursor, whatever is there. */
export async function askForSeSnippet(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const language = editor && sourceLanguageOf(editor.document.languageId);
  const frameworks = language ? frameworksOf(language) : [];
  const framework = frameworks.length > 1 ? await pickFramework(frameworks) : frameworks[0];
  if (!editor || !language || !framework) return;
  await insertSeSnippet(editor, completionSnippet(language, framework));
}

export async function insertSeSnippet(editor: vscode.TextEditor, snippet: string): Promise<void> {
  await editor.insertSnippet(new vscode.SnippetString(snippet));
}
