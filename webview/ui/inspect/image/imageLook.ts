import { isCancelled, PlaygroundError } from '../../../../src/core/errors';
import type { Inspection } from '../inspection';
import type { Microscope } from '../microscope';
import { lookAt, type Look, type Subject } from './look';

/** One model's look at the image: still to come, there, or what stood in its way. */
export type LookState =
  { kind: 'none' } | { kind: 'looking' } | { kind: 'seen'; look: Look } | { kind: 'failed'; message: string };

export interface LooksShown {
  subject: Subject | undefined;
  /** The class that both maps explain; null for the one the model with SE predicts. */
  explain: number | null;
  own: LookState;
  /** The run's other model with the same seed. */
  other: LookState;
}

const NOTHING: LooksShown = {
  subject: undefined,
  explain: null,
  own: { kind: 'none' },
  other: { kind: 'none' },
};

/** Looks at one image with the model that is open, and then with the run's other model in a worker of its own. */
export class ImageLook {
  private now = NOTHING;
  private current = new AbortController();

  constructor(
    private readonly companion: Microscope,
    private readonly onChange: () => void,
  ) {}

  get shown(): LooksShown {
    return this.now;
  }

  /** Forgets everything: another model is looked into. */
  reset(): void {
    this.current.abort();
    this.update(NOTHING);
  }

  async look(inspection: Inspection, subject: Subject, explain: number | null): Promise<void> {
    this.current.abort();
    const { signal } = (this.current = new AbortController());
    const { other } = inspection.choice;
    this.update({
      subject,
      explain,
      own: { kind: 'looking' },
      other: { kind: other ? 'looking' : 'none' },
    });
    const own = await this.attempt(
      inspection.ask((open, both) => lookAt(open, subject, explain, both), signal),
      signal,
    );
    if (!own) return;
    this.update({ ...this.now, own });
    if (!other || own.kind !== 'seen') {
      this.update({ ...this.now, other: { kind: 'none' } });
      return;
    }
    // The same class in both, or the maps could not be compared.
    const { explained } = own.look.map;
    const compared = await this.attempt(
      this.companion.use(other, (open, both) => lookAt(open, subject, explained, both), signal),
      signal,
    );
    if (compared) this.update({ ...this.now, other: compared });
  }

  /** Undefined if nobody waits for it any more. */
  private async attempt(looking: Promise<Look>, signal: AbortSignal): Promise<LookState | undefined> {
    try {
      const look = await looking;
      return signal.aborted ? undefined : { kind: 'seen', look };
    } catch (thrown) {
      if (signal.aborted) return undefined;
      if (isCancelled(thrown)) return { kind: 'none' };
      return { kind: 'failed', message: PlaygroundError.from(thrown, 'engine/look').message };
    }
  }

  private update(shown: LooksShown): void {
    this.now = shown;
    this.onChange();
  }
}
