/** Every `*.senet.json` of the workspace, parsed when asked for and kept until it changes. */
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import { MAX_TEXT_LENGTH } from '../../core/model/definitionTree';
import { parseDefinition, type ParsedDefinition } from '../../core/model/parseDefinition';

export const DEFINITION_GLOB = '**/*.senet.json';
export const DEFINITION_SUFFIX = '.senet.json';
/** More than this is no collection of definitions but a mistake, e.g. an opened root folder. */
const MAX_FILES = 500;

export interface DefinitionFile {
  uri: vscode.Uri;
  parsed: ParsedDefinition;
}

export function isDefinition(uri: vscode.Uri): boolean {
  return uri.path.endsWith(DEFINITION_SUFFIX);
}

export class DefinitionFiles implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly watcher = vscode.workspace.createFileSystemWatcher(DEFINITION_GLOB);
  private readonly folders = vscode.workspace.onDidChangeWorkspaceFolders(() => this.forget());
  private readonly parsed = new Map<string, Promise<DefinitionFile>>();
  /** Definitions outside the workspace that the user named in a command. */
  private readonly named = new Map<string, vscode.Uri>();
  private found: Promise<vscode.Uri[]> | undefined;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.watcher.onDidCreate(() => this.forget());
    this.watcher.onDidDelete((uri) => this.forget(uri));
    this.watcher.onDidChange((uri) => this.forget(uri));
  }

  /** In the order of their paths. */
  async all(): Promise<DefinitionFile[]> {
    this.found ??= Promise.resolve(
      vscode.workspace.findFiles(DEFINITION_GLOB, '**/{node_modules,.git}/**', MAX_FILES),
    );
    const uris = new Map([...(await this.found), ...this.named.values()].map((uri) => [uri.toString(), uri]));
    const files = [...uris.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
    return Promise.all(files.map((uri) => this.read(uri)));
  }

  /** Takes a definition that the user named, wherever it is. */
  async include(uri: vscode.Uri): Promise<DefinitionFile> {
    if (!vscode.workspace.getWorkspaceFolder(uri)) this.named.set(uri.toString(), uri);
    this.forget(uri);
    return this.read(uri);
  }

  dispose(): void {
    for (const part of [this.watcher, this.folders, this.changed]) part.dispose();
  }

  private read(uri: vscode.Uri): Promise<DefinitionFile> {
    const key = uri.toString();
    const known = this.parsed.get(key);
    if (known) return known;
    const reading = readDefinition(uri).then((parsed) => ({ uri, parsed }));
    this.parsed.set(key, reading);
    return reading;
  }

  private forget(uri?: vscode.Uri): void {
    if (uri) this.parsed.delete(uri.toString());
    else this.parsed.clear();
    this.found = undefined;
    this.changed.fire();
  }
}

/** The text of a definition, from any file system. @throws PlaygroundError `spec/unreadable` */
export async function readDefinitionText(uri: vscode.Uri): Promise<string> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    // Four bytes a unit at most; what is larger, core refuses anyway.
    if (size > 4 * MAX_TEXT_LENGTH) throw new Error('it is too large for a definition');
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    throw new PlaygroundError('spec/unreadable', `${name} cannot be read: ${reason}`, { cause: thrown });
  }
}

async function readDefinition(uri: vscode.Uri): Promise<ParsedDefinition> {
  try {
    return parseDefinition(await readDefinitionText(uri));
  } catch (thrown) {
    const { message } = PlaygroundError.from(thrown, 'spec/unreadable');
    const problem = {
      severity: 'error',
      message,
      offset: 0,
      length: 1,
      path: '',
      structural: false,
    } as const;
    return { problems: [problem] };
  }
}
