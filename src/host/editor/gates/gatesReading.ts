/** What is known of the gates of a document, in offsets of its text, which move with what is typed until the text is read again. */
import type { GateSite } from '../../../core/editing/gates/gateMatch';
import type { ExcitationTrace } from '../../../core/excitation/trace';
import { shiftedOffset, type TextChange } from '../sites/offsetShift';

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

/** A trace and the places of its blocks. */
export interface FoundGates {
  readonly source: GateSource;
  readonly trace: ExcitationTrace;
  /** The network of the file that the blocks are in. */
  readonly network: string;
  /** In the order of the text; at least one. */
  readonly sites: readonly GateSite[];
  /** Why the code no longer matches the trace, in a sentence. */
  readonly stale?: string;
  /** Something to know that takes nothing away from the gates, in a sentence. */
  readonly note?: string;
}

/** A trace that fits, where only the user knows whether it is meant. */
export interface GateQuestion {
  readonly source: GateSource;
  /** Under which the answer is remembered. */
  readonly family: string;
  readonly places: readonly { readonly network: string; readonly offset: number }[];
}

/** At most one of them is there. */
export interface GatesReading {
  readonly found?: FoundGates;
  readonly question?: GateQuestion;
  /** What the user has chosen for this document, and why it cannot be shown. */
  readonly lost?: string;
}

/** The reading after an edit: what was deleted is gone from it. */
export function movedReading(reading: GatesReading, changes: readonly TextChange[]): GatesReading {
  const { found, question } = reading;
  if (found) {
    const sites = found.sites.flatMap(({ span, blocks }) => {
      const from = shiftedOffset(span.from, changes);
      const to = shiftedOffset(span.to, changes);
      return from === null || to === null ? [] : [{ span: { from, to }, blocks }];
    });
    return sites.length > 0 ? { found: { ...found, sites } } : {};
  }
  if (question) {
    const places = question.places.flatMap(({ network, offset }) => {
      const moved = shiftedOffset(offset, changes);
      return moved === null ? [] : [{ network, offset: moved }];
    });
    return places.length > 0 ? { question: { ...question, places } } : {};
  }
  return reading;
}
