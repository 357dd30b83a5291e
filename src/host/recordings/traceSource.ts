import type { ExcitationTrace } from '../../core/excitation/trace';
import type { ModelSpec } from '../../core/model/modelSpec';

/** Something that has gates to show: the last evaluation of a run's model, or a recorded file. */
export interface TraceSource {
  /** `run:<run id>:<arm>` or `recording:<uri>`. */
  readonly id: string;
  readonly kind: 'run' | 'recording';
  readonly label: string;
  /** Arm, seed and epoch of a run; what a recording says of itself is known when it is read. */
  readonly detail?: string;
  /** Unix time that it is new from. */
  readonly takenAtMs: number;
  /** The definition that a run trained. */
  readonly spec?: ModelSpec;
  /** Whether it may be read without having been chosen. */
  readonly readUnasked: boolean;
  /** @throws PlaygroundError `data/trace` for a file that cannot be read; the same one until the file changes */
  read(): Promise<ExcitationTrace>;
}

/** Arm, seed and epoch; model and day. */
export function detailOf(
  { detail }: Pick<TraceSource, 'detail'>,
  { model, recordedAt }: ExcitationTrace,
): string {
  return detail ?? `${model}, recorded ${recordedAt.slice(0, 10)}`;
}
