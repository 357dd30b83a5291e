/** The composition root: builds the host and registers what VS Code calls. */
import * as vscode from 'vscode';
import { registerCommands } from './host/commands';
import { registerDatasets } from './host/datasets/registerDatasets';
import { registerDefinitionDiagnostics } from './host/definitions/definitionDiagnostics';
import { registerDefinitionLenses } from './host/definitions/definitionLenses';
import { registerGates } from './host/editor/gates/registerGates';
import type { GatesService } from './host/editor/gates/shownGates';
import { registerSeblockCompletion } from './host/editor/seblockCompletion';
import { registerSeEditing } from './host/editor/registerSeEditing';
import { PANEL_VIEW_TYPE } from './host/panel/playgroundPanel';
import { registerSideView } from './host/side/registerSideView';
import { createPlayground, type Playground } from './host/playground';
import { registerRunStatusBar } from './host/status/runStatusBar';

/** Returns the parts, for the tests that run inside VS Code. */
export function activate(context: vscode.ExtensionContext): Playground & { gates: GatesService } {
  const log = vscode.window.createOutputChannel('SE Playground', { log: true });
  context.subscriptions.push(log);
  const datasets = registerDatasets(context, log);
  const playground = createPlayground(context, log, datasets);
  const gates = registerGates(context, playground, log);
  context.subscriptions.push(
    registerCommands(playground, log),
    registerDefinitionDiagnostics(),
    registerDefinitionLenses(),
    registerSeEditing(context, log),
    registerSeblockCompletion(),
    registerRunStatusBar(playground.store),
    registerSideView(context, gates, log),
    vscode.window.createTreeView('sePlayground.explorer', {
      treeDataProvider: playground.tree,
      showCollapseAll: false,
    }),
    vscode.window.registerWebviewPanelSerializer(PANEL_VIEW_TYPE, playground.panel),
  );
  return { ...playground, gates };
}
