import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import type { ExcitationTrace } from '../../core/excitation/trace';
import type { Port } from '../../protocol/port';
import { panelHtml } from './panelHtml';
import { PanelSession, type PanelServices, type PanelView, type Selection } from './panelSession';

export const PANEL_VIEW_TYPE = 'sePlayground.panel';

/** Files of ours that the page may read, and where the full data set is. */
export interface PanelFiles {
  extensionUri: vscode.Uri;
  datasetFolder: () => vscode.Uri;
}

/** Made for each webview, because resource URIs are. */
export type ServicesFor = (webview: vscode.Webview) => PanelServices;

/** The one "SE Playground" panel of the window. */
export class PlaygroundPanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private open: { panel: vscode.WebviewPanel; session: PanelSession } | undefined;
  private readonly closedWhileTraining = new vscode.EventEmitter<string>();
  /** The id of a run that was interrupted because the panel was closed. */
  readonly onDidInterrupt = this.closedWhileTraining.event;

  constructor(
    private readonly files: PanelFiles,
    private readonly servicesFor: ServicesFor,
  ) {}

  /** Brings the panel to the front, or opens it. The page loads on its own time; see `PanelSession.ready`. */
  reveal(): PanelSession {
    if (this.open) {
      this.open.panel.reveal(undefined, false);
      return this.open.session;
    }
    closeUnrestored();
    const panel = vscode.window.createWebviewPanel(
      PANEL_VIEW_TYPE,
      'SE Playground',
      vscode.ViewColumn.Active,
      {
        ...this.webviewOptions(),
        // Training happens in the page's workers, and a hidden page without this is destroyed. VS Code takes the choice at creation
        // only, so it cannot be given back between runs.
        retainContextWhenHidden: true,
      },
    );
    return this.attach(panel);
  }

  /** The panel if it is open, without showing it. */
  get session(): PanelSession | undefined {
    return this.open?.session;
  }

  /** Preselects models: at once in an open page; a page that is still loading gets them with its state. */
  select(selection: Selection): void {
    this.reveal().selectModel(selection);
  }

  async showView(view: PanelView): Promise<void> {
    const session = await this.reveal().ready();
    session.showView(view);
  }

  /**
   * Opens the panel at the heatmap of a recording.
   *
   * @param label names it in the list of what can be looked at; a recording of the same label is replaced
   */
  async showTrace(label: string, trace: ExcitationTrace): Promise<void> {
    const session = await this.reveal().ready();
    session.showTrace(label, trace);
  }

  /**
   * Data sets came or went. Where the full set moved to another folder, the page may read it only after a reload, which must not happen while it trains;
   * then the next panel has it.
   */
  datasetsChanged(isTraining: boolean): void {
    if (!this.open) return;
    const { webview } = this.open.panel;
    const roots = (options: vscode.WebviewOptions) => String(options.localResourceRoots);
    const options = this.webviewOptions();
    if (!isTraining && roots(options) !== roots(webview.options)) webview.options = options;
    this.open.session.refreshLists();
  }

  /** VS Code restores the panel after a reload of the window. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.open) return panel.dispose();
    panel.webview.options = this.webviewOptions();
    this.attach(panel);
  }

  /** Leaves the panel itself open: when the window is reloaded, VS Code restores it. */
  dispose(): void {
    this.open?.session.dispose();
    this.closedWhileTraining.dispose();
  }

  private attach(panel: vscode.WebviewPanel): PanelSession {
    const { webview } = panel;
    const services = this.servicesFor(webview);
    const session = new PanelSession(webviewPort(webview, services.problem), services);
    this.open = { panel, session };
    panel.iconPath = vscode.Uri.joinPath(this.files.extensionUri, 'media/icon.png');
    panel.onDidDispose(() => {
      this.open = undefined;
      const active = services.store.active();
      session.dispose();
      if (active) this.closedWhileTraining.fire(active.plan.runId);
    });
    const asset = (path: string) =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.files.extensionUri, path)).toString();
    const assets = { script: asset('dist/webview/page.js'), style: asset('dist/webview/page.css') };
    webview.html = panelHtml(assets, webview.cspSource, randomBytes(18).toString('base64url'));
    return session;
  }

  private webviewOptions(): vscode.WebviewOptions {
    const folder = (path: string) => vscode.Uri.joinPath(this.files.extensionUri, path);
    return {
      enableScripts: true,
      enableForms: false,
      localResourceRoots: [folder('dist/webview'), folder('media'), this.files.datasetFolder()],
    };
  }
}

/**
 * After a reload of the window VS Code restores a panel only when its tab is shown, and offers no way to show it. So that there is one panel, a
 * tab that still waits gives way to the new one.
 */
function closeUnrestored(): void {
  const waiting = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    // VS Code puts a prefix of its own before the view type.
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(PANEL_VIEW_TYPE),
    );
  if (waiting.length > 0) void vscode.window.tabGroups.close(waiting, true);
}

/** `postMessage` copies: transfer lists mean nothing here. */
export function webviewPort(webview: vscode.Webview, problem: (problem: PlaygroundError) => void): Port {
  return {
    post: (message) => {
      // Rejects only for a disposed webview, whose channel is disposed in the same moment.
      void webview
        .postMessage(message)
        .then(undefined, (thrown: unknown) => problem(PlaygroundError.from(thrown, 'protocol/send-failed')));
    },
    onMessage: (listener) => {
      const subscription = webview.onDidReceiveMessage(listener);
      return () => void subscription.dispose();
    },
  };
}
