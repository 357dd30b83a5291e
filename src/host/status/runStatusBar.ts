import * as vscode from 'vscode';
import type { RunState } from '../../core/training/runState';
import { isActive } from '../../core/training/statusTransitions';
import type { RunStore } from '../runs/runStore';
import { percentOf, statusText } from './statusText';

/** Often enough to look alive, seldom enough to cost nothing. */
const UPDATE_INTERVAL_MS = 500;

/** A status bar entry while a run is active, and the context key `sePlayground.runStatus` that menus read. */
export function registerRunStatusBar(store: RunStore): vscode.Disposable {
  let item: vscode.StatusBarItem | undefined;
  let shownStatus = '';
  let updatedMs = -Infinity;
  const update = (state: RunState) => {
    if (state.status !== shownStatus) {
      shownStatus = state.status;
      updatedMs = -Infinity;
      void vscode.commands.executeCommand('setContext', 'sePlayground.runStatus', state.status);
    }
    if (!isActive(state.status)) {
      item?.dispose();
      item = undefined;
      return;
    }
    const nowMs = performance.now();
    if (nowMs - updatedMs < UPDATE_INTERVAL_MS) return;
    updatedMs = nowMs;
    item ??= makeItem();
    item.text = statusText(state);
    item.tooltip = `${state.plan.name}: ${state.status}. Click to open the panel.`;
    item.accessibilityInformation = { label: `SE Playground, ${state.status}, ${percentOf(state)} percent` };
  };
  const stop = store.onEvent((_event, state) => update(state));
  return new vscode.Disposable(() => {
    stop();
    item?.dispose();
  });
}

function makeItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('sePlayground.run', vscode.StatusBarAlignment.Left);
  item.name = 'SE Playground Run';
  item.command = 'sePlayground.openPanel';
  item.show();
  return item;
}
