/** The command "Record Excitations from a PyTorch Model…": the module that records. */
import * as vscode from 'vscode';
import { generateRecorder } from '../../core/codegen/recorder/generateRecorder';
import { openBeside } from './openBeside';

const OPEN = 'Open a Recording…';

export async function recordExcitations(): Promise<vscode.TextDocument> {
  const source = generateRecorder();
  const document = await openBeside(source);
  void tellHowToUse(source.fileName);
  return document;
}

async function tellHowToUse(fileName: string): Promise<void> {
  const text =
    `Save it as ${fileName} beside your own code, then call record_excitations(model, loader, "my-model.excitation.json") ` +
    'from there after model.eval(). It finds the SE blocks by what they do; its first lines show a loop of your own too. ' +
    "A recording in this workspace appears beside the model's code by itself.";
  if ((await vscode.window.showInformationMessage(text, OPEN)) === OPEN)
    await vscode.commands.executeCommand('sePlayground.openRecording');
}
