/** The recordings of the workspace (`*.excitation.json`), and others that the user has opened: found and sorted, read when asked. */
import * as vscode from 'vscode';
import { readRecording } from './readRecording';
import { RecentTraces } from './recentTraces';
import type { TraceSource } from './traceSource';

export const RECORDING_GLOB = '**/*.excitation.json';
/** Files beyond these are not even looked at: an opened root folder, not a project. */
const MAX_FOUND = 500;
/** Newest files that are offered. */
const MAX_FILES = 48;
/** A larger file is read when the user has chosen it, not by itself: it would be waited for. */
const MAX_UNASKED_BYTES = 32 * 2 ** 20;
/** Files whose numbers stay in memory. */
const MAX_KEPT_BYTES = 96 * 2 ** 20;

export class RecordedFiles implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly watcher = vscode.workspace.createFileSystemWatcher(RECORDING_GLOB);
  private readonly subscriptions: vscode.Disposable;
  private readonly recent = new RecentTraces(MAX_KEPT_BYTES);
  /** What the user has opened: of any size, inside the workspace or not. */
  private readonly opened = new Map<string, vscode.Uri>();
  readonly onDidChange = this.changed.event;

  constructor() {
    const announce = () => this.changed.fire();
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.watcher,
      this.watcher.onDidCreate(announce),
      this.watcher.onDidChange(announce),
      this.watcher.onDidDelete(announce),
      vscode.workspace.onDidChangeWorkspaceFolders(announce),
    );
  }

  /** Newest first. */
  async all(): Promise<TraceSource[]> {
    const found = await vscode.workspace.findFiles(RECORDING_GLOB, '**/{node_modules,.git}/**', MAX_FOUND);
    const uris = new Map([...found, ...this.opened.values()].map((uri) => [uri.toString(), uri]));
    const sources = await Promise.all([...uris.values()].map((uri) => this.sourceOf(uri)));
    return sources
      .filter((source) => source !== undefined)
      .sort((one, other) => other.takenAtMs - one.takenAtMs)
      .slice(0, MAX_FILES);
  }

  /** The recording, wherever it is, as one that the user asked for; undefined if there is no such file. */
  async open(uri: vscode.Uri): Promise<TraceSource | undefined> {
    const isNew = !this.opened.has(uri.toString());
    this.opened.set(uri.toString(), uri);
    const source = await this.sourceOf(uri);
    if (!source) this.opened.delete(uri.toString());
    else if (isNew) this.changed.fire();
    return source;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async sourceOf(uri: vscode.Uri): Promise<TraceSource | undefined> {
    const key = uri.toString();
    try {
      const { size, mtime } = await vscode.workspace.fs.stat(uri);
      return {
        id: `recording:${key}`,
        kind: 'recording',
        label: vscode.workspace.asRelativePath(uri),
        takenAtMs: mtime,
        readUnasked: size <= MAX_UNASKED_BYTES || this.opened.has(key),
        read: () => this.recent.get(key, `${mtime} ${size}`, size, () => readRecording(uri)),
      };
    } catch {
      return undefined; // gone since it was found
    }
  }
}
