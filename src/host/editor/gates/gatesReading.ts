import type { FittingPlacement } from './fit';
import type { GateSource, ShownGates } from './shownGates';

/** A trace that fits, where only the user knows whether it is meant. */
export interface GateQuestion {
  readonly source: GateSource;
  /** Under which the answer is remembered. */
  readonly family: string;
  readonly placements: readonly FittingPlacement[];
}

/** Everything there is to say about the gates of one version of a document. */
export interface GatesReading {
  readonly shown?: ShownGates;
  /** Asked only where nothing is shown. */
  readonly question?: GateQuestion;
  readonly version: number;
}
