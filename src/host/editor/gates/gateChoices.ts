import * as vscode from 'vscode';
import { NO_CHOICE, readFileChoice, withAnswer, type FileChoice } from './fileChoice';

const KEY = 'sePlayground.gates.choices';
/** Files whose answers are kept; those answered longest ago give way. */
const MAX_FILES = 300;

/** What the user has said about the gates of files: kept with the workspace, and of untitled documents while the window lives. */
export class GateChoices implements vscode.Disposable {
  private readonly untitled = new Map<string, FileChoice>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly state: vscode.Memento) {}

  of(uri: vscode.Uri): FileChoice {
    const known = uri.scheme === 'untitled' ? this.untitled : this.stored();
    return known.get(uri.toString()) ?? NO_CHOICE;
  }

  /** Shows the source in this file from now on; the answer makes sure that it fits. */
  async choose(uri: vscode.Uri, source: string, family: string, network: string): Promise<void> {
    await this.set(uri, { ...withAnswer(this.of(uri), family, network), source });
  }

  /** @param network null for "not here" */
  async answer(uri: vscode.Uri, family: string, network: string | null): Promise<void> {
    await this.set(uri, withAnswer(this.of(uri), family, network));
  }

  /** As if nothing had been said. */
  async forget(uri: vscode.Uri): Promise<void> {
    await this.set(uri, undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private stored(): Map<string, FileChoice> {
    const stored = this.state.get<unknown>(KEY);
    const entries = Array.isArray(stored) ? stored : [];
    return new Map(
      entries.flatMap((entry: unknown) =>
        Array.isArray(entry) && typeof entry[0] === 'string' ? [[entry[0], readFileChoice(entry[1])]] : [],
      ),
    );
  }

  private async set(uri: vscode.Uri, choice: FileChoice | undefined): Promise<void> {
    const key = uri.toString();
    const known = uri.scheme === 'untitled' ? this.untitled : this.stored();
    known.delete(key);
    if (choice) known.set(key, choice);
    if (known !== this.untitled) await this.state.update(KEY, [...known].slice(-MAX_FILES));
    this.changed.fire(uri);
  }
}
