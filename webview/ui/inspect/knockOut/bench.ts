import { isCancelled, PlaygroundError } from '../../../../src/core/errors';
import type { ClampTarget } from '../../../../src/core/excitation/gateEdit';
import type { SeBlock } from '../../../../src/core/model/graph';
import { answerChanges } from '../../../../src/core/training/statistics';
import type { Inspection } from '../inspection';
import { sameKnockOut, type KnockOut, type KnockOutResult } from './knockOuts';
import { runSweep, type Sweep, type SweptChannel } from './sweep';

/** What is being computed: `done` of `total` pieces. */
export interface Work {
  text: string;
  done: number;
  total: number;
}

/** All that has been found out about one trained model by knocking out gates. */
export interface Findings {
  /** In the order they were found; the same knock-out again takes its own place. */
  results: readonly KnockOutResult[];
  /** The last sweep. */
  sweep: Sweep | undefined;
}

export const NO_FINDINGS: Findings = { results: [], sweep: undefined };

/** Knocks out gates of one model, one piece of work at a time, and keeps what it finds. */
export class KnockOutBench {
  private current: AbortController | undefined;
  work: Work | undefined;
  problem: string | undefined;

  constructor(
    private readonly inspection: Inspection,
    public findings: Findings,
    private readonly onChange: () => void,
  ) {}

  /** The baseline, if it is known; else it is measured, and `onChange` tells. */
  async measureBaseline(): Promise<void> {
    if (this.inspection.known || this.current) return;
    await this.during({ text: 'Measuring the model as it was trained', done: 0, total: 1 }, async () => {
      await this.inspection.baseline();
    });
  }

  /** Each of them, one after the other. */
  async knockOut(wanted: readonly KnockOut[]): Promise<void> {
    const [first] = wanted;
    if (!first) return;
    const total = wanted.length;
    await this.during({ text: first.what, done: 0, total }, async (signal) => {
      const baseline = await this.inspection.baseline();
      for (const [done, next] of wanted.entries()) {
        this.show({ text: next.what, done, total });
        const found = await this.inspection.ask(
          ({ channel }, both) => channel.request('knockOut', { edits: [...next.edits] }, { signal: both }),
          signal,
        );
        const { accuracy, loss, correct } = found;
        this.keep({ ...next, accuracy, loss, changes: answerChanges(baseline.correct, correct) });
      }
    });
  }

  /** Every channel of the block alone. */
  async sweep({ id: block, channels: total }: SeBlock, to: ClampTarget): Promise<void> {
    const text = `Channels of ${block}`;
    await this.during({ text, done: 0, total }, async (signal) => {
      await this.inspection.baseline();
      let sweep: Sweep = { block, to, channels: [], total };
      this.findings = { ...this.findings, sweep };
      let ended: Promise<unknown> = Promise.resolve();
      const note = (channel: SweptChannel) => {
        if (signal.aborted) return;
        sweep = { ...sweep, channels: [...sweep.channels, channel] };
        this.findings = { ...this.findings, sweep };
        this.show({ text, done: sweep.channels.length, total });
      };
      const asked = this.inspection.ask((open, both) => {
        const running = runSweep(open, sweep, note, both);
        ended = running.catch(() => undefined);
        return running;
      }, signal);
      // A worker that is still at its last batch would refuse the next sweep.
      await asked.finally(() => ended);
    });
  }

  /** Gives up the work; what has been found stays. */
  stop(): void {
    this.current?.abort();
  }

  private async during(work: Work, piece: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.current) return;
    const { signal } = (this.current = new AbortController());
    this.problem = undefined;
    this.show(work);
    try {
      await piece(signal);
    } catch (thrown) {
      if (!isCancelled(thrown)) this.problem = PlaygroundError.from(thrown, 'engine/knock-out').message;
    }
    this.current = undefined;
    this.show(undefined);
  }

  private keep(result: KnockOutResult): void {
    const { results } = this.findings;
    const at = results.findIndex((known) => sameKnockOut(known, result));
    const next =
      at < 0 ? [...results, result] : results.map((known, index) => (index === at ? result : known));
    this.findings = { ...this.findings, results: next };
  }

  private show(work: Work | undefined): void {
    this.work = work;
    this.onChange();
  }
}
