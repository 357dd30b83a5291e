import type { BlockGates } from '../../../src/core/excitation/gateMath';
import type { SaturatingGates } from '../../../src/core/excitation/blockSummary';
import type { Gate } from '../../../src/core/model/modelSpec';

/** One block at one evaluation: of a run's summary or of a recording, which are the same here. */
export interface BlockAtEpoch extends BlockGates, SaturatingGates {
  /** Standard deviation over the class's images, row-major [classes, channels]. */
  deviation: ArrayLike<number>;
  /** Row-major [images, channels]; absent if no image's gates were kept. */
  imageGates?: ArrayLike<number>;
}

export interface ImageName {
  name: string;
  label: number;
}

/** All blocks at one evaluation. */
export interface GatesAtEpoch {
  imagesPerClass: readonly number[];
  blocks: readonly BlockAtEpoch[];
  /** Images whose gates were kept one by one. */
  images: readonly ImageName[];
}

export interface SourceEpoch {
  /** Finished epochs; null for a recording that does not say. */
  epoch: number | null;
  gates: GatesAtEpoch;
}

/** What is known of a block whatever the epoch. */
export interface BlockFacts {
  id: string;
  channels: number;
  /** From 1. */
  stage: number;
  /** Hidden units of the excitation; absent where it is not known. */
  hidden?: number;
}

/** A model whose gates can be looked at: a job of a run with SE, or a recording. */
export interface GateSource {
  id: string;
  label: string;
  /** Absent where it is not known. */
  gate?: Gate;
  blocks: readonly BlockFacts[];
  classes: readonly string[];
  /** In order; may be empty before the first evaluation. */
  epochs: readonly SourceEpoch[];
  /** Blocks can be shown in the definition of the run on display. */
  isDisplayedRun: boolean;
}

/** Range that a gate function can give; null where it has no upper end. */
export const GATE_BOUNDS: Readonly<Record<Gate, { low: number; high: number } | null>> = {
  sigmoid: { low: 0, high: 1 },
  'hard-sigmoid': { low: 0, high: 1 },
  tanh: { low: -1, high: 1 },
  relu: null,
};

/** The evaluation of that epoch, else the latest. */
export function sourceEpoch(source: GateSource, epoch: number | null): SourceEpoch | undefined {
  return source.epochs.find((candidate) => candidate.epoch === epoch) ?? source.epochs.at(-1);
}
