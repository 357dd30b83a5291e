import * as vscode from 'vscode';
import type { EditorPlace } from '../../protocol/sideContract';
import { Echoes } from './echoes';

/** The text editor that the side view goes with: the one that was active last, also while the view has the focus. */
export class FollowedEditor implements vscode.Disposable {
  private followed: vscode.TextDocument | undefined;
  private column: vscode.ViewColumn | undefined;
  private cursorLine = -1;
  private readonly echoes = new Echoes(() => performance.now());
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly scrolled = new vscode.EventEmitter<{ top: number; bottom: number }>();
  private readonly cursorMoved = new vscode.EventEmitter<number>();
  private readonly subscriptions: vscode.Disposable;
  /** Another document is followed. */
  readonly onDidChange = this.changed.event;
  /** The user scrolled: first and last visible line. */
  readonly onDidScroll = this.scrolled.event;
  /** The user moved the cursor to that line. */
  readonly onDidMoveCursor = this.cursorMoved.event;

  constructor(restored?: vscode.TextDocument) {
    this.followed = restored;
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    this.follow(activeTextEditor ?? (restored ? undefined : visibleTextEditors.find(isFile)));
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.scrolled,
      this.cursorMoved,
      vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.heardScroll(textEditor)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.heardCursor(textEditor)),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document !== this.followed) return;
        this.followed = undefined;
        this.changed.fire();
      }),
    );
  }

  get document(): vscode.TextDocument | undefined {
    return this.followed;
  }

  /** Null while the document is not on screen. */
  place(): EditorPlace | null {
    const editor = this.editor();
    const range = editor && visibleLines(editor);
    return range ? { ...range, cursor: editor.selection.active.line } : null;
  }

  /** Puts the cursor on the line and shows it; the focus stays where it is. */
  async select(line: number): Promise<void> {
    const editor = this.editor() ?? (await this.show(true));
    if (!editor) return;
    const at = startOf(editor.document, line);
    // The same place is not reported again.
    if (!editor.selection.isEmpty || !editor.selection.active.isEqual(at)) this.echoes.expectCursor(at.line);
    this.echoes.expectScroll(undefined);
    this.cursorLine = at.line;
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** Goes on in the code at that line. */
  async open(line: number): Promise<void> {
    await this.select(line);
    await this.show(false);
  }

  /** Brings the line to the top. Lines that all show already would only make the code jump about. */
  scrollTo(line: number, shown: { first: number; last: number }): void {
    const editor = this.editor();
    const visible = editor && visibleLines(editor);
    if (!visible || (visible.top <= shown.first && shown.last <= visible.bottom)) return;
    const { lineCount } = editor.document;
    const top = Math.min(line, lineCount - 1);
    if (top === visible.top) return;
    this.echoes.expectScroll(top);
    editor.revealRange(new vscode.Range(top, 0, top, 0), vscode.TextEditorRevealType.AtTop);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private follow(editor: vscode.TextEditor | undefined): void {
    if (!editor || !isFile(editor)) return;
    this.column = editor.viewColumn;
    this.cursorLine = editor.selection.active.line;
    if (editor.document === this.followed) return;
    this.followed = editor.document;
    this.changed.fire();
  }

  /** The active one of several editors of the document. */
  private editor(): vscode.TextEditor | undefined {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const ours = (candidate: vscode.TextEditor | undefined) =>
      candidate !== undefined && isFile(candidate) && candidate.document === this.followed;
    if (ours(activeTextEditor)) return activeTextEditor;
    const all = visibleTextEditors.filter(ours);
    return all.find(({ viewColumn }) => viewColumn === this.column) ?? all[0];
  }

  private async show(preserveFocus: boolean): Promise<vscode.TextEditor | undefined> {
    if (!this.followed) return undefined;
    return vscode.window.showTextDocument(this.followed, {
      viewColumn: this.editor()?.viewColumn ?? this.column ?? vscode.ViewColumn.One,
      preserveFocus,
    });
  }

  private heardScroll(editor: vscode.TextEditor): void {
    const range = editor === this.editor() ? visibleLines(editor) : undefined;
    if (range && !this.echoes.isScrollEcho(range.top)) this.scrolled.fire(range);
  }

  private heardCursor(editor: vscode.TextEditor): void {
    if (editor !== this.editor()) return;
    const { line } = editor.selection.active;
    if (this.echoes.isCursorEcho(line) || line === this.cursorLine) return;
    this.cursorLine = line;
    this.cursorMoved.fire(line);
  }
}

/** Output channels and the editors inside other views have no column. */
function isFile({ viewColumn }: vscode.TextEditor): boolean {
  return viewColumn !== undefined;
}

function visibleLines({ visibleRanges }: vscode.TextEditor): { top: number; bottom: number } | undefined {
  const [first] = visibleRanges;
  const last = visibleRanges.at(-1);
  return first && last && { top: first.start.line, bottom: last.end.line };
}

/** The first character of the line that is no indent; of the last line if it is past the end. */
function startOf(document: vscode.TextDocument, line: number): vscode.Position {
  const { lineNumber, firstNonWhitespaceCharacterIndex } = document.lineAt(
    Math.min(line, document.lineCount - 1),
  );
  return new vscode.Position(lineNumber, firstNonWhitespaceCharacterIndex);
}
