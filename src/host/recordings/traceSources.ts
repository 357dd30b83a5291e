import * as vscode from 'vscode';
import type { RunStore } from '../runs/runStore';
import { RecordedFiles } from './recordedFiles';
import { runTraces } from './runTraces';
import type { TraceSource } from './traceSource';

const RECORDING = 'recording:';

/** Everything in this window that has gates to show. */
export class TraceSources implements vscode.Disposable {
  readonly files = new RecordedFiles();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  private found: Promise<readonly TraceSource[]> | undefined;
  readonly onDidChange = this.changed.event;

  /** @param unreadable told of a run that could not be opened */
  constructor(
    private readonly store: RunStore,
    private readonly unreadable: (thrown: unknown) => void,
  ) {
    const forget = () => this.forget();
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.files,
      this.files.onDidChange(forget),
      new vscode.Disposable(
        store.onEvent((event) => {
          if (event.kind === 'excitation') forget();
        }),
      ),
      new vscode.Disposable(store.onListChange(forget)),
    );
  }

  /** Newest first. */
  all(): Promise<readonly TraceSource[]> {
    this.found ??= this.find();
    return this.found;
  }

  /** Also a recording outside the workspace; undefined if it is not there any more. */
  async byId(id: string): Promise<TraceSource | undefined> {
    const known = (await this.all()).find((source) => source.id === id);
    if (known || !id.startsWith(RECORDING)) return known;
    return this.files.open(vscode.Uri.parse(id.slice(RECORDING.length), true));
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async find(): Promise<readonly TraceSource[]> {
    const [runs, files] = await Promise.all([runTraces(this.store, this.unreadable), this.files.all()]);
    return [...runs, ...files].sort((one, other) => other.takenAtMs - one.takenAtMs);
  }

  private forget(): void {
    this.found = undefined;
    this.changed.fire();
  }
}
