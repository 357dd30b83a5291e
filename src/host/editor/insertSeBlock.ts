import * as vscode from 'vscode';
import { DEFAULT_SE_OPTIONS } from '../../core/codegen/seOptions';
import {
  completionSnippet,
  FRAMEWORK_NAMES,
  frameworksOf,
  type SourceFramework,
} from '../../core/codegen/seSnippets';
import type { EditPlan, Refusal } from '../../core/editing/planInsert';
import { sourceLanguageOf } from '../../core/codegen/sourceLanguage';

/** Inserts an SE block at the cursor as one undo step; where that is not safe, says why and offers the snippet. */
export async function insertSeBlock(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const language = editor && sourceLanguageOf(editor.document.languageId);
  if (!editor || !language) {
    void vscode.window.showInformationMessage(
      'Open a Python, TypeScript or JavaScript file and put the cursor where the SE block belongs.',
    );
    return;
  }
  // The parsers are most of what we ship to the host; they are read when the first block is inserted.
  const { planInsert } = await import('../../core/editing/planInsert');
  const { document, selection } = editor;
  const text = document.getText();
  const request = {
    text,
    language,
    offset: document.offsetAt(selection.active),
    options: DEFAULT_SE_OPTIONS,
  };
  let result = planInsert(request);
  if (!result.ok && result.reason.code === 'several-frameworks') {
    const framework = await pickFramework(frameworksOf(language));
    if (!framework) return;
    result = planInsert({ ...request, framework });
  }
  if (document.getText() !== text) {
    void vscode.window.showInformationMessage('The file changed meanwhile; nothing was inserted. Try again.');
    return;
  }
  if (result.ok) await applyPlan(editor, result.plan);
  else await offerSnippet(editor, result.reason, result.fallback);
}

/** Inserts the snippet of a framework at the cursor, whatever is there. */
export async function insertSeSnippet(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const language = editor && sourceLanguageOf(editor.document.languageId);
  const frameworks = language ? frameworksOf(language) : [];
  const framework = frameworks.length > 1 ? await pickFramework(frameworks) : frameworks[0];
  if (!editor || !language || !framework) return;
  await editor.insertSnippet(new vscode.SnippetString(completionSnippet(language, framework)));
}

async function applyPlan(editor: vscode.TextEditor, { edits, summary }: EditPlan): Promise<void> {
  const { document } = editor;
  const done = await editor.edit((builder) => {
    for (const { offset, length, newText } of edits) {
      const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
      builder.replace(range, newText);
    }
  });
  if (!done) {
    void vscode.window.showErrorMessage('The editor refused the change; is the file read-only?');
    return;
  }
  const sentences = [`SE block inserted ${summary.where}.`, summary.cost, ...summary.warnings];
  const message = sentences.filter((sentence) => sentence !== null).join(' ');
  void vscode.window.showInformationMessage(message, 'Undo').then((chosen) => {
    if (chosen === 'Undo') void vscode.commands.executeCommand('undo');
  });
}

async function offerSnippet(editor: vscode.TextEditor, reason: Refusal, fallback: string): Promise<void> {
  const answer = await vscode.window.showWarningMessage(reason.message, 'Insert Snippet');
  if (answer === 'Insert Snippet') await editor.insertSnippet(new vscode.SnippetString(fallback));
}

async function pickFramework(frameworks: readonly SourceFramework[]): Promise<SourceFramework | undefined> {
  const items = frameworks.map((framework) => ({ label: FRAMEWORK_NAMES[framework], framework }));
  return (await vscode.window.showQuickPick(items, { title: 'SE block for' }))?.framework;
}
