import * as vscode from 'vscode';
import { parseDefinition } from '../../core/model/parseDefinition';
import type { ProblemSeverity } from '../../core/model/problem';
import { isDefinition } from './definitionFiles';

const SEVERITY: Readonly<Record<ProblemSeverity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Marks what sense or the paper says against an open definition, as it is typed. What JSON and the schema refuse, the JSON support marks. */
export function registerDefinitionDiagnostics(): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('SE Playground');
  const check = (document: vscode.TextDocument) => {
    if (isDefinition(document.uri)) collection.set(document.uri, diagnose(document));
  };
  vscode.workspace.textDocuments.forEach(check);
  return vscode.Disposable.from(
    collection,
    vscode.workspace.onDidOpenTextDocument(check),
    vscode.workspace.onDidChangeTextDocument(({ document }) => check(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => collection.delete(uri)),
  );
}

function diagnose(document: vscode.TextDocument): vscode.Diagnostic[] {
  const { problems } = parseDefinition(document.getText());
  return problems
    .filter((problem) => !problem.structural)
    .map(({ offset, length, message, severity, path }) => {
      const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
      const diagnostic = new vscode.Diagnostic(range, message, SEVERITY[severity]);
      diagnostic.source = 'SE Playground';
      if (path !== '') diagnostic.code = path;
      return diagnostic;
    });
}
