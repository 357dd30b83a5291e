/** What is known of the gates behind the lines of a document: the service that strips, lenses and the view beside the code read. */
import type * as vscode from 'vscode';
import type { BlockId } from '../../../core/model/graph';
import type { ExcitationTrace } from '../../../core/excitation/trace';

/** Where a trace is from, in words. */
export interface GateSource {
  /** Stays the same while the window lives: `run:<run id>:<arm>` or `recording:<uri>`. */
  readonly id: string;
  readonly kind: 'run' | 'recording';
  /** Name of the run, or of the recording's file. */
  readonly label: string;
  /** Arm, seed and epoch of a run; model and day of a recording. */
  readonly detail: string;
}

/** A line of code, and the SE blocks that it makes. */
export interface GateLine {
  /** The expression that makes them, or the setting of a definition; on one line as a rule. */
  readonly range: vscode.Range;
  /** Ids of the trace's blocks, in network order; at least one. */
  readonly blocks: readonly BlockId[];
}

export interface ShownGates {
  readonly source: GateSource;
  readonly trace: ExcitationTrace;
  /** In the order of the text, one entry a line. */
  readonly lines: readonly GateLine[];
  /** Why the code no longer matches the trace, in a sentence; absent if it does. */
  readonly stale?: string;
  /** Version of the document that the ranges are of. */
  readonly version: number;
}

export interface GatesService {
  /**
   * The gates to show in the document as it is now; while it is being typed in, as it is at the next pause. Undefined where there
   * are none, where the user wants none, and when the document is closed meanwhile.
   */
  gatesOf(document: vscode.TextDocument): Promise<ShownGates | undefined>;
  /** Another answer may be had for the document of this URI, or for any. */
  readonly onDidChange: vscode.Event<vscode.Uri | undefined>;
}
