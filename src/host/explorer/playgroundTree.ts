import * as vscode from 'vscode';
import type { RunStatus } from '../../core/training/runEvents';
import { isActive, isResumable } from '../../core/training/statusTransitions';
import type { ModelEntry } from '../../protocol/hostUiContract';
import { readReference, type ModelCatalog } from '../definitions/modelCatalog';
import { costText } from '../definitions/costText';
import { dayAndTime } from '../runs/dayAndTime';
import type { RunStore } from '../runs/runStore';
import type { RunSummary } from '../runs/runSummary';
import type { PlaygroundNode } from './playgroundNode';

const STATUS_ICON: Readonly<Record<RunStatus, readonly [icon: string, colour?: string]>> = {
  idle: ['circle-outline'],
  starting: ['loading~spin'],
  // Nothing spins while a run trains: without a GPU an icon that turns takes a quarter of a core from it.
  running: ['pulse'],
  paused: ['debug-pause'],
  stopping: ['loading~spin'],
  completed: ['pass', 'testing.iconPassed'],
  stopped: ['circle-slash'],
  failed: ['error', 'testing.iconFailed'],
  interrupted: ['debug-disconnect', 'testing.iconSkipped'],
};

/** The view "SE Playground": definitions (files, then presets) and runs, newest first. Reads nothing until it is shown. */
export class PlaygroundTree implements vscode.TreeDataProvider<PlaygroundNode> {
  private readonly changed = new vscode.EventEmitter<PlaygroundNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly catalog: ModelCatalog,
    private readonly store: RunStore,
  ) {}

  refresh(): void {
    this.changed.fire(undefined);
  }

  async getChildren(parent?: PlaygroundNode): Promise<PlaygroundNode[]> {
    if (!parent) {
      return [
        { kind: 'group', group: 'definitions' },
        { kind: 'group', group: 'runs' },
      ];
    }
    if (parent.kind !== 'group') return [];
    return parent.group === 'definitions'
      ? (await this.catalog.entries()).map((entry) => ({ kind: 'definition', entry }) as const)
      : (await this.store.list()).map((run) => ({ kind: 'run', run }) as const);
  }

  getTreeItem(node: PlaygroundNode): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node.group);
      case 'definition':
        return definitionItem(node);
      case 'run':
        return runItem(node);
    }
  }
}

function groupItem(group: 'definitions' | 'runs'): vscode.TreeItem {
  const label = group === 'definitions' ? 'Definitions' : 'Runs';
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = group;
  item.contextValue = `group.${group}`;
  return item;
}

function definitionItem(node: PlaygroundNode & { kind: 'definition' }): vscode.TreeItem {
  const { entry } = node;
  const target = readReference(entry.reference);
  const item = new vscode.TreeItem(entry.label, vscode.TreeItemCollapsibleState.None);
  item.id = entry.reference;
  item.tooltip = definitionTooltip(entry);
  if (target && 'uri' in target) {
    item.description = entry.description;
    item.resourceUri = target.uri;
    item.iconPath = entry.spec
      ? new vscode.ThemeIcon('file-code')
      : new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    item.contextValue = entry.spec ? 'definition.file' : 'definition.broken';
    item.command = { command: 'vscode.open', title: 'Open', arguments: [target.uri] };
  } else {
    item.description = 'built-in';
    item.iconPath = new vscode.ThemeIcon('package');
    item.contextValue = 'definition.preset';
    item.command = { command: 'sePlayground.trainDefinition', title: 'Show in the Panel', arguments: [node] };
  }
  return item;
}

function definitionTooltip({ label, description, spec, problem }: ModelEntry): string {
  const detail = spec ? costText(spec) : `Cannot be trained: ${problem ?? 'it has errors.'}`;
  return `${label}\n${description}\n${detail}`;
}

function runItem(node: PlaygroundNode & { kind: 'run' }): vscode.TreeItem {
  const { run } = node;
  const item = new vscode.TreeItem(run.name, vscode.TreeItemCollapsibleState.None);
  const [icon, colour] = STATUS_ICON[run.status];
  item.id = `run:${run.runId}`;
  item.iconPath = new vscode.ThemeIcon(
    icon,
    colour === undefined ? undefined : new vscode.ThemeColor(colour),
  );
  const parts = [...(run.imported ? ['imported'] : []), run.status, dayAndTime(run.createdAtMs, Date.now())];
  item.description = parts.join(' · ');
  item.tooltip = `${run.name}\n${run.status}: ${run.summary}`;
  item.accessibilityInformation = { label: `${run.name}, ${run.status}, ${run.summary}` };
  item.contextValue = `run.${runContext(run)}`;
  item.command = { command: 'sePlayground.openRun', title: 'Open Run', arguments: [node] };
  return item;
}

/** What the context menu distinguishes. */
function runContext({ status, imported }: RunSummary): 'running' | 'paused' | 'resumable' | 'ended' {
  if (status === 'paused') return 'paused';
  if (isActive(status)) return 'running';
  return isResumable(status) && !imported ? 'resumable' : 'ended';
}
