/** The command "Open Recorded Excitations…": reads a file, and shows it in the panel. */
import * as vscode from 'vscode';
import type { ExcitationTrace } from '../../core/excitation/trace';
import { PlaygroundError } from '../../core/errors';
import type { RecordedFiles } from './recordedFiles';

export interface TracePanel {
  showTrace(label: string, trace: ExcitationTrace): Promise<void>;
}

/**
 * @param target a URI, from the Explorer; anything else asks for a file
 * @returns the file that is shown, undefined if the user left
 * @throws PlaygroundError `data/trace`
 */
export async function openRecording(
  files: RecordedFiles,
  panel: TracePanel,
  target: unknown,
): Promise<vscode.Uri | undefined> {
  const uri = target instanceof vscode.Uri ? target : await askForFile();
  if (!uri) return undefined;
  const source = await files.open(uri);
  if (!source)
    throw new PlaygroundError('data/trace', `${vscode.workspace.asRelativePath(uri)} is not there any more.`);
  await panel.showTrace(source.label, await source.read());
  return uri;
}

async function askForFile(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Open Recorded Excitations',
      openLabel: 'Open',
      filters: { 'Recorded excitations': ['json'] },
      ...(folder && { defaultUri: folder }),
    })) ?? [];
  return file;
}
