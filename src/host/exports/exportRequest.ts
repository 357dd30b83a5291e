/** What the commands that write something of a run to a file take, and ask for where it is missing. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import { ARM_IDS } from '../../core/training/runPlan';
import { runIdOf } from '../runs/pickRun';

/** What a keybinding or a test may give of any of them. */
export const RUN_WISHES = {
  runId: v.exactOptional(v.string()),
  arm: v.exactOptional(v.picklist(ARM_IDS)),
  seed: v.exactOptional(v.number()),
  /** The file, or the path of one on this machine. */
  target: v.exactOptional(
    v.union([v.custom<vscode.Uri>((value) => value instanceof vscode.Uri), v.string()]),
  ),
} as const;

/** The argument of such a command, or the run that it names. @throws PlaygroundError `storage/export-arguments` */
export function readWishes<Wishes>(
  schema: v.GenericSchema<unknown, Wishes>,
  argument: unknown,
  { title, takes }: { title: string; takes: string },
): Wishes {
  const runId = runIdOf(argument);
  const parsed = v.safeParse(schema, runId === undefined ? (argument ?? {}) : { runId });
  if (parsed.success) return parsed.output;
  const text = `${title} takes {${takes}}: ${v.summarize(parsed.issues)}`;
  throw new PlaygroundError('storage/export-arguments', text);
}

/** The file that was named, or the user's choice; undefined if they changed their mind. */
export async function exportTarget(
  target: vscode.Uri | string | undefined,
  { title, fileName, filters }: { title: string; fileName: string; filters: Record<string, string[]> },
): Promise<vscode.Uri | undefined> {
  if (target !== undefined) return typeof target === 'string' ? vscode.Uri.file(target) : target;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = folder ? vscode.Uri.joinPath(folder, fileName) : vscode.Uri.file(fileName);
  return vscode.window.showSaveDialog({ title, defaultUri, filters });
}
