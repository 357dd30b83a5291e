import * as vscode from 'vscode';

/** A modal question whose only answers are `action` and Cancel. */
export async function confirmed(message: string, detail: string, action: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, action)) === action;
}
