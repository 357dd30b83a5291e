import * as vscode from 'vscode';
import type { DocumentGates } from './documentGates';
import { GATE_DOCUMENTS } from './gateDocuments';
import { gateLensDrafts, type GateLensDraft } from './gateLensDrafts';

/** Mean, spread and saturation above each line with gates, and the question whether a recording is meant. */
export class GateLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly gates: DocumentGates) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      vscode.languages.registerCodeLensProvider(GATE_DOCUMENTS, this),
      gates.onDidChange(() => this.changed.fire()),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    // Asked while the user types: the old lenses, in their new places, until the file has been read again. Anything else would make the text jump.
    const reading = this.gates.latest(document) ?? (await this.gates.reading(document));
    if (!reading) return [];
    return gateLensDrafts(reading, (offset) => document.positionAt(offset).line).map((draft) =>
      lensOf(document, draft),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}

function lensOf(
  document: vscode.TextDocument,
  { offset, title, tooltip, verb }: GateLensDraft,
): vscode.CodeLens {
  const position = document.positionAt(offset);
  const command = (name: string, ...args: unknown[]) =>
    new vscode.CodeLens(new vscode.Range(position, position), {
      title,
      tooltip,
      command: `sePlayground.${name}`,
      arguments: args,
    });
  switch (verb.do) {
    case 'show':
      return command('gates.show', verb.source);
    case 'choose':
      return command('chooseGates', document.uri);
    case 'answer':
      return command('gates.answer', document.uri, verb.family, verb.network);
  }
}
