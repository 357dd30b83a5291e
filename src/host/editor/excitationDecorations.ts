import * as vscode from 'vscode';
import { summarizeBlock } from '../../core/excitation/blockSummary';
import { anchorBlocks } from '../../core/model/definitionAnchors';
import { compileModel } from '../../core/model/compileModel';
import { PlaygroundError } from '../../core/errors';
import { parseDefinition } from '../../core/model/parseDefinition';
import { isDefinition } from '../definitions/definitionFiles';
import { latestExcitation } from '../runs/latestExcitation';
import type { RunStore } from '../runs/runStore';
import { excitationHover } from './excitationHover';
import { gateStrip, stripScale } from './gateStrip';

const SETTING = 'sePlayground.heatmap.enabled';

/** Draws the measured excitation next to the SE settings of every visible definition that a run has trained. */
export class ExcitationDecorations implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly subscriptions: vscode.Disposable;

  constructor(
    private readonly store: RunStore,
    private readonly onProblem: (problem: PlaygroundError) => void,
  ) {
    const all = () => this.drawAll();
    const stopEvents = store.onEvent((event) => {
      if (event.kind === 'excitation') all();
    });
    const stopList = store.onListChange(all);
    this.subscriptions = vscode.Disposable.from(
      this.type,
      new vscode.Disposable(stopEvents),
      new vscode.Disposable(stopList),
      vscode.window.onDidChangeVisibleTextEditors(all),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (isDefinition(document.uri)) this.drawAll(document);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTING)) all();
      }),
    );
    all();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private drawAll(document?: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (!isDefinition(editor.document.uri) || (document && editor.document !== document)) continue;
      void this.draw(editor).catch((thrown: unknown) =>
        this.onProblem(PlaygroundError.from(thrown, 'storage/excitation')),
      );
    }
  }

  private async draw(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const { version } = document;
    const options = await this.optionsFor(document);
    // What was drawn for an older text would sit on wrong lines; the change has its own drawing under way.
    if (document.version === version) editor.setDecorations(this.type, options);
  }

  private async optionsFor(document: vscode.TextDocument): Promise<vscode.DecorationOptions[]> {
    if (!vscode.workspace.getConfiguration().get<boolean>(SETTING, true)) return [];
    const text = document.getText();
    const { spec } = parseDefinition(text);
    const found = spec && (await latestExcitation(this.store, spec));
    if (!spec || !found) return [];
    const { summary } = found;
    const blocks = new Map(
      summary.blocks.map((block) => [
        block.block,
        { block, means: summarizeBlock(block, summary).channelMeans },
      ]),
    );
    const scale = stripScale([...blocks.values()].map(({ means }) => means));
    const lines = new Map<number, string[]>();
    for (const { block, offset } of anchorBlocks(text, compileModel(spec))) {
      const { line } = document.positionAt(offset);
      lines.set(line, [...(lines.get(line) ?? []), block]);
    }
    const lengthOf = (line: number) => document.lineAt(line).text.length;
    const longest = Math.max(...[...lines.keys()].map(lengthOf));
    return [...lines].map(([line, ids]) => {
      const shown = ids.flatMap((id) => blocks.get(id) ?? []);
      const hoverMessage = new vscode.MarkdownString(
        excitationHover(
          shown.map(({ block }) => block),
          found,
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
