import * as vscode from 'vscode';
import { PlaygroundError } from '../../../core/errors';
import { summarizeBlock } from '../../../core/excitation/blockSummary';
import { summaryOfTrace } from '../../../core/excitation/traceSummary';
import type { DocumentGates } from './documentGates';
import { gateHover } from './gateHover';
import { gateStrip, stripScale } from './gateStrip';
import type { ShownGates } from './shownGates';

/** Draws the measured gates next to the lines that make SE blocks, in every visible editor. */
export class GateDecorations implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly subscriptions: vscode.Disposable;

  constructor(
    private readonly gates: DocumentGates,
    private readonly problem: (problem: PlaygroundError) => void,
  ) {
    this.subscriptions = vscode.Disposable.from(
      this.type,
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
    // What was found for an older text would sit on wrong lines; the change has its own drawing under way.
    if (reading && document.version !== reading.version) return;
    editor.setDecorations(this.type, reading?.shown ? optionsFor(document, reading.shown) : []);
  }
}

function optionsFor(
  document: vscode.TextDocument,
  { source, trace, lines }: ShownGates,
): vscode.DecorationOptions[] {
  const summary = summaryOfTrace(trace);
  const blocks = new Map(
    summary.blocks.map((block) => [
      block.block,
      { block, means: summarizeBlock(block, summary).channelMeans },
    ]),
  );
  const scale = stripScale([...blocks.values()].map(({ means }) => means));
  const lengthOf = (line: number) => document.lineAt(line).text.length;
  const longest = Math.max(...lines.map(({ range }) => lengthOf(range.start.line)));
  return lines.map(({ range, blocks: ids }) => {
    const { line } = range.start;
    const shown = ids.flatMap((id) => blocks.get(id) ?? []);
    const hoverMessage = new vscode.MarkdownString(
      gateHover(
        shown.map(({ block }) => block),
        { label: source.label, detail: source.detail, summary },
        scale,
      ),
    );
    // The one command that the hover links to; no HTML, no other links.
    hoverMessage.isTrusted = { enabledCommands: ['sePlayground.showHeatmap'] };
    const svg = gateStrip(
      shown.map(({ means }) => means),
      scale,
    );
    return {
      range: document.lineAt(line).range,
      hoverMessage,
      // One below the other, wherever their lines end.
      renderOptions: { after: stripAttachment(svg, longest - lengthOf(line)) },
    };
  });
}

/** @param indent in characters */
function stripAttachment(svg: string, indent: number): vscode.ThemableDecorationAttachmentRenderOptions {
  const data = Buffer.from(svg).toString('base64');
  return {
    contentIconPath: vscode.Uri.parse(`data:image/svg+xml;base64,${data}`),
    margin: `0 0 0 ${indent + 3}ch`,
    border: '1px solid',
    borderColor: new vscode.ThemeColor('editorWidget.border'),
  };
}
