/** What is known of the gates behind the lines of a document: the service that strips, lenses and the view beside the code read. */
import * as vscode from 'vscode';
import type { BlockId } from '../../../core/model/graph';
import type { ExcitationTrace } from '../../../core/excitation/trace';
import type { FoundGates, GateSource } from './gatesReading';

export type { GateSource } from './gatesReading';

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

/** What was found, on the lines of the document as it is now. Sites that begin on one line are one entry. */
export function shownGates(
  document: vscode.TextDocument,
  { source, trace, sites, stale }: FoundGates,
): ShownGates {
  const lines = new Map<number, GateLine>();
  for (const { span, blocks } of sites) {
    const range = new vscode.Range(document.positionAt(span.from), document.positionAt(span.to));
    const { line } = range.start;
    const known = lines.get(line);
    lines.set(
      line,
      known ? { range: known.range.union(range), blocks: [...known.blocks, ...blocks] } : { range, blocks },
    );
  }
  return {
    source,
    trace,
    lines: [...lines.values()].sort((one, other) => one.range.start.compareTo(other.range.start)),
    ...(stale !== undefined && { stale }),
    version: document.version,
  };
}
