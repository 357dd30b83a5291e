import * as vscode from 'vscode';
import { PlaygroundError } from '../../../core/errors';
import { factsOf, factsOfBlocks } from './blockFacts';
import type { DocumentGates } from './documentGates';
import { gateStrip } from './gateStrip';
import { standingOf, type Standing } from './gateWords';
import { shownGates, type ShownGates } from './shownGates';

/** Strips stand below each other where their lines' ends are no further apart than this, in characters. */
const MAX_INDENT = 24;
/** Between the text and its strip, in characters. */
const GAP = 3;

/** Colours of marks in the overview ruler: the ends of the strips' scale, and grey. */
const MARKS: Readonly<Record<Standing, string>> = {
  open: 'charts.yellow',
  shut: 'charts.blue',
  alike: 'disabledForeground',
};

/** Draws the measured gates next to the lines that make SE blocks, in every visible editor, and marks blocks that stand out. */
export class GateDecorations implements vscode.Disposable {
  private readonly strips = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly marks = (Object.keys(MARKS) as Standing[]).map((standing) => ({
    standing,
    type: vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      overviewRulerColor: new vscode.ThemeColor(MARKS[standing]),
      overviewRulerLane: vscode.OverviewRulerLane.Center,
    }),
  }));
  private readonly subscriptions: vscode.Disposable;
  /** Editors that have something drawn: most never do. */
  private readonly drawn = new WeakSet<vscode.TextEditor>();

  constructor(
    private readonly gates: DocumentGates,
    private readonly problem: (problem: PlaygroundError) => void,
  ) {
    this.subscriptions = vscode.Disposable.from(
      this.strips,
      ...this.marks.map(({ type }) => type),
      vscode.window.onDidChangeVisibleTextEditors(() => this.drawAll()),
      gates.onDidChange((uri) => this.drawAll(uri)),
    );
    this.drawAll();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private drawAll(uri?: vscode.Uri): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (uri && editor.document.uri.toString() !== uri.toString()) continue;
      this.draw(editor).catch((thrown: unknown) =>
        this.problem(PlaygroundError.from(thrown, 'storage/excitation')),
      );
    }
  }

  private async draw(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const reading = await this.gates.reading(document);
    if (!reading) return;
    const shown = reading.found && shownGates(document, reading.found);
    if (!shown && !this.drawn.has(editor)) return;
    if (shown) this.drawn.add(editor);
    else this.drawn.delete(editor);
    editor.setDecorations(this.strips, shown ? stripsOf(document, shown) : []);
    for (const { standing, type } of this.marks)
      editor.setDecorations(type, shown ? marksOf(shown, standing) : []);
  }
}

function stripsOf(
  document: vscode.TextDocument,
  { trace, lines, stale }: ShownGates,
): vscode.DecorationOptions[] {
  const { scale } = factsOf(trace);
  const lengthOf = (line: number) => document.lineAt(line).text.length;
  const lengths = lines.map(({ range }) => lengthOf(range.start.line));
  const isNarrow = Math.max(...lengths) - Math.min(...lengths) <= MAX_INDENT;
  const column = isNarrow ? Math.max(...lengths) : 0;
  return lines.map(({ range, blocks }) => {
    const { line } = range.start;
    const means = factsOfBlocks(trace, blocks).map(({ summary }) => summary.channelMeans);
    const isStale = stale !== undefined;
    return {
      range: document.lineAt(line).range,
      renderOptions: {
        after: stripAttachment(
          gateStrip(means, scale, isStale),
          Math.max(0, column - lengthOf(line)),
          isStale,
        ),
      },
    };
  });
}

/** A stale trace has no marks: whether a block still stands out so is not known. */
function marksOf({ trace, lines, stale }: ShownGates, standing: Standing): vscode.Range[] {
  if (stale !== undefined) return [];
  return lines
    .filter(({ blocks }) => factsOfBlocks(trace, blocks).some((facts) => standingOf(facts) === standing))
    .map(({ range }) => range);
}

/** @param indent in characters */
function stripAttachment(
  svg: string,
  indent: number,
  isStale: boolean,
): vscode.ThemableDecorationAttachmentRenderOptions {
  const data = Buffer.from(svg).toString('base64');
  return {
    contentIconPath: vscode.Uri.parse(`data:image/svg+xml;base64,${data}`),
    margin: `0 0 0 ${indent + GAP}ch`,
    border: isStale ? '1px dashed' : '1px solid',
    borderColor: new vscode.ThemeColor('editorWidget.border'),
  };
}
