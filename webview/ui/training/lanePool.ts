import { PlaygroundError } from '../../../src/core/errors';
import type { BackendChoice } from '../../../src/core/training/runPlan';
import { openLane, type Lane, type WorkerLine } from './lane';
import type { LaneCounts } from './laneDivision';

export interface LaneSources {
  openLine(): Promise<WorkerLine>;
  wasm(): Promise<Uint8Array<ArrayBuffer>>;
  onProblem(problem: PlaygroundError): void;
}

/** Keeps workers warm: measuring before the start and training use the same ones. */
export class LanePool {
  private lanes: Promise<Lane>[] = [];
  private backend: BackendChoice | undefined;

  constructor(private readonly sources: LaneSources) {}

  /**
   * The first lanes on that backend, as many as `counts` has for the kind the first one turns out to be; opens what is missing, and closes lanes of
   * another backend.
   * @throws PlaygroundError `engine/*` or `data/*` if a worker or its backend cannot be started; then no lane is kept
   */
  async acquire(counts: LaneCounts, backend: BackendChoice): Promise<Lane[]> {
    if (this.backend !== backend) this.terminate();
    this.backend = backend;
    const lanes = this.lanes;
    if (lanes.length === 0) lanes.push(this.open(backend, undefined));
    try {
      const first = await lanes[0];
      const count = first?.backend.backend === 'wasm' ? counts.cpu : counts.gpu;
      // Closed in the meantime: nobody wants them.
      if (this.lanes !== lanes) throw new PlaygroundError('cancelled', 'The workers were closed.');
      while (lanes.length < count) lanes.push(this.open(backend, lanes[0]));
      return await Promise.all(lanes.slice(0, count));
    } catch (problem) {
      if (this.lanes === lanes) this.terminate();
      throw problem;
    }
  }

  terminate(): void {
    const closing = this.lanes;
    this.lanes = [];
    this.backend = undefined;
    for (const lane of closing) {
      lane.then(
        (opened) => opened.dispose(),
        () => undefined, // It never opened, and whoever asked for it has been told.
      );
    }
  }

  /** Later lanes take the backend the first one chose: the two arms of a pair must not train on different ones. */
  private async open(backend: BackendChoice, first: Promise<Lane> | undefined): Promise<Lane> {
    const choice = first ? (await first).backend.backend : backend;
    const [line, wasm] = await Promise.all([this.sources.openLine(), this.sources.wasm()]);
    return openLane(line, choice, wasm, (problem) => this.sources.onProblem(problem));
  }
}
