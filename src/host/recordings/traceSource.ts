import type { ExcitationTrace } from '../../core/excitation/trace';
import type { ModelSpec } from '../../core/model/modelSpec';

/** Something that has gates to show: the last evaluation of a run's model, or a recorded file. */
export interface TraceSource {
  /** `run:<run id>:<arm>` or `recording:<uri>`. */
  readonly id: string;
  readonly kind: 'run' | 'recording';
  readonly label: string;
  readonly detail: string;
  /** Unix time that it counts as new from. */
  readonly takenAtMs: number;
  /** The definition that a run trained. */
  readonly spec?: ModelSpec;
  /** @throws PlaygroundError `data/trace` for a file that cannot be read */
  read(): Promise<ExcitationTrace>;
}
