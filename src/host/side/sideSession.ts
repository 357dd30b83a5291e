/**
 * One life of the side view's page: tells it the gates of the followed document, and keeps both at the same place. Knows no editor API.
 */
import type * as vscode from 'vscode';
import type { PlaygroundError } from '../../core/errors';
import type { ExcitationTrace } from '../../core/excitation/trace';
import { Channel } from '../../protocol/channel';
import type { Port } from '../../protocol/port';
import {
  sideHostContract,
  sidePageContract,
  type EditorPlace,
  type SideCommand,
  type SideGates,
  type SideHostContract,
  type SidePageContract,
  type SideState,
} from '../../protocol/sideContract';
import type { GatesService, GateSource } from '../editor/gates/shownGates';
import { classGates, fileName, sideGates } from './sideGates';

/** What the session asks of the editor; see FollowedEditor. */
export interface Followed {
  readonly document: vscode.TextDocument | undefined;
  readonly onDidChange: vscode.Event<void>;
  readonly onDidScroll: vscode.Event<{ top: number; bottom: number }>;
  readonly onDidMoveCursor: vscode.Event<number>;
  place(): EditorPlace | null;
  select(line: number): Promise<void>;
  open(line: number): Promise<void>;
  scrollTo(line: number, shown: { first: number; last: number }): void;
}

export interface SideServices {
  gates: GatesService;
  /** False where the user wants no gates beside code. */
  enabled(): boolean;
  runCommand(command: SideCommand, argument?: unknown): Thenable<unknown>;
  onState(state: SideState): void;
  problem(thrown: unknown): void;
}

export class SideSession {
  private readonly channel: Channel<SideHostContract, SidePageContract>;
  private readonly stopListening: (() => unknown)[];
  private shown: { trace: ExcitationTrace; source: GateSource; gates: SideGates } | undefined;
  private revision = 0;
  /** Rises with everything that may change the answer. */
  private changes = 0;
  private disposed = false;

  constructor(
    port: Port,
    private readonly followed: Followed,
    private readonly services: SideServices,
  ) {
    const onProblem = (problem: PlaygroundError) => services.problem(problem);
    this.channel = new Channel({
      port,
      local: sideHostContract,
      remote: sidePageContract,
      handlers: {
        ready: async () => ({ state: await this.read(), place: followed.place() }),
        classGates: ({ revision, block }) => {
          const id = revision === this.revision ? this.shown?.gates.blocks[block]?.id : undefined;
          return this.shown && id !== undefined ? classGates(this.shown.trace, id) : null;
        },
      },
      onProblem,
    });
    const attempt = (work: Thenable<unknown>) => void work.then(undefined, services.problem);
    this.stopListening = [
      this.channel.on('lineSelected', ({ line }) => attempt(followed.select(line))),
      this.channel.on('lineOpened', ({ line }) => attempt(followed.open(line))),
      this.channel.on('viewScrolled', ({ line }) => this.scrollEditor(line)),
      this.channel.on('commandWanted', ({ command }) => attempt(this.run(command))),
      this.channel.on('problem', ({ code, message }) =>
        services.problem(new Error(`The view of gates reports ${code}: ${message}`)),
      ),
      ...[
        followed.onDidChange(() => attempt(this.refresh())),
        followed.onDidScroll((range) => this.channel.emit('editorScrolled', range)),
        followed.onDidMoveCursor((line) => this.channel.emit('cursorMoved', { line })),
        services.gates.onDidChange((uri) => {
          if (!uri || uri.toString() === followed.document?.uri.toString()) attempt(this.refresh());
        }),
      ].map((subscription) => () => subscription.dispose()),
    ];
  }

  dispose(): void {
    this.disposed = true;
    for (const stop of this.stopListening) stop();
    this.channel.dispose();
  }

  private async refresh(): Promise<void> {
    this.changes++;
    const now = this.changes;
    const state = await this.read();
    // Whoever changed it since tells the page.
    if (now === this.changes) this.channel.emit('stateChanged', { state, place: this.followed.place() });
  }

  /** The state that holds when it is there: what changes while the gates are read is read again. */
  private async read(): Promise<SideState> {
    for (;;) {
      const before = this.changes;
      const { document } = this.followed;
      const found = document && (await this.services.gates.gatesOf(document));
      if (before !== this.changes) continue;
      if (found && found.trace !== this.shown?.trace) this.revision++;
      const gates = found && sideGates(found, document, this.revision);
      this.shown = gates && { trace: found.trace, source: found.source, gates };
      const state = gates ?? this.nothing(document);
      if (!this.disposed) this.services.onState(state);
      return state;
    }
  }

  private nothing(document: vscode.TextDocument | undefined): SideState {
    const file = document ? fileName(document.uri) : null;
    return { kind: 'nothing', document: document?.uri.toString() ?? null, file, message: this.why(document) };
  }

  private why(document: vscode.TextDocument | undefined): string {
    if (!this.services.enabled()) {
      return 'Gates beside code are turned off. The setting "sePlayground.heatmap.enabled" turns them on.';
    }
    return document
      ? 'No gates belong to this file. Train a definition with SE blocks, or record the excitations of your own PyTorch model, and they show here.'
      : 'Open a file with SE blocks: a model definition, or a model in Python or TypeScript.';
  }

  private scrollEditor(line: number): void {
    const lines = this.shown?.gates.lines;
    const first = lines?.[0]?.line;
    const last = lines?.at(-1)?.line;
    if (first !== undefined && last !== undefined) this.followed.scrollTo(line, { first, last });
  }

  private async run(command: SideCommand): Promise<void> {
    const { runCommand } = this.services;
    if (command === 'sePlayground.openRecording') await runCommand(command);
    else if (command === 'sePlayground.chooseGates') await runCommand(command, this.followed.document?.uri);
    else if (this.shown) await runCommand(command, this.shown.source.id);
  }
}
