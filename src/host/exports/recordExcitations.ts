/** The command "Record Excitations from a PyTorch Model…": the module that records, and a look at what it wrote. */
import * as vscode from 'vscode';
import { generateRecorder } from '../../core/codegen/recorder/generateRecorder';
import { PlaygroundError } from '../../core/errors';
import { describeTrace } from '../../core/excitation/describeTrace';
import { TRACE_LIMITS } from '../../core/excitation/trace';
import { decodeTrace } from '../../core/excitation/traceFile';
import { openBeside } from './openBeside';

/** Names may take more than a byte a character; the numbers do not. */
const MAX_BYTES = 2 * TRACE_LIMITS.fileCharacters;
const CHECK = 'Check a Recording…';

/** @param failed what becomes of a recording that cannot be read */
export async function recordExcitations(failed: (thrown: unknown) => void): Promise<vscode.TextDocument> {
  const source = generateRecorder();
  const document = await openBeside(source);
  void tellHowToUse(source.fileName).catch(failed);
  return document;
}

async function tellHowToUse(fileName: string): Promise<void> {
  const text =
    `Save it as ${fileName} beside your own code, then call record_excitations(model, loader, "my-model.excitation.json") ` +
    'from there after model.eval(). It finds the SE blocks by what they do; its first lines show a loop of your own too.';
  if ((await vscode.window.showInformationMessage(text, CHECK)) === undefined) return;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Check a Recording of Excitations',
      filters: { 'Recorded excitations': ['json'] },
    })) ?? [];
  if (file) void vscode.window.showInformationMessage(describeTrace(decodeTrace(await readText(file))));
}

async function readText(file: vscode.Uri): Promise<string> {
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > MAX_BYTES) {
    throw new PlaygroundError(
      'data/trace',
      'The file is too large for a recording of excitations. Choose another.',
    );
  }
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
}
