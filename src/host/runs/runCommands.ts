import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import { runReport } from '../../core/training/runReport';
import { isResumable } from '../../core/training/statusTransitions';
import { confirmed } from '../confirmed';
import { uniqueFileName } from '../definitions/definitionText';
import type { PlaygroundPanel } from '../panel/playgroundPanel';
import { pickRun, runIdOf } from './pickRun';
import type { RunController } from './runController';
import type { RunStore } from './runStore';

/** The commands about runs. Their argument is a tree node or a run id; without one they act on the obvious run, or ask. */
export class RunCommands {
  constructor(
    private readonly store: RunStore,
    private readonly controller: RunController,
    private readonly panel: PlaygroundPanel,
  ) {}

  async open(argument: unknown): Promise<void> {
    const runId = runIdOf(argument) ?? (await pickRun(this.store, 'Open Run', () => true));
    if (runId === undefined) return;
    const state = await this.store.open(runId);
    const session = await this.panel.reveal().ready();
    session.show(state);
  }

  async showHeatmap(argument: unknown): Promise<void> {
    if (runIdOf(argument) !== undefined) await this.open(argument);
    await this.panel.showView('heatmap');
  }

  async pause(argument: unknown): Promise<void> {
    await this.controller.control(this.activeOr(argument), 'pause');
  }

  async stop(argument: unknown): Promise<void> {
    await this.controller.control(this.activeOr(argument), 'stop');
  }

  /** Lets a paused run go on, or resumes one that has ended from its checkpoints. */
  async resume(argument: unknown): Promise<void> {
    const active = this.store.active();
    const wanted = runIdOf(argument) ?? active?.plan.runId;
    if (active && active.plan.runId === wanted) return this.controller.control(wanted, 'resume');
    const runId =
      wanted ??
      (await pickRun(this.store, 'Resume Run', ({ status, imported }) => isResumable(status) && !imported));
    if (runId !== undefined) await this.controller.resume(runId);
  }

  async delete(argument: unknown): Promise<void> {
    const runId = runIdOf(argument) ?? (await pickRun(this.store, 'Delete Run', () => true));
    if (runId === undefined) return;
    const { plan } = await this.store.open(runId).catch(() => ({ plan: { name: runId } }));
    const detail = 'Its results and checkpoints are removed for good.';
    if (await confirmed(`Delete the run "${plan.name}"?`, detail, 'Delete')) await this.store.delete(runId);
  }

  async exportReport(argument: unknown, target?: unknown): Promise<void> {
    const shown = runIdOf(argument) ?? this.panel.session?.displayedRun;
    const runId = shown ?? (await pickRun(this.store, 'Export Run Report', () => true));
    if (runId === undefined) return;
    const state = await this.store.open(runId);
    const uri = target instanceof vscode.Uri ? target : await chooseReportFile(state.plan.name);
    if (!uri) return;
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(runReport(state).html));
    const name = vscode.workspace.asRelativePath(uri);
    void vscode.window.showInformationMessage(`Report written to ${name}.`, 'Open').then((chosen) => {
      if (chosen === 'Open') void vscode.env.openExternal(uri);
    });
  }

  private activeOr(argument: unknown): string {
    const runId = runIdOf(argument) ?? this.store.active()?.plan.runId;
    if (runId === undefined) throw new PlaygroundError('engine/not-running', 'No run is training.');
    return runId;
  }
}

async function chooseReportFile(name: string): Promise<vscode.Uri | undefined> {
  const fileName = uniqueFileName(name, '.html', () => false);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = folder ? vscode.Uri.joinPath(folder, fileName) : vscode.Uri.file(fileName);
  return vscode.window.showSaveDialog({
    title: 'Export Run Report',
    defaultUri,
    filters: { HTML: ['html'] },
  });
}
