/** Traces that were read lately, so that a file is decoded once, and no more of them are kept than is good. */
import type { ExcitationTrace } from '../../core/excitation/trace';

interface Kept {
  /** Of the file that was read. */
  readonly stamp: string;
  readonly bytes: number;
  readonly trace: Promise<ExcitationTrace>;
}

export class RecentTraces {
  /** Longest unused first. */
  private readonly kept = new Map<string, Kept>();

  /** @param maxBytes of the files that are kept; one that is larger is kept alone */
  constructor(private readonly maxBytes: number) {}

  /** The trace under the key, if it was read with this stamp; else what `read` gives. A failure is kept too: the file must change first. */
  get(
    key: string,
    stamp: string,
    bytes: number,
    read: () => Promise<ExcitationTrace>,
  ): Promise<ExcitationTrace> {
    const known = this.kept.get(key);
    this.kept.delete(key);
    const entry = known?.stamp === stamp ? known : { stamp, bytes, trace: read() };
    this.kept.set(key, entry);
    this.shrink();
    return entry.trace;
  }

  private shrink(): void {
    let total = [...this.kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { bytes }] of this.kept) {
      if (total <= this.maxBytes || this.kept.size === 1) return;
      this.kept.delete(key);
      total -= bytes;
    }
  }
}
