/** What the verbs share: memory, previews, and how they speak. */
import * as vscode from 'vscode';
import type { SourceFramework } from '../../../core/codegen/sourceLanguage';
import type { PreviewDocuments } from '../preview/previewDiff';
import { readStoredChoice, storedChoice, type SeChoice } from './seChoice';
import type { Reason } from './planSession';

export interface VerbContext {
  readonly memory: ChoiceMemory;
  readonly frameworks: FrameworkMemory;
  readonly previews: PreviewDocuments;
  /** What failed beside the point: logged. */
  problem(thrown: unknown): void;
}

/** The last choice of a workspace. */
export class ChoiceMemory {
  private static readonly key = 'sePlayground.insert.lastChoice';

  constructor(private readonly state: vscode.Memento) {}

  last(): SeChoice | null {
    return readStoredChoice(this.state.get<unknown>(ChoiceMemory.key));
  }

  async remember(choice: SeChoice): Promise<void> {
    await this.state.update(ChoiceMemory.key, storedChoice(choice));
  }
}

/** What was answered in files of several frameworks, for as long as the window lives. */
export class FrameworkMemory {
  private readonly answers = new Map<string, SourceFramework>();
  private readonly answered = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidAnswer = this.answered.event;

  of(uri: vscode.Uri): SourceFramework | null {
    return this.answers.get(uri.toString()) ?? null;
  }

  remember(uri: vscode.Uri, framework: SourceFramework): void {
    this.answers.set(uri.toString(), framework);
    this.answered.fire(uri);
  }
}

/** Says why nothing was done. Not awaited: whoever called has the reason already. What was escaped is not told. */
export function tellReason({ code, message }: Reason, ways: Readonly<Record<string, () => void>> = {}): void {
  if (code === 'cancelled') return;
  void vscode.window.showWarningMessage(message, ...Object.keys(ways)).then((chosen) => {
    if (chosen !== undefined) ways[chosen]?.();
  });
}

/** Says what was done, with a way back as long as nothing was typed since. */
export function tellDone(
  document: vscode.TextDocument,
  version: number,
  message: string,
  ways: Readonly<Record<string, () => void>> = {},
): void {
  void vscode.window.showInformationMessage(message, 'Undo', ...Object.keys(ways)).then(async (chosen) => {
    if (chosen === undefined) return;
    if (chosen !== 'Undo') return ways[chosen]?.();
    if (document.isClosed || document.version !== version)
      return tellReason({ code: 'changed', message: 'The file was edited since. Use Undo in its editor.' });
    // Undo belongs to the editor that has the focus.
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
  });
}

export const CANCELLED: Reason = { code: 'cancelled', message: 'Nothing was changed.' };
