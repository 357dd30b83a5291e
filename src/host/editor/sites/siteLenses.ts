import * as vscode from 'vscode';
import { SOURCE_LANGUAGE_IDS } from '../../../core/codegen/sourceLanguage';
import { editingOf } from '../seEditing';
import type { DocumentSites } from './documentSites';
import { lensDrafts, renewedDrafts, shiftedDrafts, type LensDraft } from './lensDrafts';
import { isWritable } from './writable';

const ENABLED = 'codeLens.enabled';

/** "Add SE block" and "SE: r = 16 · Change · Remove" above classes and functions. */
export class SiteLenses implements vscode.CodeLensProvider, vscode.Disposable {
  /** What was shown last, moved with what was typed since. */
  private readonly shown = new Map<vscode.TextDocument, readonly LensDraft[]>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly sites: DocumentSites,
    problem: (thrown: unknown) => void,
  ) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      vscode.languages.registerCodeLensProvider([...SOURCE_LANGUAGE_IDS], this),
      sites.onDidEdit(({ document, changes }) => {
        const drafts = this.shown.get(document);
        if (drafts) this.shown.set(document, shiftedDrafts(drafts, changes));
      }),
      sites.onDidAnalyse((document) => {
        if (this.shown.has(document)) this.renew(document).catch(problem);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.shown.delete(document)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`sePlayground.${ENABLED}`)) this.changed.fire();
      }),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!isWritable(document.uri) || !isEnabled(document)) return [];
    // Asked while the user types: the old lenses, in their new places, until the file has been read again. Anything else would make the text jump.
    const drafts = this.shown.get(document) ?? (await this.first(document));
    return drafts.map((draft) => lensOf(document, draft));
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async first(document: vscode.TextDocument): Promise<readonly LensDraft[]> {
    const report = await this.sites.current(document);
    const drafts = report ? lensDrafts(report) : [];
    if (!document.isClosed) this.shown.set(document, drafts);
    return drafts;
  }

  private async renew(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const text = document.getText();
    const report = await this.sites.current(document);
    const broken = report !== null && ((await editingOf(document.languageId)?.isBroken(text)) ?? false);
    if (document.isClosed || document.version !== version) return;
    const before = this.shown.get(document) ?? [];
    this.shown.set(document, report ? renewedDrafts(before, report, text, broken) : []);
    this.changed.fire();
  }
}

function isEnabled(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration('sePlayground', document).get<unknown>(ENABLED) !== false;
}

const COMMANDS: Readonly<Record<LensDraft['verb'], string>> = {
  insert: 'sePlayground.insertSeBlock',
  insertAll: 'sePlayground.convertNetwork',
  change: 'sePlayground.changeSeBlock',
  remove: 'sePlayground.removeSeBlock',
};

function lensOf(document: vscode.TextDocument, draft: LensDraft): vscode.CodeLens {
  const position = document.positionAt(draft.anchor);
  const place = { uri: document.uri.toString(), offset: draft.target, preview: true };
  return new vscode.CodeLens(new vscode.Range(position, position), {
    title: draft.title,
    tooltip: draft.tooltip,
    command: COMMANDS[draft.verb],
    arguments: [draft.verb === 'insertAll' ? { ...place, scope: 'class' } : place],
  });
}
