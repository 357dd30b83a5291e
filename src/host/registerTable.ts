import * as vscode from 'vscode';
import { showProblem } from './showProblem';

/** Registers commands by their names without `sePlayground.`. What one throws is shown to the user. */
export function registerTable(
  table: Readonly<Record<string, (...args: unknown[]) => unknown>>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(table).map(([name, action]) =>
      vscode.commands.registerCommand(`sePlayground.${name}`, async (...args: unknown[]) => {
        try {
          return await action(...args);
        } catch (thrown) {
          showProblem(log, thrown, true);
          return undefined;
        }
      }),
    ),
  );
}
