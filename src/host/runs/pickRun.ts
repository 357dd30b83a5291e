import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import { isPlaygroundNode } from '../explorer/playgroundNode';
import { dayAndTime } from './dayAndTime';
import type { RunStore } from './runStore';
import type { RunSummary } from './runSummary';

/** The run that the argument of a command names: a tree node or a run id. */
export function runIdOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  return isPlaygroundNode(argument) && argument.kind === 'run' ? argument.run.runId : undefined;
}

/** Asks for one of the runs that suit; undefined if the user changed their mind. @throws PlaygroundError `storage/no-runs` */
export async function pickRun(
  store: RunStore,
  title: string,
  suits: (run: RunSummary) => boolean,
): Promise<string | undefined> {
  const runs = (await store.list()).filter(suits);
  if (runs.length === 0) throw new PlaygroundError('storage/no-runs', `${title}: there is no such run yet.`);
  const items = runs.map(({ runId, name, status, createdAtMs, summary }) => ({
    label: name,
    description: `${status} · ${dayAndTime(createdAtMs, Date.now())}`,
    detail: summary,
    runId,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.runId;
}
