import * as vscode from 'vscode';
import { SOURCE_LANGUAGE_IDS } from '../../../core/codegen/sourceLanguage';
import { actionDrafts, type ActionDraft } from './actionDrafts';
import type { DocumentSites } from './documentSites';
import { isWritable } from './writable';

const KIND = vscode.CodeActionKind.RefactorRewrite.append('seBlock');
const KINDS: Readonly<Record<ActionDraft['verb'], vscode.CodeActionKind>> = {
  insert: KIND.append('insert'),
  change: KIND.append('change'),
  remove: KIND.append('remove'),
  convert: KIND.append('convert'),
};
const COMMANDS: Readonly<Record<ActionDraft['verb'], string>> = {
  insert: 'sePlayground.insertSeBlock',
  change: 'sePlayground.changeSeBlock',
  remove: 'sePlayground.removeSeBlock',
  convert: 'sePlayground.convertNetwork',
};

/** The verbs as refactorings, on the lines where they mean something. */
export function registerSiteActions(sites: DocumentSites): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    async provideCodeActions(document, range, { only }, token) {
      if (!isWritable(document.uri) || (only && !wanted(only))) return [];
      const report = await sites.current(document);
      if (!report || token.isCancellationRequested) return [];
      const line = document.lineAt(range.start.line).range;
      const span = { from: document.offsetAt(line.start), to: document.offsetAt(line.end) };
      return actionDrafts(report, span)
        .map((draft) => actionOf(document, draft))
        .filter(({ kind }) => !only || (kind && only.contains(kind)));
    },
  };
  return vscode.languages.registerCodeActionsProvider([...SOURCE_LANGUAGE_IDS], provider, {
    providedCodeActionKinds: [KIND],
  });
}

function wanted(only: vscode.CodeActionKind): boolean {
  return only.contains(KIND) || KIND.contains(only);
}

function actionOf(document: vscode.TextDocument, draft: ActionDraft): vscode.CodeAction {
  const { title, verb, offset, asks } = draft;
  const action = new vscode.CodeAction(title, KINDS[verb]);
  const place = { uri: document.uri.toString(), offset, preview: asks };
  const scope = verb === 'convert' ? { scope: 'class' } : {};
  action.command = { title, command: COMMANDS[verb], arguments: [{ ...place, ...scope }] };
  return action;
}
