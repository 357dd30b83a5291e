import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelHtml } from '../panel/panelHtml';
import { webviewPort } from '../panel/playgroundPanel';
import { FollowedEditor } from './followedEditor';
import { SideSession, type SideServices } from './sideSession';

export const SIDE_VIEW_TYPE = 'sePlayground.gates';

const TITLE = 'Gates';

/** The one view of gates beside the code. Its page is cheap to make again, so it is not kept while it is hidden. */
export class SidePanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private open: { panel: vscode.WebviewPanel; end: vscode.Disposable } | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly services: Omit<SideServices, 'onState' | 'runCommand'>,
  ) {}

  /** Opens the view beside the active editor, which keeps the focus; an open view gets it. */
  reveal(): void {
    if (this.open) {
      this.open.panel.reveal(undefined, false);
      return;
    }
    const followed = new FollowedEditor();
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel(SIDE_VIEW_TYPE, TITLE, place, this.options());
    this.attach(panel, followed);
  }

  /** VS Code restores the view after a reload of the window; `state` is what its page kept. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (this.open) return panel.dispose();
    panel.webview.options = this.options();
    this.attach(panel, new FollowedEditor(await keptDocument(state)));
  }

  dispose(): void {
    this.open?.end.dispose();
  }

  private attach(panel: vscode.WebviewPanel, followed: FollowedEditor): void {
    const { webview } = panel;
    const session = new SideSession(webviewPort(webview, this.services.problem), followed, {
      ...this.services,
      runCommand: (command, argument) => vscode.commands.executeCommand(command, argument),
      onState: ({ file }) => (panel.title = file === null ? TITLE : `${TITLE}: ${file}`),
    });
    const end = vscode.Disposable.from(session, followed);
    this.open = { panel, end };
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media/icon.png');
    panel.onDidDispose(() => {
      this.open = undefined;
      end.dispose();
    });
    const asset = (path: string) =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.extensionUri, path)).toString();
    const assets = { script: asset('dist/webview/side.js'), style: asset('dist/webview/side.css') };
    webview.html = panelHtml(assets, webview.cspSource, randomBytes(18).toString('base64url'));
  }

  private options(): vscode.WebviewOptions {
    return {
      enableScripts: true,
      enableForms: false,
      localResourceRoots: [vscode.Uri.joinPath(this.extensionUri, 'dist/webview')],
    };
  }
}

/** The document that the page showed last, where it still can be had. */
async function keptDocument(state: unknown): Promise<vscode.TextDocument | undefined> {
  const { document } = Object(state) as { document?: unknown };
  if (typeof document !== 'string') return undefined;
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.parse(document, true));
  } catch {
    // Deleted or renamed: the view follows the next editor.
    return undefined;
  }
}
