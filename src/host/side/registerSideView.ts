import * as vscode from 'vscode';
import { GATES_SETTING } from '../editor/gates/documentGates';
import type { GatesService } from '../editor/gates/shownGates';
import { showProblem } from '../showProblem';
import { SIDE_VIEW_TYPE, SidePanel } from './sidePanel';

/** True while the active editor's file has gates: it brings the button and the key. */
const CONTEXT_KEY = 'sePlayground.fileHasGates';

/** Registers the view of gates beside the code. */
export function registerSideView(
  { extensionUri }: vscode.ExtensionContext,
  gates: GatesService,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const problem = (thrown: unknown) => showProblem(log, thrown, false);
  const enabled = () => vscode.workspace.getConfiguration().get<boolean>(GATES_SETTING, true);
  const panel = new SidePanel(extensionUri, { gates, enabled, problem });
  const mark = async () => {
    const editor = vscode.window.activeTextEditor;
    // While a webview has the focus, the key stays with the last editor.
    if (!editor) return;
    const found = await gates.gatesOf(editor.document);
    if (editor === vscode.window.activeTextEditor) {
      await vscode.commands.executeCommand('setContext', CONTEXT_KEY, found !== undefined);
    }
  };
  const markSoon = () => void mark().catch(problem);
  markSoon();
  return vscode.Disposable.from(
    panel,
    vscode.commands.registerCommand('sePlayground.openGatesBeside', () => panel.reveal()),
    vscode.window.registerWebviewPanelSerializer(SIDE_VIEW_TYPE, panel),
    vscode.window.onDidChangeActiveTextEditor(markSoon),
    gates.onDidChange(markSoon),
  );
}
