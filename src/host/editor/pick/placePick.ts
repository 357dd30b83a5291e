import * as vscode from 'vscode';
import type { PlaceOrHeading, PlaceRow } from './siteRows';

export interface PlacePickRequest<Value> {
  readonly title: string;
  readonly placeholder: string;
  readonly editor: vscode.TextEditor;
  /** The places of the text as it is now; asked again when it was edited. */
  rows(): Promise<readonly PlaceOrHeading<Value>[]>;
  problem(thrown: unknown): void;
}

interface PlaceItem<Value> extends vscode.QuickPickItem {
  readonly place: PlaceRow<Value> | null;
}

/** Lets a place of a file be picked; each is shown while its row is looked at. Null: escaped, or the document was closed. */
export async function pickPlace<Value>(request: PlacePickRequest<Value>): Promise<Value | null> {
  const { editor } = request;
  const { document } = editor;
  const pick = vscode.window.createQuickPick<PlaceItem<Value>>();
  const mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    // High contrast has no highlight of that name, only its border.
    border: '1px solid',
    borderColor: new vscode.ThemeColor('editor.rangeHighlightBorder'),
  });
  pick.title = request.title;
  pick.placeholder = request.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const seenBefore = editor.visibleRanges[0];
  const list = async () => {
    pick.items = (await request.rows()).map((row) =>
      row.kind === 'heading'
        ? { label: row.label, kind: vscode.QuickPickItemKind.Separator, place: null }
        : {
            label: row.label,
            description: row.description,
            ...(row.detail !== undefined && { detail: `$(blank) ${row.detail}` }),
            place: row,
          },
    );
    const first = pick.items.find(({ place }) => place !== null && place.value !== null);
    if (first) pick.activeItems = [first];
  };
  const show = (place: PlaceRow<Value> | null | undefined) => {
    if (!place?.span) return editor.setDecorations(mark, []);
    const range = new vscode.Range(document.positionAt(place.span.from), document.positionAt(place.span.to));
    editor.setDecorations(mark, [range]);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  };
  let finish: (value: Value | null) => void = () => {};
  const outcome = new Promise<Value | null>((resolve) => (finish = resolve));
  const subscriptions = vscode.Disposable.from(
    pick,
    mark,
    pick.onDidChangeActive(([item]) => show(item?.place)),
    pick.onDidAccept(() => {
      const value = pick.selectedItems[0]?.place?.value;
      if (value !== undefined && value !== null) finish(value);
    }),
    pick.onDidHide(() => finish(null)),
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document && event.contentChanges.length > 0) list().catch(request.problem);
    }),
    vscode.workspace.onDidCloseTextDocument((gone) => gone === document && finish(null)),
  );
  try {
    await list();
    pick.show();
    const value = await outcome;
    if (value === null && seenBefore) editor.revealRange(seenBefore, vscode.TextEditorRevealType.AtTop);
    return value;
  } finally {
    subscriptions.dispose();
  }
}
