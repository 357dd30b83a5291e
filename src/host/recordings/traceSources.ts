import * as vscode from 'vscode';
import type { RunStore } from '../runs/runStore';
import { runTraces } from './runTraces';
import type { TraceSource } from './traceSource';

/** Everything in this window that has gates to show. */
export class TraceSources implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  private found: Promise<readonly TraceSource[]> | undefined;
  readonly onDidChange = this.changed.event;

  constructor(private readonly store: RunStore) {
    const forget = () => this.forget();
    this.subscriptions = vscode.Disposable.from(
      this.changed,
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
    this.found ??= runTraces(this.store);
    return this.found;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private forget(): void {
    this.found = undefined;
    this.changed.fire();
  }
}
