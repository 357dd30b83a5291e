import * as vscode from 'vscode';

export const PREVIEW_SCHEME = 'sePlayground-preview';

const LINES_ABOVE = 10;

/** The documents that show what a choice would make of a file. */
export class PreviewDocuments implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration: vscode.Disposable;
  private opened = 0;

  constructor() {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this);
    // A window that was closed during a preview brings its tab back, of which nobody knows any more.
    void closeTabs((uri) => uri.scheme === PREVIEW_SCHEME);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** A preview of what would become of the document; it opens with the first text. */
  start(document: vscode.TextDocument, column: vscode.ViewColumn | undefined): PreviewDiff {
    const uri = vscode.Uri.from({
      scheme: PREVIEW_SCHEME,
      path: document.uri.path.startsWith('/') ? document.uri.path : `/${document.uri.path}`,
      query: String(++this.opened),
    });
    return new PreviewDiff(document, uri, column, (text) => {
      const key = uri.toString();
      if (text === null) this.texts.delete(key);
      else if (this.texts.get(key) !== text) {
        this.texts.set(key, text);
        this.changed.fire(uri);
      }
    });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

/** A diff editor beside which a pick is open; it follows the pick and goes with it. */
export class PreviewDiff {
  private opening: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly document: vscode.TextDocument,
    private readonly uri: vscode.Uri,
    private readonly column: vscode.ViewColumn | undefined,
    private readonly write: (text: string | null) => void,
  ) {}

  /** Shows a text; `line` (from 0) is brought into view. */
  async show(text: string, line: number | null): Promise<void> {
    if (this.closed) return;
    this.write(text);
    this.opening ??= this.open(line);
    await this.opening;
    if (line !== null) this.reveal(line);
  }

  /** Takes the preview away; the editors are as they were before it. */
  async close(): Promise<void> {
    this.closed = true;
    await this.opening;
    await closeTabs((uri) => uri.toString() === this.uri.toString());
    this.write(null);
  }

  private async open(line: number | null): Promise<void> {
    const name = this.document.uri.path.slice(this.document.uri.path.lastIndexOf('/') + 1);
    const preview = await vscode.workspace.openTextDocument(this.uri);
    // An untitled file has no ending that would tell the language.
    if (preview.languageId !== this.document.languageId)
      await vscode.languages.setTextDocumentLanguage(preview, this.document.languageId);
    const options: vscode.TextDocumentShowOptions = {
      // A tab of its own: a preview tab would push out the file that is open in one.
      preview: false,
      preserveFocus: true,
      ...(this.column !== undefined && { viewColumn: this.column }),
      ...(line !== null && { selection: new vscode.Range(line, 0, line, 0) }),
    };
    await vscode.commands.executeCommand(
      'vscode.diff',
      this.document.uri,
      this.uri,
      `${name}: preview of the SE block`,
      options,
    );
  }

  private reveal(line: number): void {
    const editor = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === this.uri.toString(),
    );
    if (!editor || line >= editor.document.lineCount) return;
    // The pick covers the upper part: the line goes a little below the middle.
    const range = new vscode.Range(Math.max(0, line - LINES_ABOVE), 0, line, 0);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
  }
}

/** Closes the diff editors of previews. */
async function closeTabs(isPreview: (uri: vscode.Uri) => boolean): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && isPreview(input.modified));
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}
