import * as vscode from 'vscode';
import { isCancelled, PlaygroundError, type ErrorFamily } from '../core/errors';

/** Buttons that lead out of a problem, by the part of its code that names it. */
const WAYS_OUT: readonly { code: RegExp; label: string; command: string }[] = [
  { code: /^data\/missing$/, label: 'Download CIFAR-10', command: 'sePlayground.downloadCifar10' },
  { code: /^data\/missing$/, label: 'Import…', command: 'sePlayground.importCifar10' },
];
const SHOW_LOG = 'Show Log';

/**
 * Meets the user with a problem by its family: cancelled is nothing, `protocol` goes to the log, the others are a message with a way out.
 * `asked` is true for the outcome of a command, which must not fail in silence whatever its family.
 */
export function showProblem(log: vscode.LogOutputChannel, thrown: unknown, asked: boolean): void {
  if (isCancelled(thrown)) return;
  const problem = PlaygroundError.from(thrown, 'protocol/unexpected');
  log.error(`${problem.code}: ${problem.message}`, ...(problem.cause === undefined ? [] : [problem.cause]));
  const family = problem.code.split('/')[0] as ErrorFamily;
  if (!asked && (family === 'protocol' || family === 'engine' || family === 'spec')) return;
  const ways = WAYS_OUT.filter(({ code }) => code.test(problem.code));
  const labels = [...ways.map(({ label }) => label), SHOW_LOG];
  void vscode.window.showErrorMessage(problem.message, ...labels).then((chosen) => {
    if (chosen === SHOW_LOG) log.show();
    const way = ways.find(({ label }) => label === chosen);
    if (way) void vscode.commands.executeCommand(way.command);
  });
}
